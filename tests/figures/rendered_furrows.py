"""Depth of path-traced furrows against their closed form."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tests.figures.rendered_scenes import (
    FurrowReading,
    calibrated_errors,
    change_errors,
    deepest_reading_um,
    furrow_readings,
)
from tests.figures.study import FigureTable, judged
from tests.renderings.scenes import CHANGES, SCENES
from tests.renderings.truth import Scene


def opaque_scenes(is_jpeg: bool) -> tuple[Scene, ...]:
    return tuple(s for s in SCENES if s.medium is None and s.is_jpeg == is_jpeg and s.furrows and not s.is_grey)


def scattering_scenes(is_held_out: bool) -> tuple[Scene, ...]:
    return tuple(s for s in SCENES if s.medium is not None and s.is_held_out == is_held_out)


def mean_and_worst(errors: Iterable[float]) -> tuple[float, float]:
    sizes = np.abs(list(errors))
    return float(sizes.mean()), float(sizes.max())


def errors_of(scenes: Iterable[Scene]) -> list[float]:
    return [reading.error for scene in scenes for reading in furrow_readings(scene)]


def calibrated_errors_of(scenes: Iterable[Scene]) -> list[float]:
    """Scenes with several grooves, each read with a factor from the others."""
    several = [furrow_readings(scene) for scene in scenes if len(scene.furrows) > 1]
    return [error for readings in several for error in calibrated_errors(readings)]


def furrow_study(_data: Path | None) -> FigureTable:
    rows = [_row(reading) for scene in SCENES for reading in furrow_readings(scene)]
    return FigureTable(
        "Path-traced furrows",
        "Cosine, V and U furrows 0.7 to 2.4 mm wide (13 to 120 pixels) on a curved base, four or eight near lights, "
        "8-bit sRGB, rendered with Mitsuba 3 (`tests/renderings`), most with blotched pigment, gloss (GGX 0.20 to "
        "0.50) and camera noise; depth by the section definition along the middle 70 % of the true line, ± its own "
        "95 % uncertainty.",
        ("scene", "section", "true depth, µm", "read, µm", "error"),
        tuple(rows),
    )


def _row(reading: FurrowReading) -> tuple[str, ...]:
    pixels = reading.furrow.width_mm / reading.scene.spacing_mm
    return (
        reading.scene.name,
        f"{reading.furrow.section}, {pixels:.0f} px",
        f"{reading.true_um:.0f}",
        f"{reading.read_um:.0f} ± {2 * reading.u_um:.0f}",
        f"{reading.error:+.1%}",
    )


def depth_goal_study(_data: Path | None) -> FigureTable:
    """Every figure that the depth is promised with."""
    png, jpeg = opaque_scenes(is_jpeg=False), opaque_scenes(is_jpeg=True)
    groups = (
        ("opaque, 8-bit sRGB", errors_of(png), (0.05, 0.10)),
        ("opaque, JPEG 4:2:2 quality 90", errors_of(jpeg), (0.07, 0.14)),
        ("opaque, calibrated on the other grooves of the device", calibrated_errors_of((*png, *jpeg)), (0.03, None)),
        ("scattering, known coefficients", errors_of(scattering_scenes(is_held_out=False)), (0.20, 0.30)),
        ("scattering, held-out coefficients", errors_of(scattering_scenes(is_held_out=True)), (0.20, 0.30)),
    )
    rows = [_summary(*group) for group in groups if group[1]]
    rows += [_change_row(before, after) for before, after in CHANGES]
    stained = [scene for scene in SCENES if not scene.furrows]
    rows += [_pigment_row(scene) for scene in stained]
    return FigureTable(
        "Depth of path-traced furrows, summed up",
        "Errors as shares of the depth (for changes: points of the depth before). No constant that changes a depth "
        "was chosen on the held-out scenes.",
        ("scenes", "furrows", "mean error", "worst", "goal, mean / worst", ""),
        tuple(rows),
    )


def _pigment_row(scene: Scene) -> tuple[str, ...]:
    deepest = deepest_reading_um(scene)
    return f"pigment alone ({scene.name})", "-", "-", f"{deepest:.1f} µm", "- / 5 µm", judged(deepest < 5)


def _summary(name: str, errors: list[float], goal: tuple[float, float | None]) -> tuple[str, ...]:
    mean, worst = mean_and_worst(errors)
    is_met = mean <= goal[0] and (goal[1] is None or worst <= goal[1])
    words = f"{goal[0]:.0%} / " + ("-" if goal[1] is None else f"{goal[1]:.0%}")
    return name, str(len(errors)), f"{mean:.1%}", f"{worst:.1%}", words, judged(is_met)


def _change_row(before: Scene, after: Scene) -> tuple[str, ...]:
    errors = change_errors(before, after)
    mean, worst = mean_and_worst(errors)
    true = after.furrows[0].depth_um / before.furrows[0].depth_um - 1
    held = ", held out" if before.is_held_out else ""
    return (
        f"change of {true:+.0%} ({before.name}{held})",
        str(len(errors)),
        f"{mean:.1%}",
        f"{worst:.1%}",
        "- / 5 points",
        judged(worst <= 0.05),
    )
