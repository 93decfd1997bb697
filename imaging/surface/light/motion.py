"""Skin that moved between the frames of a stack, seen in what no relief explains."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.light.cells import Cells, middle
from imaging.surface.light.normal_solve import expected, pseudo_inverse

_PLAIN_SHARE = 0.35
"""Of what does not fit: less is chance (docs/decisions/surface-photometric.md)."""
_FORM_CELLS = 6.0
"""Gloss and errors of the lights are smoother than this."""
_OUTLIERS = 0.98
_MOST_CELLS = 160
"""The middle of a large picture says enough."""
_LEAST = np.float32(1e-3)


@dataclass(frozen=True)
class MotionHint:
    """How much of what does not fit is detail that is shifted from frame to frame (0..1)."""

    explained: float

    @property
    def is_plain(self) -> bool:
        return self.explained > _PLAIN_SHARE


def motion_hint(cells: Cells, valid: BoolMap) -> MotionHint:
    """Fit small shifts of each frame to what the light model leaves.

    A frame that is shifted a little differs by its gradient times the shift; carried through the solve, these are 2 n
    patterns, whose best sum is compared with what is left.

    Parameters
    ----------
    valid : (rows, cols) of the cells
    """
    part = (slice(None), *(middle(count, _MOST_CELLS) for count in valid.shape))
    grey, vectors, known = cells.grey[part], cells.light_vectors(), cells.known[part]
    vectors = vectors[:, :, part[1], part[2]] if vectors.shape[2:] == valid.shape else vectors
    weights = np.maximum(known.astype(np.float32), np.float32(1e-4))
    mean = np.maximum(grey.mean(axis=0), _LEAST)
    inside = cv2.erode((valid[part[1:]] & known.all(axis=0)).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    inside[:2] = inside[-2:] = inside[:, :2] = inside[:, -2:] = False
    if not inside.any():
        return MotionHint(0.0)

    solving = pseudo_inverse(vectors, weights)
    scaled = sum(share * frame for share, frame in zip(solving, grey, strict=True))
    seen = _detail((grey - expected(vectors, scaled)) / mean)[:, inside]
    patterns = []
    for number, frame in enumerate(_detail(grey)):
        for axis in (0, 1):
            change = np.gradient(frame, axis=axis)
            left = -expected(vectors, solving[number] * change)
            left[number] += change
            patterns.append((left / mean)[:, inside].ravel())
    return MotionHint(_explained(seen.ravel(), np.stack(patterns)))


def _detail(maps: FloatMap) -> FloatMap:
    """(n, rows, cols) without what is smooth."""
    return np.stack([one - cv2.GaussianBlur(one, (0, 0), _FORM_CELLS) for one in maps])


def _explained(seen: FloatMap, patterns: FloatMap) -> float:
    """Share of the squares of `seen` (m,) that a sum of `patterns` (k, m) explains, without the largest samples."""
    size = np.abs(seen)
    ordinary = size <= np.quantile(size, _OUTLIERS)
    seen, patterns = seen[ordinary], patterns[:, ordinary]
    normal = np.asarray(patterns @ patterns.T, dtype=np.float64)
    normal += (1e-3 * float(np.trace(normal)) / len(normal) + 1e-12) * np.eye(len(normal))
    shifts: npt.NDArray[np.float64] = np.linalg.solve(normal, patterns @ seen)
    total = float((seen**2).sum())
    return 1 - float(((seen - shifts @ patterns) ** 2).sum()) / total if total > 0 else 0.0
