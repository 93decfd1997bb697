"""The elastic part of a registration, from all pictures of both surfaces together."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.alignment.elastic import refine_elastically
from imaging.alignment.normalise import Grey
from imaging.alignment.rigid import apply_matrix_to_grid, inverse
from imaging.comparison.pictures import Views
from imaging.comparison.resampling import resample_mask
from imaging.model.arrays import BoolMap, FloatMap, Points, read_only

_WIDENINGS = 2.0, 1.0
"""Smoothing of each pass relative to the wanted one: first the coarse stretch, then the fine."""


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
    for widening in _WIDENINGS:
        where = apply_matrix_to_grid(inverse(small), flow)
        fixed, warped, seen = _mixed(reference, moving, where)
        found = refine_elastically(fixed, warped, widening * smooth_px / factor, seen)
        flow = flow + found.flow
        residual = found.error_px * factor
    where = apply_matrix_to_grid(inverse(small), flow)
    return ElasticField(_to_full(flow, reference), residual, max(_likenesses(reference, moving, where).values()))


def _mixed(reference: Views, moving: Views, where: FloatMap) -> tuple[Grey, Grey, BoolMap]:
    """One picture of each on the reference grid, the channels weighted by their likeness, and where both are seen."""
    likeness = _likenesses(reference, moving, where)
    weights = {name: max(value, 0.02) ** 2 for name, value in likeness.items()}
    norm = float(np.sqrt(sum(weight**2 for weight in weights.values())))
    fixed = _sum(reference.channels, weights, norm)
    warped = _sum({name: _warp(moving.channels[name], where) for name in weights}, weights, norm)
    return fixed, warped, _seen(reference, moving, where)


def _sum(channels: dict[str, Grey], weights: dict[str, float], norm: float) -> Grey:
    total = np.full(next(iter(channels.values())).shape, 128.0, np.float32)
    for name, weight in weights.items():
        total += np.float32(weight / norm) * (channels[name].astype(np.float32) - 128.0)
    return np.clip(total, 0, 255).astype(np.uint8)


def _likenesses(reference: Views, moving: Views, where: FloatMap) -> dict[str, float]:
    seen = _seen(reference, moving, where)
    return {
        name: _correlation(reference.channels[name][seen], _warp(moving.channels[name], where)[seen])
        for name in sorted(reference.channels.keys() & moving.channels.keys())
    }


def _correlation(one: Grey, two: Grey) -> float:
    if one.size < 100:
        return 0.0
    a, b = one.astype(np.float32) - one.mean(), two.astype(np.float32) - two.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-9))


def _seen(reference: Views, moving: Views, where: FloatMap) -> BoolMap:
    return np.asarray(reference.valid & resample_mask(moving.valid, where))


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
