"""Where things stand on the picture, from plain geometry."""

import numpy as np
import pytest

from imaging.export.relief_view import GROUND, draw_relief, dressed, reduced
from imaging.model.geometry import Spacing
from imaging.model.relief import Relief, ReliefView

SIZE = (300, 400)
SKIN, SPOT = (200, 150, 120), (20, 30, 220)
SPACING = Spacing.square(0.05)


def plate(height_um: float = 0.0, rows: int = 120, cols: int = 160) -> Relief:
    """A flat plate with a blue spot where a post may stand: a quarter of its width from the left, in the middle."""
    height = np.zeros((rows, cols), np.float32)
    colours = np.full((rows, cols, 3), SKIN, np.uint8)
    spot = (slice(rows // 2 - 4, rows // 2 + 4), slice(cols // 4 - 4, cols // 4 + 4))
    height[spot] = height_um
    colours[spot] = SPOT
    return Relief(height, colours, SPACING)


def spot_of(picture: np.ndarray) -> np.ndarray:
    """Mean (row, col) of what is blue."""
    blue = (picture[..., 2].astype(int) - picture[..., 0]) > 60
    assert blue.any()
    return np.argwhere(blue).mean(axis=0)


def pixels_per_mm() -> float:
    return 0.9 * min(SIZE) / float(np.hypot(120, 160) * 0.05)


@pytest.mark.parametrize(("azimuth", "right_mm", "up_mm"), [(0, -2, 0), (90, 0, 2), (180, 2, 0), (270, 0, -2)])
def test_the_skin_turns_as_it_is_told(azimuth: float, right_mm: float, up_mm: float) -> None:
    picture = draw_relief(plate(), ReliefView(azimuth, 90), SIZE)

    row, col = spot_of(picture)

    assert (col - SIZE[1] / 2) / pixels_per_mm() == pytest.approx(right_mm, abs=0.1)
    assert (SIZE[0] / 2 - row) / pixels_per_mm() == pytest.approx(up_mm, abs=0.1)


def test_a_post_rises_by_its_height_times_the_cosine() -> None:
    flat = spot_of(draw_relief(plate(0.01), ReliefView(0, 30, 4), SIZE))
    picture = draw_relief(plate(500), ReliefView(0, 30, 4), SIZE)

    top = np.argwhere((picture[..., 2].astype(int) - picture[..., 0]) > 60)[:, 0].min()

    risen_mm = (flat[0] - 4 * 0.05 * np.sin(np.pi / 6) * pixels_per_mm() - top) / pixels_per_mm()
    assert risen_mm == pytest.approx(0.5 * 4 * np.cos(np.pi / 6), abs=0.15)


def test_what_stands_in_front_hides_what_lies_behind() -> None:
    relief = plate()
    height = np.array(relief.height_um)
    height[75:80] = 4000  # a wall across, nearer than the spot
    walled = Relief(height, relief.colours, SPACING)

    picture = draw_relief(walled, ReliefView(0, 30, 1), SIZE)

    assert not ((picture[..., 2].astype(int) - picture[..., 0]) > 60).any()


def test_holes_show_what_is_behind_and_nothing_measured_is_only_ground() -> None:
    relief = plate()
    nowhere = Relief(np.full_like(relief.height_um, np.nan), relief.colours, SPACING)

    assert (draw_relief(nowhere, ReliefView(), SIZE) == GROUND).all()
    assert (draw_relief(relief, ReliefView(), SIZE)[0, 0] == GROUND).all()


@pytest.mark.parametrize("zoom", [0.2, 1.0, 4.0])
@pytest.mark.parametrize("elevation", [-20.0, 5.0, 90.0])
def test_every_view_has_the_size_asked_for(zoom: float, elevation: float) -> None:
    picture = draw_relief(plate(200), ReliefView(37, elevation, 10, zoom), (90, 70))

    assert picture.shape == (90, 70, 3)
    assert picture.dtype == np.uint8


def test_uncalibrated_heights_are_pixels() -> None:
    relief = plate(10)
    picture = draw_relief(Relief(relief.height_um, relief.colours, None), ReliefView(0, 45, 2), SIZE)

    assert spot_of(picture)[0] < SIZE[0] / 2


def test_a_reduced_relief_looks_the_same_and_leaves_gaps_out() -> None:
    relief = plate(300.0, rows=480, cols=640)
    height = np.array(relief.height_um)
    height[:100] = np.nan
    small = reduced(Relief(height, relief.colours, relief.spacing), 480 * 640 // 16)
    assert small.height_um.shape == (120, 160)
    assert small.spacing == Spacing.square(0.2)
    assert np.isnan(small.height_um[:24]).all() and np.isfinite(small.height_um[26:]).all()
    there, here = (draw_relief(one, ReliefView(), SIZE).astype(int) for one in (relief, reduced(relief, 30_000)))
    assert np.abs(there - here).mean() < 3


def test_colours_lie_over_the_skin_as_strongly_as_asked() -> None:
    photograph = np.full((4, 5, 3), 200, np.uint8)
    heat_map = np.zeros((4, 5, 4), np.uint8)
    heat_map[:2] = (0, 0, 100, 255)
    assert dressed(photograph, None, 1.0).tolist() == photograph.tolist()
    half = dressed(photograph, heat_map, 0.5)
    assert half[0, 0].tolist() == [100, 100, 150]
    assert half[3, 0].tolist() == [200, 200, 200]
