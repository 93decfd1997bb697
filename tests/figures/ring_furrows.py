"""Furrows and painted lines under a ring of lights, one path-traced picture each, against their closed form."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from imaging.camera.pictures import read_picture
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.measurement import MeasuredCapture, Wrinkle
from imaging.pipeline import measure
from tests.figures.study import FigureTable
from tests.renderings.ring import RING_SCENES, RingScene, Stain
from tests.renderings.truth import Furrow

RENDERINGS = Path(__file__).parents[1] / "renderings"
_SUBJECT = (
    "Furrows 0.3 to 1.4 mm wide on a curved base under twelve near lights around the lens, rendered with Mitsuba 3 "
    "(`tests/renderings/ring.py`); 8-bit, 40 µm per pixel. ring-skin, ring-mottled: blotches of pigment, gloss. "
    "Relative depths; the last two columns after calibration on the second and the last but one of the picture's own."
)


@dataclass(frozen=True)
class RingReading:
    """One furrow: true depth in µm, and what was found."""

    furrow: Furrow
    found: Wrinkle | None


@cache
def measure_ring(scene: RingScene) -> MeasuredCapture:
    picture = read_picture(RENDERINGS / f"{scene.name}.png")
    return measure(MeasureInputs((picture,), spacing=Spacing.square(scene.spacing_mm)))


def line_at(place: Furrow | Stain, scene: RingScene) -> Wrinkle | None:
    """The longest wrinkle whose centre line passes within half a millimetre of a place."""
    rows, cols = scene.shape
    row, col = (rows - 1) / 2 - place.y_mm / scene.spacing_mm, place.x_mm / scene.spacing_mm + (cols - 1) / 2
    near = [
        item
        for item in measure_ring(scene).measurement.items
        if np.hypot(*(item.centre_line - (row, col)).T).min() * scene.spacing_mm < 0.5
    ]
    return max(near, key=lambda item: item.length_mm, default=None)


def readings(scene: RingScene) -> list[RingReading]:
    """Shallowest first."""
    furrows = sorted(scene.furrows, key=lambda furrow: furrow.depth_um)
    return [RingReading(furrow, line_at(furrow, scene)) for furrow in furrows]


def factor_of(pair: list[RingReading]) -> float:
    """µm per relative unit from two grooves, as `calibrate depth` takes it."""
    ratios = [r.furrow.depth_um / r.found.max_depth for r in pair if r.found is not None]
    return float(np.exp(np.mean(np.log(ratios)))) if ratios else float("nan")


def ring_study(_data: Path | None) -> FigureTable:
    rows = []
    for scene in RING_SCENES:
        found = readings(scene)
        factor = factor_of([found[1], found[-2]]) if len(found) > 2 else float("nan")
        for reading in found:
            rows.append((scene.name, *_furrow_row(reading, factor)))
        for stain in scene.stains:
            line = line_at(stain, scene)
            words = (
                "not found" if line is None else "pigment suspect" if line.is_pigment_suspect else "read as a furrow"
            )
            density = " / ".join(f"{d:g}" for d in stain.density)
            rows.append((scene.name, f"paint, density {density}", f"{stain.width_mm:g}", words, "", ""))
    columns = ("scene", "true depth, µm", "width, mm", "relative", "calibrated, µm", "error")
    return FigureTable("One light: furrows and paint under a ring", _SUBJECT, columns, tuple(rows))


def _furrow_row(reading: RingReading, factor: float) -> tuple[str, ...]:
    furrow, found = reading.furrow, reading.found
    start = (f"{furrow.depth_um:g}", f"{furrow.width_mm:g}")
    if found is None:
        return (*start, "not found", "", "")
    suspect = ", pigment suspect" if found.is_pigment_suspect else ""
    if not np.isfinite(factor):
        return (*start, f"{found.max_depth:.0f}{suspect}", "", "")
    error = f"{100 * (factor * found.max_depth / furrow.depth_um - 1):+.0f} %"
    return (*start, f"{found.max_depth:.0f}{suspect}", f"{factor * found.max_depth:.0f}", error)
