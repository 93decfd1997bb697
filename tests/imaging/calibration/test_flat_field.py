"""White planes under near lights: good ones pass, each way of being bad is named."""

import numpy as np
import numpy.typing as npt
import pytest

from imaging.calibration.flat_field import check_flat_fields, slow_part
from imaging.errors import CalibrationError
from imaging.surface.light.linearise import to_srgb8

SHAPE = (240, 320)


def plane(
    lamp_mm: tuple[float, float, float] = (18, 0, 28), level: float = 0.6, noise: float = 0.004
) -> npt.NDArray[np.float32]:
    """Linear light on a white plane of 16 x 12 mm, brightest point at `level`."""
    rows, cols = np.indices(SHAPE)
    x, y = (cols - 159.5) * 0.05, -(rows - 119.5) * 0.05
    distance = np.sqrt((lamp_mm[0] - x) ** 2 + (lamp_mm[1] - y) ** 2 + lamp_mm[2] ** 2)
    light = distance**-3.0
    grain = np.random.default_rng(int(10 * lamp_mm[0]) + 500).normal(0, noise, SHAPE)
    return np.asarray(level * light / light.max() + grain, dtype=np.float32)


def spotted(light: npt.NDArray[np.float32], radius: float) -> npt.NDArray[np.float32]:
    rows, cols = np.indices(SHAPE)
    return np.where((rows - 90) ** 2 + (cols - 200) ** 2 < radius**2, light * np.float32(0.7), light)


def test_good_white_fields() -> None:
    lamps = ((18, 0, 28), (0, 18, 28), (-18, 0, 28), (0, -18, 28))
    pictures = [to_srgb8(plane(lamp)) for lamp in lamps]
    found = check_flat_fields(pictures)
    assert found.levels == pytest.approx([float(plane(lamp).mean()) for lamp in lamps], rel=0.01)
    assert 0.3 < found.evenness < 0.9
    assert found.residual < 0.01


def test_the_slow_part_is_the_light_without_noise() -> None:
    truth = plane(noise=0)
    np.testing.assert_allclose(slow_part(plane(noise=0.01)), truth, rtol=0.03)


@pytest.mark.parametrize(
    ("light", "words"),
    [
        (plane(level=1.3), "1 is overexposed"),
        (plane(level=0.03), "1 is too dark"),
        (plane((9, 7, 5)), "lit in one part only"),
        (spotted(plane(), 6), "1 shows spots"),
        (plane(noise=0.08, level=0.7), "1 is coarse"),
    ],
    ids=["overexposed", "dark", "unlit", "dirty", "coarse"],
)
def test_a_bad_white_field_is_named(light: npt.NDArray[np.float32], words: str) -> None:
    with pytest.raises(CalibrationError, match=words):
        check_flat_fields([to_srgb8(light)])


def test_the_same_picture_twice_and_unlike_sizes() -> None:
    first, second = to_srgb8(plane()), to_srgb8(plane((0, 18, 28)))
    with pytest.raises(CalibrationError, match="1 and 3 are the same picture"):
        check_flat_fields([first, second, first])
    with pytest.raises(CalibrationError, match="differ in size"):
        check_flat_fields([first, second[:100]])
