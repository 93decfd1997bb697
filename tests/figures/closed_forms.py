"""Surfaces with a formula, shaded exactly at their true places: how much of them comes back."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.model.measurement import MeasureLimits
from imaging.model.surface import Surface
from imaging.surface.endpoints import measure_wrinkles_on
from imaging.surface.reconstruction import reconstruct
from tests.figures.study import FigureTable, judged
from tests.renderings.truth import Furrow, Section
from tests.scenes import Grid, Relief, Rendering, plane, quadrant_leds, render, sine, sphere_cap, square, to_linear16

Model = Literal["near", "distant"]
LEDS = quadrant_leds(20.0, 24.0)
WIDTH_MM = 1.2
SECTIONS: tuple[Section, ...] = ("v", "u", "cosine")
SHARES = {"v": (0.08, 0.2), "u": (0.08, 0.15), "cosine": (0.08, 0.2)}
"""Depths as shares of the width: shallow, and as steep as the lights still reach."""
GOALS = {120: 0.01, 30: 0.04}
ALONG = 60


@dataclass(frozen=True)
class Groove:
    """A straight groove through the whole picture, upright unless turned."""

    section: Section
    depth_share: float
    across_px: int
    angle_deg: float = 90.0

    @property
    def furrow(self) -> Furrow:
        return Furrow(0, 0, self.angle_deg, 100, WIDTH_MM, 1000 * self.depth_share * WIDTH_MM, self.section)

    @property
    def grid(self) -> Grid:
        rows, cols = max(ALONG, self.across_px), 8 * self.across_px
        return square(rows, cols, WIDTH_MM / self.across_px) if self.angle_deg == 90 else self._large(cols)

    def _large(self, cols: int) -> Grid:
        return square(cols, cols, WIDTH_MM / self.across_px)


def shaded(relief: Relief, grid: Grid, model: Model, mask: npt.NDArray[np.bool_] | None = None) -> Surface:
    """What the engine makes of exact 16-bit pictures of a relief."""
    pictures = render(relief, grid, LEDS, model == "near", Rendering(exposure=0.5))
    frames = tuple(to_linear16(picture) for picture in pictures)
    return reconstruct(MeasureInputs(frames, Lights(model, LEDS), Spacing(grid.row_mm, grid.col_mm), mask=mask))


def groove_depth_um(groove: Groove, surface: Surface) -> float:
    """By the section definition, along the middle of the true line."""
    reach = 0.3 * min(groove.grid.rows, groove.grid.cols) * groove.grid.row_mm
    line = replace(groove.furrow, length_mm=2 * reach).line_mm()
    rows = (groove.grid.rows - 1) / 2 - line[:, 1] / groove.grid.row_mm
    cols = (groove.grid.cols - 1) / 2 + line[:, 0] / groove.grid.col_mm
    wrinkle = measure_wrinkles_on(surface, [np.column_stack([rows, cols])], MeasureLimits())[0]
    return wrinkle.mean_depth if wrinkle else float("nan")


def groove_error(groove: Groove, model: Model) -> float:
    """Share by which a groove reads too deep."""
    surface = shaded(lambda x, y: groove.furrow.height(x, y) / 1000, groove.grid, model)
    return groove_depth_um(groove, surface) / groove.furrow.depth_um - 1


def form_error_um(relief: Relief, grid: Grid, model: Model) -> tuple[float, float]:
    """Largest error of the height with its form, and the span of the true heights."""
    truth = grid.height_um(relief)
    error = shaded(relief, grid, model).height_full - truth
    return float(np.abs(error - np.median(error)).max()), float(np.ptp(truth))


FORMS: dict[str, Relief] = {
    "plane, tilted 6 and -3 degrees": plane(0.1, -0.05),
    "sphere of 30 mm radius": sphere_cap(30.0),
    "sine of 60 µm, 1.5 mm long, at 30 degrees": sine(0.03, 1.5, 30),
}
FORM_GRID = square(240, 320, 0.03)
MODELS: tuple[Model, ...] = ("distant", "near")


def closed_form_study(_data: Path | None) -> FigureTable:
    rows = []
    for name, relief in FORMS.items():
        forms = [form_error_um(relief, FORM_GRID, model) for model in MODELS]
        rows.append((name, f"{forms[0][1]:.0f} µm", *(f"{error:.2f} µm at most" for error, _ in forms), ""))
    for across_px, goal in GOALS.items():
        for section in SECTIONS:
            for share in SHARES[section]:
                groove = Groove(section, share, across_px)
                found = [groove_error(groove, model) for model in MODELS]
                named = f"{section} groove, {across_px} px across (goal {goal:.0%})"
                verdict = judged(max(np.abs(found)) <= goal)
                rows.append((named, f"{groove.furrow.depth_um:.0f} µm", *(f"{error:+.2%}" for error in found), verdict))
    return FigureTable(
        "Closed forms",
        "Exact irradiance at the true places, four LEDs 20 mm aside and 24 mm high or as many distant lights, 16-bit "
        "linear colour. Forms: largest error of the height; grooves: error of the depth by the section definition.",
        ("surface", "true height or depth", *(f"{model} lights" for model in MODELS), "goal"),
        tuple(rows),
    )
