"""The map over the live picture: what is dark beside its surroundings, in colours that stay the same."""

import numpy as np
import numpy.typing as npt
import pytest

from imaging.model.geometry import Spacing
from imaging.surface.light.linearise import to_srgb8
from imaging.surface.live_map import LIMIT, LONGEST_PX, draw_live_map

SHAPE = (270, 480)
SPACING = Spacing.square(0.05)


def skin(shape: tuple[int, int], density: float, slope: float = 0.0) -> npt.NDArray[np.uint8]:
    """Even skin under light that grows to the right, with a dark line 0.6 mm wide across its middle."""
    rows, cols = np.indices(shape)
    line = np.abs(rows - shape[0] / 2) < 6 * shape[0] / SHAPE[0]
    light = 0.4 * np.exp(slope * (cols / shape[1] - 0.5) - density * line)
    return np.asarray(to_srgb8(np.repeat(light[..., None], 3, axis=2)), dtype=np.uint8)


def test_a_dark_line_is_covered_and_the_skin_beside_it_is_clear() -> None:
    drawn = draw_live_map(skin(SHAPE, 0.4), SPACING)
    assert drawn.shape == (*SHAPE, 4)
    assert drawn[135, 100:380, 3].min() > 150
    assert drawn[60, :, 3].max() == 0


def test_uneven_light_is_no_relief() -> None:
    drawn = draw_live_map(skin(SHAPE, 0.0, slope=0.8), SPACING)
    assert drawn[:, 30:-30, 3].max() == 0


def test_darker_is_further_along_the_colours() -> None:
    green = [int(draw_live_map(skin(SHAPE, d), SPACING)[135, 240, 1]) for d in (0.15, 0.3, LIMIT + 0.2)]
    assert green == sorted(green)
    assert green[0] < green[-1]


@pytest.mark.parametrize("shape", [(1080, 1920), (1944, 2592)])
def test_large_frames_are_reduced(shape: tuple[int, int]) -> None:
    drawn = draw_live_map(skin(shape, 0.4), Spacing.square(SPACING.row_mm * SHAPE[0] / shape[0]))
    assert max(drawn.shape[:2]) <= LONGEST_PX
    assert drawn[drawn.shape[0] // 2, drawn.shape[1] // 2, 3] > 150


def test_grey_deep_and_uncalibrated_frames_are_taken() -> None:
    grey = skin(SHAPE, 0.4)[..., 0]
    for frame in (grey, grey.astype(np.uint16) << 8, grey.astype(np.float32) / 255):
        assert draw_live_map(frame, None)[135, 240, 3] > 150
