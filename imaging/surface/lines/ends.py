"""Where skin belongs to wrinkles: on them, and around their ends, where the walls close in. It is neither basin nor
texture."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, LabelMap
from imaging.model.geometry import Spacing
from imaging.surface.lines.bridges import Floats
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.sections import Sections

MARGIN_MM = 0.1
"""Skin this close to a wrinkle is not texture."""


@dataclass(frozen=True, eq=False)
class RunOut:
    """A disc around an end of a line, which reaches as far as the line is wide.

    A disc and not a strip straight on: which way the last points of a line turn at a fork is chance.

    Parameters
    ----------
    end_mm : (2,) down and right of the first pixel's centre
    is_open : the line would leave the picture: it runs out at the border, wherever it was found to end
    """

    end_mm: Floats
    width_mm: float
    is_open: bool


def open_ends(sections: Sections, relief: Relief) -> tuple[bool, bool]:
    """Whether a line would leave the picture half a width further on, at its first and at its last point."""
    points, scale = sections.points, np.array([relief.spacing.row_mm, relief.spacing.col_mm])
    reach = min(len(points) - 1, 10)
    ways = np.stack([points[0] - points[reach], points[-1] - points[-1 - reach]]) * scale
    further_mm = 0.5 * _mean_width_mm(sections) / np.maximum(np.hypot(*ways.T), 1e-9)
    beyond = points[[0, -1]] + further_mm[:, None] * ways / scale
    first, last = ((beyond < 0) | (beyond > np.array(relief.height.shape) - 1)).any(axis=1)
    return bool(first), bool(last)


def run_outs(sections: Sections, relief: Relief) -> list[RunOut]:
    """Of the first and of the last point of a line."""
    ends = sections.points[[0, -1]] * [relief.spacing.row_mm, relief.spacing.col_mm]
    width_mm = _mean_width_mm(sections)
    return [RunOut(end, width_mm, is_open) for end, is_open in zip(ends, open_ends(sections, relief), strict=True)]


def draw_run_outs(ends: Sequence[RunOut], shape: tuple[int, int], spacing: Spacing, widths: float = 1.0) -> BoolMap:
    """(rows, cols) True where lines run out, if those that end inside the picture do so within so many widths."""
    drawn = np.zeros(shape, dtype=np.uint8)
    for end in ends:
        row, col = np.round(16 * end.end_mm / [spacing.row_mm, spacing.col_mm]).astype(int)
        reach = end.width_mm * (1.0 if end.is_open else widths)
        axes = round(16 * reach / spacing.col_mm), round(16 * reach / spacing.row_mm)
        cv2.ellipse(drawn, (int(col), int(row)), axes, 0, 0, 360, 1, thickness=cv2.FILLED, shift=4)
    return drawn.view(np.bool_)


def near_wrinkles(labels: LabelMap, spacing: Spacing) -> BoolMap:
    """(rows, cols) True on wrinkles and a tenth of a millimetre around."""
    size = [2 * round(MARGIN_MM / mm) + 1 for mm in (spacing.col_mm, spacing.row_mm)]
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size[0], size[1]))
    return np.asarray(cv2.dilate((labels > 0).view(np.uint8), kernel)).view(np.bool_)


def _mean_width_mm(sections: Sections) -> float:
    known = sections.width_mm[np.isfinite(sections.width_mm)]
    return float(known.mean()) if known.size else 0.0
