"""One region of a site, drawn on its baseline and carried to every other capture by where the skin lies on it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from imaging.model.arrays import Pixels, Points
from imaging.model.geometry import Roi
from imaging.model.light_stack import LightStack
from imaging.model.visit import Capture

if TYPE_CHECKING:
    from imaging.archive.store import Archive
    from imaging.export.captions import CaptureRecord

NOT_CARRIED = (
    "The region of this site could not be carried to this picture, which does not register on the baseline: the whole "
    "picture was measured."
)


def region_on(
    archive: "Archive", record: "CaptureRecord", stack: Callable[[Capture], LightStack]
) -> tuple[Roi | None, tuple[str, ...]]:
    """The region in pixels of a capture, and a warning where it could not be carried there.

    None where no region was drawn, or the capture does not show enough of it.

    Parameters
    ----------
    stack : reads the frames of a capture
    """
    capture = record.capture
    region = archive.roi(capture.subject_id, record.visit.study_id, capture.site)
    baseline = archive.baseline(capture.subject_id, record.visit.study_id, capture.site)
    if region is None or baseline is None:
        return None, ()
    if baseline.identifier == capture.identifier:
        return region, ()
    carried = carried_region(region, _evenly_lit(stack(baseline)), _evenly_lit(stack(capture)))
    return carried, () if carried else (NOT_CARRIED,)


def carried_region(region: Roi, reference: Pixels, moving: Pixels) -> Roi | None:
    """A rectangle of the reference picture on the moving one, upright; None when the pictures do not register.

    Its sides lie at the means of where the corners come to lie: a turn of some degrees neither widens nor narrows it.
    """
    from imaging.alignment.pose import PoseReference
    from imaging.alignment.rigid import inverse

    pose = PoseReference(reference, region).locate(moving)
    return None if pose is None else _upright(region, inverse(pose.matrix), moving.shape)


def _upright(region: Roi, matrix: Points, shape: tuple[int, ...]) -> Roi | None:
    from imaging.alignment.rigid import apply_matrix

    corners = [(col, row) for row in (region.row0, region.row1) for col in (region.col0, region.col1)]
    (_, top0), (_, top1), (_, low0), (_, low1) = placed = apply_matrix(matrix, np.array(corners, np.float64))
    left, right = placed[[0, 2], 0].mean(), placed[[1, 3], 0].mean()
    row0, row1 = max(round((top0 + top1) / 2), 0), min(round((low0 + low1) / 2), shape[0])
    col0, col1 = max(round(float(left)), 0), min(round(float(right)), shape[1])
    return Roi(row0, col0, row1, col1) if row1 > row0 and col1 > col0 else None


def _evenly_lit(stack: LightStack) -> Pixels:
    """All lights on, or the mean over the lights."""
    if stack.overview is not None:
        return stack.overview.pixels
    first = stack.frames[0].pixels
    mean: Pixels = np.mean([frame.pixels for frame in stack.frames], axis=0).astype(first.dtype)
    return mean
