"""One line cut through both visits of a comparison."""

from dataclasses import replace

import cv2
import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.comparison import Change
from imaging.model.measurement import MeasuredCapture
from imaging.model.profile import Profile, ProfileLine

_UNITS = {"um": "µm", "px": "px", "rel": ""}
_SIDE_MM = 2.0
"""To both sides of a wrinkle that a line is laid across."""


def cut_profile(change: Change, reference: MeasuredCapture, line: ProfileLine) -> Profile | None:
    """Heights along a line, then and now, about one sample a pixel, read between pixels (linear).

    The moving height is the reference height plus the change, which is levelled on unchanged skin: both curves lie on
    each other where nothing changed.

    Parameters
    ----------
    reference : the capture on whose pixels the change lies

    Returns
    -------
    None when the visits could not be brought together, or the line is shorter than two pixels.
    """
    if not change.registration.is_trusted or line.length_px < 2:
        return None
    count = max(int(np.ceil(line.length_px)) + 1, 3)
    rows, cols = (np.linspace(a, b, count, dtype=np.float32) for a, b in zip(line.start, line.end, strict=True))
    surface = reference.surface
    height = surface.height if change.reference_height is None else change.reference_height
    then = _read(height, rows, cols)
    spacing = surface.spacing
    pitch = (spacing.row_mm, spacing.col_mm) if spacing else (1.0, 1.0)
    distance = np.hypot((rows - rows[0]) * pitch[0], (cols - cols[0]) * pitch[1])
    maps = (change.reference_uncertainty, change.moving_uncertainty, change.change_uncertainty)
    doubts = [None if u is None else _read(u, rows, cols) for u in maps]
    return Profile(
        np.asarray(distance, np.float32), then, then + _read(change.change, rows, cols), doubts[0], doubts[1],
        "mm" if spacing else "px", _UNITS[surface.height_unit], doubts[2],
    )  # fmt: skip


def line_across(change: Change, reference: MeasuredCapture) -> ProfileLine:
    """Where a person may begin: across the middle of the deepest wrinkle, else through the middle of the region."""
    known = [wrinkle for wrinkle in change.wrinkles if wrinkle.reference_depth_um is not None]
    roi = change.roi
    if not known:
        row = (roi.row0 + roi.row1) / 2
        quarter = (roi.col1 - roi.col0) / 4
        return ProfileLine((row, roi.col0 + quarter), (row, roi.col1 - quarter))
    points = max(known, key=lambda wrinkle: wrinkle.reference_depth_um or 0.0).centre_line
    middle = len(points) // 2
    before, after = points[max(middle - 5, 0)], points[min(middle + 5, len(points) - 1)]
    along = (after - before) / max(float(np.hypot(*(after - before))), 1e-6)
    spacing = reference.surface.spacing
    side = _SIDE_MM / spacing.mean_mm if spacing else 0.08 * max(reference.surface.shape)
    across = np.array([-along[1], along[0]]) * side
    return _inside(ProfileLine(_place(points[middle] - across), _place(points[middle] + across)), change)


def _place(point: FloatMap) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _inside(line: ProfileLine, change: Change) -> ProfileLine:
    rows, cols = change.change.shape
    start, end = (
        (min(max(row, 0.0), rows - 1.0), min(max(col, 0.0), cols - 1.0)) for row, col in (line.start, line.end)
    )
    return replace(line, start=start, end=end)


def _read(values: FloatMap, rows: FloatMap, cols: FloatMap) -> FloatMap:
    """NaN outside and next to what was not measured."""
    found = cv2.remap(
        np.ascontiguousarray(values, np.float32), cols[None], rows[None], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=float("nan"),
    )  # fmt: skip
    return np.asarray(found[0], np.float32)
