"""Distant lights of unknown strength, and the white plane photographed under each of them."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.calibration.white_strengths import with_strengths_of_white
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.surface.reconstruction import reconstruct

ANGLES = np.array([0.3, 1.9, 3.5, 5.0])
SINES = np.array([0.5, 0.6, 0.7, 0.6])
DIRECTIONS = np.stack([SINES * np.cos(ANGLES), SINES * np.sin(ANGLES), np.sqrt(1 - SINES**2)], axis=1)
STRENGTHS = np.array([1.0, 0.6, 1.3, 0.8])
SLOPE = 0.2


def stack(intensities: np.ndarray | None = None) -> MeasureInputs:
    """A matte plane that rises by a fifth to the right, and white fields, under lights of unlike strength."""
    normal = np.array([-SLOPE, 0.0, 1.0]) / np.hypot(SLOPE, 1)
    shape, colour = (60, 80, 3), np.array([0.8, 0.6, 0.4])
    frames = [
        np.full(shape, 0.5 * s * (v @ normal), np.float32) * colour for s, v in zip(STRENGTHS, DIRECTIONS, strict=True)
    ]
    flats = [np.full(shape, 0.5 * s * v[2], np.float32) for s, v in zip(STRENGTHS, DIRECTIONS, strict=True)]
    lights = Lights("distant", DIRECTIONS, np.ones(4) if intensities is None else intensities)
    pictures = tuple(frame.astype(np.float32) for frame in frames)
    return MeasureInputs(pictures, lights, Spacing.square(0.02), "linear", flat_fields=tuple(flats))


def slope_read(inputs: MeasureInputs) -> float:
    normals = reconstruct(inputs).normals[20:40, 30:50].reshape(-1, 3).mean(axis=0)
    return float(-normals[0] / normals[2])


def test_strengths_come_from_the_white_fields() -> None:
    found = with_strengths_of_white(stack())
    assert found.lights is not None
    np.testing.assert_allclose(found.lights.intensities, STRENGTHS / STRENGTHS.mean(), rtol=1e-3)


def test_a_slope_is_right_only_with_them() -> None:
    assert slope_read(with_strengths_of_white(stack())) == pytest.approx(SLOPE, rel=0.06)
    assert slope_read(stack()) != pytest.approx(SLOPE, rel=0.1)


def test_known_strengths_stay() -> None:
    given = stack(STRENGTHS)
    assert with_strengths_of_white(given) is given
    assert slope_read(given) == pytest.approx(SLOPE, rel=0.06)


def test_what_says_nothing_of_single_lights_changes_nothing() -> None:
    """Near lights, no white fields, and one picture of the lens' shading for all lights."""
    plain = stack()
    near = Lights("near", 40 * DIRECTIONS)
    for given in (
        replace(plain, lights=near),
        replace(plain, flat_fields=()),
        replace(plain, flat_fields=(plain.flat_fields[0],) * 4),
    ):
        assert with_strengths_of_white(given) is given
