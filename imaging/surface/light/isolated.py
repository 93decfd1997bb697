"""Single pixels that were asked for but have too few lit samples: their neighbours know their normal well enough."""

from dataclasses import replace

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.photometric import NormalEstimate

_MOST_PIXELS = 9
_REACH_PX = 5
"""Size of the neighbourhood; larger than the largest hole."""


def isolated_pixels(valid: BoolMap, mask: BoolMap) -> BoolMap:
    """Holes of at most nine pixels that the mask asks for, (rows, cols)."""
    missing = mask & ~valid
    if not missing.any():
        return missing
    _, labels, stats, _ = cv2.connectedComponentsWithStats(missing.astype(np.uint8), connectivity=8)
    is_small = stats[:, cv2.CC_STAT_AREA] <= _MOST_PIXELS
    is_small[0] = False
    has_neighbours = cv2.blur(valid.astype(np.float32), (_REACH_PX, _REACH_PX)) > 0.2
    return np.asarray(is_small[labels] & has_neighbours, dtype=np.bool_)


def with_isolated(estimate: NormalEstimate, isolated: BoolMap) -> NormalEstimate:
    """The estimate with mean normal and reflectance of the neighbours at `isolated`, and these made valid."""
    if not isolated.any():
        return estimate
    known = (estimate.valid & ~isolated).astype(np.float32)
    normals, reflectance = estimate.normals.copy(), estimate.reflectance.copy()
    mean = _neighbours(estimate.normals, known)[isolated]
    normals[isolated] = mean / np.maximum(np.linalg.norm(mean, axis=-1, keepdims=True), np.float32(1e-6))
    reflectance[isolated] = _neighbours(reflectance[..., None], known)[isolated][..., 0]
    return replace(estimate, normals=normals, reflectance=reflectance, valid=estimate.valid | isolated)


def _neighbours(values: FloatMap, known: FloatMap) -> FloatMap:
    """Mean of the known values around each pixel, (rows, cols, channels)."""
    size = (_REACH_PX, _REACH_PX)
    share = np.maximum(cv2.blur(known, size), np.float32(1e-6))
    weighted = np.where(known[..., None] > 0, values, np.float32(0))
    mean = cv2.blur(np.asarray(weighted, dtype=np.float32), size).reshape(values.shape)
    return np.asarray(mean / share[..., None], dtype=np.float32)
