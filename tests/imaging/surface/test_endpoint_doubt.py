"""What the doubt of lengths, basins and heights is made of follows the relief it is asked of."""

import cv2
import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.model.measurement import MeasureLimits, Wrinkle, WrinkleLimits
from imaging.surface.depression_doubt import BasinDoubt, bent_basins, spread
from imaging.surface.depressions import BasinMap, find_basins
from imaging.surface.endpoint_doubt import Doubt
from imaging.surface.lines.fans import Relief
from imaging.surface.reconstruction import reconstruct
from imaging.surface.wrinkle_endpoints import wrinkle_values
from imaging.surface.wrinkles import find_furrows
from tests.scenes import Furrow, Rendering, plane, quadrant_leds, render, square, to_linear16

GRID = square(480, 640, 0.02)
SPACING = Spacing.square(0.02)
LIMITS = MeasureLimits()


def changed_per_threshold(microrelief_um: float) -> float:
    height, everywhere = GRID.height_um(Furrow(0.2, 0.9, 8, "cosine")), np.ones((480, 640), dtype=bool)
    rough = wavy(np.random.default_rng(2), 0.2, microrelief_um)[:480, :640]
    return find_furrows(Relief(height + rough, SPACING), everywhere, WrinkleLimits(), everywhere).mm_per_threshold


def test_lines_of_microrelief_near_the_threshold_make_a_length_doubtful() -> None:
    assert changed_per_threshold(0.0) < 1
    assert changed_per_threshold(12.0) > 3


def test_a_line_hardly_deep_enough_may_not_count() -> None:
    line = np.column_stack([np.zeros(50), np.arange(50.0)])
    deep, shallow = (Wrinkle(1, 4.0, d, d, 400, 1.6, 0.03, 0, False, line, 400, 2.0) for d in (60.0, 26.0))
    doubt = Doubt(SPACING, WrinkleLimits(), 100.0, None)
    sure, unsure = (wrinkle_values([item], doubt, "um") for item in (deep, shallow))
    for key in ("u_count", "u_total_length_mm", "u_area_mm2"):
        assert unsure[key] > 3 * sure[key]


def wavy(rng: np.random.Generator, sigma_mm: float, height_um: float) -> np.ndarray:
    smooth = cv2.GaussianBlur(rng.standard_normal((600, 800)).astype(np.float32), (0, 0), sigma_mm / 0.04)
    return np.asarray(height_um * smooth / smooth.std(), dtype=np.float32)


def area_of(depth: np.ndarray) -> float:
    skin = BasinMap(depth, np.ones(depth.shape, dtype=bool), Spacing.square(0.04))
    return sum(basin.area_mm2 for basin in find_basins(skin, LIMITS))


def test_bends_move_the_area_of_basins_as_stated() -> None:
    rng = np.random.default_rng(4)
    depth = wavy(rng, 0.5, 14.0)
    skin = BasinMap(depth, np.ones(depth.shape, dtype=bool), Spacing.square(0.04))
    read, again = bent_basins(skin, LIMITS, BasinDoubt(0.0, 10.0, 0.0))
    stated = spread(sum(b.area_mm2 for b in read), [sum(b.area_mm2 for b in one) for one in again])
    actual = [area_of(depth + wavy(rng, 1.0, 5.0)) - area_of(depth) for _ in range(12)]
    assert stated == pytest.approx(np.sqrt(np.mean(np.square(actual))), rel=0.6)


def test_sure_depths_leave_basins_as_they_are() -> None:
    depth = wavy(np.random.default_rng(4), 0.5, 14.0)
    skin = BasinMap(depth, np.ones(depth.shape, dtype=bool), Spacing.square(0.04))
    read, again = bent_basins(skin, LIMITS, BasinDoubt(0.0, 0.0, 0.0))
    assert all(one == read for one in again)


def test_lights_that_disagree_over_millimetres_bend_the_height_as_stated() -> None:
    pictures = render(plane(), GRID, quadrant_leds(), False, Rendering(exposure=0.5))
    across = np.arange(640) * 0.02
    uneven = [1 + 0.02 * np.sin(2 * np.pi * across / 4.0 + turn) for turn in (0, 2, 4, 1)]

    def seen(*factors: np.ndarray | float) -> tuple[float, float]:
        frames = tuple(
            to_linear16(one * np.reshape(factor, (1, -1, 1))) for one, factor in zip(pictures, factors, strict=True)
        )
        surface = reconstruct(MeasureInputs(frames, Lights("distant", quadrant_leds()), SPACING))
        assert surface.bend_doubt is not None
        return surface.bend_doubt, float(surface.height.std())

    stated, actual = seen(*uneven)
    assert 0.3 < stated / actual < 3
    brighter, _ = seen(1.02, 1, 1, 1)
    assert brighter < 0.2 * stated
