"""The elastic part of a registration, from all pictures of both surfaces together."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.alignment.elastic import ElasticFlow, refine_elastically
from imaging.alignment.normalise import Grey
from imaging.alignment.rigid import apply_matrix_to_grid, inverse
from imaging.comparison.pictures import Views
from imaging.comparison.resampling import resample_mask
from imaging.model.arrays import BoolMap, FloatMap, Points, read_only

_PASSES = (2, 2.0), (1, 1.0)
"""By how much each pass reduces the pictures, and its smoothing relative to the wanted one: coarse stretch first."""
_THINNED = 2
"""Likeness is read on every second pixel of each axis."""


@dataclass(frozen=True, eq=False)
class ElasticField:
    """Leftover motion at full size.

    Parameters
    ----------
    flow : (rows, cols, 2) (row, col) px of the reference: added to a reference pixel before the matrix is undone
    residual_px : disagreement between forwards and backwards, px of the reference
    likeness : correlation of the registered pictures, the better channel's
    """

    flow: FloatMap
    residual_px: float
    likeness: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "flow", read_only(self.flow))


def find_elastic_field(reference: Views, moving: Views, matrix: Points, smooth_px: float) -> ElasticField:
    """What `matrix` (moving to reference, full size) leaves over, in two passes.

    Photograph and relief are weighted by how well each agrees: new pigment spoils the one, a changed furrow the other.
    """
    factor = reference.reduction.factor_row
    small = inverse(reference.reduction.to_full) @ matrix @ moving.reduction.to_full
    flow = np.zeros((*reference.shape, 2), np.float32)
    residual = float("nan")
    for step, widening in _PASSES:
        where = apply_matrix_to_grid(inverse(small), flow)
        found = _refined(_mixed(reference, moving, where), widening * smooth_px / factor, step)
        flow = flow + found.flow
        residual = found.error_px * factor
    where = apply_matrix_to_grid(inverse(small), flow)
    return ElasticField(_to_full(flow, reference), residual, max(_likenesses(reference, moving, where).values()))


def _refined(pictures: tuple[Grey, Grey, BoolMap], smooth_px: float, step: int) -> ElasticFlow:
    """Leftover motion of the reference and the warped picture, looked for at a `step`-th of their size."""
    fixed, warped, seen = pictures
    if step == 1:
        return refine_elastically(fixed, warped, smooth_px, seen)
    rows, cols = fixed.shape
    size = cols // step, rows // step
    small = [np.asarray(cv2.resize(p, size, interpolation=cv2.INTER_AREA), np.uint8) for p in (fixed, warped)]
    known = cv2.resize(seen.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
    found = refine_elastically(small[0], small[1], smooth_px / step, known)
    factors = np.array([rows / size[1], cols / size[0]], np.float32)
    wide = cv2.resize(found.flow * factors, (cols, rows), interpolation=cv2.INTER_LINEAR)
    return ElasticFlow(np.asarray(wide, np.float32), found.confidence, found.error_px * step)


def _mixed(reference: Views, moving: Views, where: FloatMap) -> tuple[Grey, Grey, BoolMap]:
    """One picture of each on the reference grid, the channels weighted by their likeness, and where both are seen."""
    likeness = _likenesses(reference, moving, where)
    weights = {name: max(value, 0.02) ** 2 for name, value in likeness.items()}
    norm = float(np.sqrt(sum(weight**2 for weight in weights.values())))
    fixed = _sum(reference.channels, weights, norm)
    warped = _sum({name: _warp(moving.channels[name], where) for name in weights}, weights, norm)
    return fixed, warped, reference.valid & resample_mask(moving.valid, where)


def _sum(channels: dict[str, Grey], weights: dict[str, float], norm: float) -> Grey:
    total = np.full(next(iter(channels.values())).shape, 128.0, np.float32)
    for name, weight in weights.items():
        total += np.float32(weight / norm) * (channels[name].astype(np.float32) - 128.0)
    return np.clip(total, 0, 255).astype(np.uint8)


def _likenesses(reference: Views, moving: Views, where: FloatMap) -> dict[str, float]:
    thin = slice(None, None, _THINNED), slice(None, None, _THINNED)
    where = where[thin]
    seen = reference.valid[thin] & resample_mask(moving.valid, where)
    return {
        name: _correlation(reference.channels[name][thin][seen], _warp(moving.channels[name], where)[seen])
        for name in sorted(reference.channels.keys() & moving.channels.keys())
    }


def _correlation(one: Grey, two: Grey) -> float:
    if one.size < 100:
        return 0.0
    a, b = one.astype(np.float32) - one.mean(), two.astype(np.float32) - two.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-9))


def _warp(picture: Grey, where: FloatMap) -> Grey:
    col, row = np.ascontiguousarray(where[..., 1]), np.ascontiguousarray(where[..., 0])
    found = cv2.remap(picture, col, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=128.0)
    return np.asarray(found, dtype=np.uint8)


def _to_full(flow: FloatMap, reference: Views) -> FloatMap:
    reduction = reference.reduction
    rows = round(flow.shape[0] * reduction.factor_row)
    cols = round(flow.shape[1] * reduction.factor_col)
    scaled = flow * np.array([reduction.factor_row, reduction.factor_col], np.float32)
    return np.asarray(cv2.resize(scaled, (cols, rows), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
