"""A camera with a known colour matrix photographs the card; the difference formula against published pairs."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from imaging.calibration.colour import (
    CardReading,
    as_matrix,
    card_difference,
    corrected,
    estimate_colour,
    with_true_colours,
)
from imaging.calibration.colour_card import card_boxes, card_size_mm, read_card
from imaging.calibration.colours import (
    PATCH_LAB_D50,
    Floats,
    colour_difference,
    lab_of_linear_srgb,
    linear_srgb_of_lab,
)
from imaging.calibration.sheets import Sheet, picture_of
from imaging.errors import CalibrationError
from imaging.model.arrays import Pixels
from imaging.model.calibration import ColourCalibration, Validity
from imaging.surface.light.linearise import to_linear, to_srgb8
from tests.imaging.calibration.test_depth import surface_of

CAMERA = 0.8 * np.array([[0.7, 0.1, 0.02], [0.2, 0.8, 0.2], [0.05, 0.1, 0.6]])
"""Linear sRGB times it is what this camera records."""
LAB = np.array(PATCH_LAB_D50)


def photographed(unevenness: float = 0.0, gain: float = 1.0, dtype: str = "uint8") -> Pixels:
    width, height = card_size_mm(4.0)
    sheet = Sheet("card", tuple(card_boxes(5, 5, 4.0)), ())
    light = to_linear(picture_of(sheet, 20, (2, 2, width + 8, height + 8))) @ CAMERA * gain
    light = light * (1 + unevenness / 2 * np.linspace(-1, 1, light.shape[1])[None, :, None])
    light += np.random.default_rng(3).normal(0, 0.003, light.shape)
    if dtype == "uint16":
        return np.clip(65535 * light, 0, 65535).astype(np.uint16)
    return to_srgb8(light.astype(np.float32))


@pytest.mark.parametrize("unevenness", [0.0, 0.4])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_the_matrix_undoes_the_camera(unevenness: float, dtype: str) -> None:
    found = estimate_colour([CardReading(*read_card(photographed(unevenness, dtype=dtype)))])
    np.testing.assert_allclose(CAMERA @ np.array(found.matrix), np.eye(3), atol=0.04)
    assert found.residual < 1.0
    assert found.worst < 4.0
    assert (found.unevenness > 0.15) == (unevenness > 0)


def test_exact_colours_leave_nothing() -> None:
    places = np.array([(10.0 * (n % 6), 10.0 * (n // 6)) for n in range(24)])
    found = estimate_colour([CardReading(linear_srgb_of_lab(LAB) @ CAMERA, places)])
    assert found.residual < 1e-3
    skin = np.array([[0.4, 0.25, 0.18]])
    np.testing.assert_allclose(corrected(skin @ CAMERA, found.matrix), skin, atol=1e-4)


def test_drift_of_the_camera_shows_in_the_card() -> None:
    reading = CardReading(*read_card(photographed()))
    found = estimate_colour([reading])
    assert card_difference(reading, found.matrix) == pytest.approx(found.residual, abs=0.2)
    redder = CardReading(reading.colours * [1.15, 1.0, 0.9], reading.places)
    assert card_difference(redder, found.matrix) > 3


def test_another_card_is_refused() -> None:
    reading = CardReading(*read_card(photographed()))
    shuffled = CardReading(np.random.default_rng(0).permutation(reading.colours), reading.places)
    with pytest.raises(CalibrationError, match="use a bought card"):
        estimate_colour([shuffled])


def test_overexposed_and_dark_cards_are_refused() -> None:
    with pytest.raises(CalibrationError, match="overexposed"):
        read_card(photographed(gain=1.6))
    with pytest.raises(CalibrationError, match="too dark"):
        read_card(photographed(gain=0.08))


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_published_colour_differences(first: Floats, second: Floats, difference: float) -> None:
    pair = np.array([first], dtype=float), np.array([second], dtype=float)
    assert colour_difference(*pair)[0] == pytest.approx(difference, abs=1e-4)
    assert colour_difference(*pair[::-1])[0] == pytest.approx(difference, abs=1e-4)


def test_white_and_grey_of_the_colour_spaces() -> None:
    np.testing.assert_allclose(linear_srgb_of_lab(np.array([[100.0, 0, 0]])), [[1, 1, 1]], atol=2e-3)
    np.testing.assert_allclose(lab_of_linear_srgb(np.array([[1.0, 1, 1]])), [[100, 0, 0]], atol=0.02)
    np.testing.assert_allclose(lab_of_linear_srgb(np.array([[0.2126, 0, 0]]))[0, 0], 25.4, atol=0.5)


def test_the_photograph_gets_true_colours_and_keeps_its_brightness() -> None:
    linear = np.array([[0.4, 0.25, 0.18], [0.3, 0.3, 0.3], [0.2, 0.3, 0.5]])
    surface = surface_of(np.zeros((160, 200)))
    seen = np.repeat((linear @ CAMERA)[:, None] / (CAMERA.sum(axis=0) @ [0.2126, 0.7152, 0.0722]), 4, axis=1)
    colour = ColourCalibration(as_matrix(np.linalg.inv(CAMERA)), Validity(date(2026, 1, 1), None, 0.5))
    shown = with_true_colours(replace(surface, photograph=to_srgb8(seen.astype(np.float32))), colour).photograph
    light = to_linear(shown, "srgb")[:, 0]
    np.testing.assert_allclose(
        light / light.sum(axis=1, keepdims=True), linear / linear.sum(axis=1, keepdims=True), atol=0.02
    )
    assert light[1].std() < 0.01
