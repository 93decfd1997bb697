"""Furrows of known depth, width, length and course, read on true height maps."""

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.measurement import Wrinkle, WrinkleLimits
from imaging.surface.filters import remove_form
from imaging.surface.lines.centre_lines import Crests, away_from_border
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.ridges import Ridges
from imaging.surface.lines.sections import Sections
from imaging.surface.lines.thinning import thin
from imaging.surface.wrinkles import draw_labels, find_furrows, lines_apart
from tests.scenes import Furrow, Grid, bump, microrelief, paraboloid, plane, square, together
from tests.scenes import Relief as Shape

GRID = Grid(500, 650, 0.02, 0.02)


def wrinkles_of(shape: Shape, grid: Grid = GRID, rms_um: float = 0.0, seed: int = 1) -> list[Wrinkle]:
    height = grid.height_um(together(shape, paraboloid(40.0)))
    if rms_um:
        height = height + microrelief(rms_um / 1000, 0.35, grid, seed)
    everywhere = np.ones(height.shape, dtype=bool)
    relief = Relief(remove_form(height, everywhere), Spacing(grid.row_mm, grid.col_mm))
    return [f.wrinkle for f in find_furrows(relief, everywhere, WrinkleLimits(), everywhere).furrows]


@pytest.mark.parametrize("bend_mm", [0.0, 9.0], ids=["straight", "curved"])
@pytest.mark.parametrize("rms_um", [0.0, 6.0], ids=["smooth", "microrelief"])
@pytest.mark.parametrize(
    ("profile", "depth_um", "width_mm", "edge_share"),
    [("v", 300, 1.2, 0.9), ("cosine", 120, 0.8, 0.795), ("gaussian", 200, 1.5, 1.0), ("cosine", 80, 0.4, 0.795)],
)
def test_depth_width_and_length(
    profile: str, depth_um: float, width_mm: float, edge_share: float, rms_um: float, bend_mm: float
) -> None:
    found = wrinkles_of(Furrow(depth_um / 1000, width_mm, 7.0, profile, 25, bend_mm=bend_mm), rms_um=rms_um)
    assert len(found) == 1
    wrinkle = found[0]
    assert wrinkle.mean_depth == pytest.approx(depth_um, rel=0.03 if rms_um == 0 else 0.05)
    assert wrinkle.length_mm == pytest.approx(7.0, abs=0.15 + 0.4 * width_mm)
    assert wrinkle.mean_width_um == pytest.approx(1000 * width_mm * edge_share, rel=0.06)
    assert wrinkle.area_mm2 == pytest.approx(wrinkle.length_mm * wrinkle.mean_width_um / 1000, rel=0.02)
    assert wrinkle.orientation_deg == pytest.approx(25, abs=3)


def test_volume_of_a_v_groove() -> None:
    found = wrinkles_of(Furrow(0.2, 1.0, 7.0, "v"))
    assert found[0].volume_mm3 == pytest.approx(0.5 * 0.2 * 1.0 * found[0].length_mm, rel=0.05)


def test_several_furrows_are_counted_and_ordered() -> None:
    shapes = (
        Furrow(0.15, 0.8, 5, "cosine", 0, 0, 3),
        Furrow(0.08, 0.5, 5, "cosine", 80, -4),
        Furrow(0.25, 1.0, 6, "v", 20, 1, -2.5),
    )
    found = wrinkles_of(together(*shapes), rms_um=5)
    assert [w.label for w in found] == [1, 2, 3]
    assert [w.mean_depth for w in found] == pytest.approx([250, 150, 80], rel=0.06)
    assert [w.orientation_deg for w in found] == pytest.approx([20, 0, 80], abs=4) or found[1].orientation_deg > 176


@pytest.mark.parametrize("rms_um", [5.0, 15.0, 30.0])
def test_pure_microrelief_has_no_wrinkles(rms_um: float) -> None:
    assert len(wrinkles_of(plane(), rms_um=rms_um)) <= 1


def test_the_foot_of_a_hill_is_not_a_furrow() -> None:
    assert wrinkles_of(together(bump(0.2, 1.5, -2.0), bump(0.15, 1.0, 3.0, 1.0))) == []


def test_basins_are_not_wrinkles() -> None:
    assert wrinkles_of(bump(-0.1, 1.5)) == []


