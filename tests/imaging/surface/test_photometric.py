"""Normals and heights from rendered pictures whose truth is known in closed form."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from imaging.errors import MeasurementError
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.model.surface import Surface
from imaging.surface.light.normal_solve import robust_solve, scatter, solve
from imaging.surface.reconstruction import reconstruct
from tests.scenes import (
    Furrow,
    Grid,
    Relief,
    Rendering,
    bump,
    paraboloid,
    plane,
    quadrant_leds,
    render,
    sphere_cap,
    square,
    to_linear16,
    to_srgb8,
    together,
)

GRID = square(240, 320, 0.03)
LEDS = quadrant_leds()
SIX = quadrant_leds(count=6)


def surface_of(relief: Relief, lights: np.ndarray, model: str, grid: Grid = GRID, **options: object) -> Surface:
    pictures = render(relief, grid, lights, model == "near", Rendering(exposure=0.5))
    frames = tuple(to_linear16(p) for p in pictures)
    spacing = Spacing(grid.row_mm, grid.col_mm)
    return reconstruct(MeasureInputs(frames, Lights(model, lights), spacing, **options))  # type: ignore[arg-type]


def mean_angle(surface: Surface, truth: np.ndarray) -> float:
    cosine = np.clip(np.sum(surface.normals * truth, axis=-1), -1, 1)
    return float(np.nanmean(np.degrees(np.arccos(cosine))))


@pytest.mark.parametrize("model", ["near", "distant"])
@pytest.mark.parametrize("lights", [LEDS, SIX, LEDS[:3]], ids=["four", "six", "three"])
def test_a_bump_comes_out_as_a_bump(model: str, lights: np.ndarray) -> None:
    relief = bump(0.2, 1.5, 0.8, 0.6)
    surface = surface_of(relief, lights, model)
    truth = GRID.height_um(relief)
    error = surface.height_full - (truth - truth.mean())
    assert mean_angle(surface, GRID.normals(relief)) < 0.1
    assert np.abs(error).max() < 2.0
    row, col = np.unravel_index(np.argmax(surface.height_full), surface.shape)
    assert abs(row - (119.5 - 0.6 / 0.03)) <= 1 and abs(col - (159.5 + 0.8 / 0.03)) <= 1


def test_tilted_plane_keeps_its_tilt() -> None:
    surface = surface_of(plane(0.1, -0.05), LEDS, "distant")
    slopes = np.gradient(surface.height_full / 1000, 0.03)
    assert -np.mean(slopes[0]) == pytest.approx(-0.05, abs=1e-3)
    assert np.mean(slopes[1]) == pytest.approx(0.1, abs=1e-3)
    assert np.abs(surface.height).max() < 0.5


def test_pixels_need_not_be_square() -> None:
    grid = Grid(200, 300, 0.04, 0.02)
    relief = sphere_cap(30.0)
    surface = surface_of(relief, LEDS, "distant", grid)
    truth = grid.height_um(relief)
    assert np.abs(surface.height_full - (truth - truth.mean())).max() < 1.0


def test_near_lights_follow_a_curved_base() -> None:
    relief = together(paraboloid(40.0), Furrow(0.15, 1.2, 6))
    surface = surface_of(relief, LEDS, "near")
    middle = surface.height[120, 160]
    beside = (surface.height[120 - 30, 160] + surface.height[120 + 30, 160]) / 2
    assert beside - middle == pytest.approx(150, rel=0.02)
    assert mean_angle(surface, GRID.normals(relief)) < 0.25


@pytest.mark.parametrize(("across_px", "tolerance"), [(120, 0.01), (30, 0.04)])
def test_v_groove_depth(across_px: int, tolerance: float) -> None:
    grid = square(240, 240, 0.6 / across_px)
    surface = surface_of(Furrow(0.1, 0.6, 50, "v", angle_deg=90), LEDS, "distant", grid)
    section = surface.height_full[120]
    reach = round(0.32 / grid.col_mm)
    shoulders = (section[120 - reach] + section[119 + reach]) / 2
    assert shoulders - section.min() == pytest.approx(100, rel=tolerance)


def test_flat_fields_take_the_fall_off_out_once() -> None:
    relief = bump(0.1, 1.5)
    white = Rendering(albedo=(0.9, 0.9, 0.9), exposure=0.5)
    frames = tuple(to_linear16(p) for p in render(relief, GRID, LEDS, True, Rendering(exposure=0.5)))
    flats = tuple(to_linear16(p) for p in render(plane(), GRID, LEDS, True, white))
    lights = Lights("near", LEDS)
    surface = reconstruct(MeasureInputs(frames, lights, Spacing.square(0.03), flat_fields=flats))
    assert mean_angle(surface, GRID.normals(relief)) < 0.15


def test_ambient_light_is_subtracted() -> None:
    relief = bump(0.1, 1.5)
    pictures = render(relief, GRID, LEDS, False, Rendering(exposure=0.5))
    frames = tuple(to_linear16(p + 0.08) for p in pictures)
    ambient = to_linear16(np.full_like(pictures[0], 0.08))
    surface = reconstruct(MeasureInputs(frames, Lights("distant", LEDS), Spacing.square(0.03), ambient=ambient))
    assert mean_angle(surface, GRID.normals(relief)) < 0.1


def test_a_saturated_light_is_left_out() -> None:
    relief = bump(0.1, 1.5)
    pictures = render(relief, GRID, SIX, False, Rendering(exposure=0.5))
    frames = [to_linear16(p) for p in pictures]
    frames[1][80:140, 100:200] = 65535
    surface = reconstruct(MeasureInputs(tuple(frames), Lights("distant", SIX), Spacing.square(0.03)))
    assert mean_angle(surface, GRID.normals(relief)) < 0.1
    assert any("overexposed" in w for w in surface.warnings)


def test_a_saturated_light_of_four_is_left_out() -> None:
    relief = bump(0.1, 1.5)
    frames = [to_linear16(p) for p in render(relief, GRID, LEDS, False, Rendering(exposure=0.5))]
    frames[2][80:140, 100:200] = 65535
    surface = reconstruct(MeasureInputs(tuple(frames), Lights("distant", LEDS), Spacing.square(0.03)))
    assert surface.valid.all()
    assert mean_angle(surface, GRID.normals(relief)) < 0.2


def test_masked_pixels_are_nan_everywhere() -> None:
    mask = np.ones((240, 320), dtype=bool)
    mask[100:130, 150:190] = False
    mask[:, :40] = False
    relief = bump(0.2, 2.0)
    surface = surface_of(relief, LEDS, "distant", mask=mask)
    truth = GRID.height_um(relief)
    for values in (surface.height, surface.height_full, surface.uncertainty, surface.normals, surface.albedo):
        assert np.isnan(values[~mask]).all() and np.isfinite(values[mask]).all()
    error = (surface.height_full - truth)[mask]
    assert np.abs(error - error.mean()).max() < 2.0


def test_uncalibrated_heights_are_pixels() -> None:
    frames = tuple(to_linear16(p) for p in render(bump(0.3, 2.0), GRID, LEDS, False, Rendering(exposure=0.5)))
    surface = reconstruct(MeasureInputs(frames, Lights("distant", LEDS)))
    assert surface.height_unit == "px" and not surface.is_calibrated
    assert surface.height_full.max() - surface.height_full.min() == pytest.approx(10.0, rel=0.03)


def test_a_dead_light_is_named() -> None:
    pictures = render(bump(0.1, 1.5), GRID, LEDS, False, Rendering(exposure=0.5))
    pictures[2] *= 0.001
    surface = reconstruct(MeasureInputs(tuple(map(to_srgb8, pictures)), Lights("distant", LEDS)))
    assert any(w.startswith("Light 3 ") for w in surface.warnings)


def test_exchanged_lights_are_named() -> None:
    relief = together(bump(0.3, 1.0), bump(-0.2, 1.0, 2.5, 1.0))
    lights = np.concatenate([SIX, [[0.0, 0.0, 20.0]]])
    frames = [to_linear16(p) for p in render(relief, GRID, lights, True, Rendering(exposure=0.4))]
    frames[0], frames[2] = frames[2], frames[0]
    surface = reconstruct(MeasureInputs(tuple(frames), Lights("near", lights), Spacing.square(0.03)))
    assert any("3, 2, 1, 4, 5, 6, 7" in w for w in surface.warnings)


def test_a_dark_sample_says_that_its_lamp_is_behind_the_surface() -> None:
    """At the rim of a ball few lamps are in front: lit samples alone know too little there."""
    rng = np.random.default_rng(7)
    azimuth, upright = rng.uniform(0, 2 * np.pi, 2000), rng.uniform(0.05, 0.25, 2000)
    level = np.sqrt(1 - upright**2)
    normals = np.stack([level * np.cos(azimuth), level * np.sin(azimuth), upright]).astype(np.float32)
    lamps = quadrant_leds(6.0, 14.0, count=8) + np.array([0, 5.0, 0])
    light = (lamps / np.linalg.norm(lamps, axis=1, keepdims=True)).astype(np.float32)[:, :, None]
    signal = np.maximum((light * normals).sum(axis=1), 0) + rng.normal(0, 0.01, (8, 2000)).astype(np.float32)
    lit = signal > 0.05
    weights = np.where(lit, 1, 1e-4).astype(np.float32)
    start = solve(scatter(signal, light, weights))
    errors = []
    for usable in (lit, None):
        found, _, _ = robust_solve(signal, light, weights, start, usable)
        cosine = (found * normals).sum(axis=0) / np.linalg.norm(found, axis=0)
        errors.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean())
    assert errors[1] < 0.8 * errors[0]


def test_black_frames_are_refused() -> None:
    black = tuple(np.zeros((20, 30), np.uint8) for _ in range(4))
    with pytest.raises(MeasurementError, match="No pixel"):
        reconstruct(MeasureInputs(black, Lights("distant", LEDS)))


def test_albedo_and_photograph_do_not_follow_the_relief() -> None:
    surface = surface_of(bump(0.3, 1.5), LEDS, "near")
    assert surface.albedo[..., 1].std() / surface.albedo[..., 1].mean() < 0.01
    assert surface.photograph.dtype == np.uint8 and surface.photograph.shape == (240, 320, 3)
    assert (surface.photograph[..., 0] > surface.photograph[..., 2]).all()


def read_set(folder: Path, name: str) -> tuple[tuple[np.ndarray, ...], np.ndarray, np.ndarray]:
    lines = (folder / name / "lights.lp").read_text().splitlines()[1:]
    lights = np.array([[float(v) for v in line.split()[1:]] for line in lines if line.strip()])
    frames = tuple(
        cv2.cvtColor(cv2.imread(str(folder / name / f"{name}.{k}.png"), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        for k in range(len(lights))
    )
    mask = cv2.imread(str(folder / name / f"{name}.mask.png"), cv2.IMREAD_GRAYSCALE) > 127
    return frames, lights, mask


def test_real_matte_sphere(test_data: Path) -> None:
    frames, lights, mask = read_set(test_data / "multi-light", "gray")
    surface = reconstruct(MeasureInputs(frames, Lights("distant", lights), encoding="linear", mask=mask))
    rows, cols = np.nonzero(mask)
    radius = (np.ptp(rows) + np.ptp(cols) + 2) / 4
    x, y = (cols - (cols.min() + cols.max()) / 2) / radius, -(rows - (rows.min() + rows.max()) / 2) / radius
    truth = np.stack([x, y, np.sqrt(np.clip(1 - x * x - y * y, 0, None))], axis=1)
    truth /= np.linalg.norm(truth, axis=1, keepdims=True)
    angle = np.degrees(np.arccos(np.clip(np.sum(surface.normals[mask] * truth, axis=1), -1, 1)))
    inner = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8))[mask] > 0
    assert np.isfinite(angle).mean() > 0.999
    assert np.nanmean(angle) < 5.0
    assert np.nanmean(angle[inner]) < 4.5


@pytest.mark.parametrize("name", ["buddha", "owl"])
def test_real_figures_are_convex(test_data: Path, name: str) -> None:
    frames, lights, mask = read_set(test_data / "multi-light", name)
    surface = reconstruct(MeasureInputs(frames, Lights("distant", lights), encoding="linear", mask=mask))
    inner = cv2.erode(mask.astype(np.uint8), np.ones((41, 41), np.uint8)) > 0
    rim = mask & ~(cv2.erode(mask.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0)
    assert np.nanmean(surface.height_full[inner]) > np.nanmean(surface.height_full[rim])