def test_short_and_shallow_lines_do_not_count() -> None:
    assert wrinkles_of(Furrow(0.1, 0.4, 1.2, "cosine", 30)) == []
    assert wrinkles_of(Furrow(0.015, 0.5, 6.0, "cosine", 30)) == []


def test_a_gap_does_not_cut_a_wrinkle_in_two() -> None:
    pair = together(Furrow(0.12, 0.6, 2.6, "cosine", 0, -1.7), Furrow(0.12, 0.6, 2.6, "cosine", 0, 1.7))
    found = wrinkles_of(pair)
    assert len(found) == 1 and found[0].length_mm > 5.0


def test_pixels_need_not_be_square() -> None:
    found = wrinkles_of(Furrow(0.15, 0.9, 6, "cosine", 40), Grid(420, 700, 0.025, 0.015))
    assert len(found) == 1
    assert found[0].mean_depth == pytest.approx(150, rel=0.03)
    assert found[0].orientation_deg == pytest.approx(40, abs=2)


def test_centre_line_lies_on_the_floor() -> None:
    furrow = Furrow(0.12, 0.7, 7, "cosine", 15, 0.5, -0.5, bend_mm=10)
    line = wrinkles_of(furrow, rms_um=4)[0].centre_line
    x = (line[:, 1] - (GRID.cols - 1) / 2) * GRID.col_mm
    y = -(line[:, 0] - (GRID.rows - 1) / 2) * GRID.row_mm
    assert np.percentile(furrow.distance(x, y), 90) < 0.04


def test_labels_cover_the_furrow() -> None:
    furrow = Furrow(0.15, 1.0, 6, "v", 30)
    height = GRID.height_um(furrow)
    everywhere = np.ones(height.shape, dtype=bool)
    spacing = Spacing.square(0.02)
    furrows = find_furrows(Relief(height, spacing), everywhere, WrinkleLimits(), everywhere).furrows
    labels = draw_labels(furrows, GRID.height_um(furrow).shape, spacing)
    truth = furrow.section(furrow.distance(GRID.x, GRID.y)) > 0.1
    assert (labels[truth] == 1).mean() > 0.91  # the pointed ends are not counted
    assert (labels[~truth] > 0).mean() < 0.005


def test_thinning_agrees_with_scikit_image() -> None:
    from skimage.morphology import thin as oracle

    mask = square(120, 150, 0.05).height_um(Furrow(1.0, 1.0, 4, bend_mm=2)) < -300
    mask |= np.random.default_rng(0).random(mask.shape) > 0.6
    assert (thin(mask) == oracle(mask)).all()


def straight(start: tuple[float, float], end: tuple[float, float], width_mm: float = 0.6) -> Sections:
    """A line between two places in mm (down, right), on pixels of 0.02 mm."""
    way = np.subtract(end, start)
    count = round(float(np.hypot(*way)) / 0.02)
    points = (np.array(start) + np.linspace(0, 1, count)[:, None] * way) / 0.02
    normal = np.array([way[0], way[1]]) / np.hypot(*way)
    every = np.ones(count)
    half = every * width_mm / 2
    return Sections(points, np.tile(normal, (count, 1)), 0.02 * every, 90 * every, half, half, every)


def test_how_far_lines_lie_apart() -> None:
    apart = lines_apart([straight((0, 0), (8, 0)), straight((0, 3), (8, 3))], Spacing.square(0.02))
    assert apart is not None
    assert (apart.mean, apart.inner, apart.spread) == pytest.approx((3, 3, 0), abs=1e-6)


def test_where_lines_meet_they_do_not_lie_beside_each_other() -> None:
    lines = [straight((0, 0), (8, 0)), straight((0, 3), (8, 3))]
    branches = [straight((4, 0.0), (6, 0.5)), straight((4, 0.5), (6, 0.5))]
    for branch in branches:
        apart = lines_apart([*lines, branch], Spacing.square(0.02))
        assert apart is not None
        assert apart.mean == pytest.approx(3, abs=0.3)


def test_crests_along_the_border_are_no_faint_lines() -> None:
    shape = (100, 100)
    everywhere, sigma = np.ones(shape, dtype=bool), np.full(shape, 0.25, dtype=np.float32)
    ridges = Ridges(sigma, np.zeros((*shape, 2), dtype=np.float32), sigma)
    inner = away_from_border(Crests(everywhere, ridges.strength, 0.1, 0.2), ridges, 0.02)
    assert inner.where[15:-15, 15:-15].all()
    assert inner.where.sum() == 70 * 70
