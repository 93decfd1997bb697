"""What a matrix leaves over: soft skin stretches.

Dense inverse search flow [1]_, checked forwards against backwards and smoothed where it can be trusted.

.. [1] Kroeger, Timofte, Dai and Van Gool 2016, ECCV, "Fast optical flow using dense inverse search".
"""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.alignment.normalise import Grey
from imaging.model.arrays import BoolMap, FloatMap, read_only

_CONSISTENT_PX = 0.7
"""Forwards and backwards may disagree by about this before a place stops counting."""
_OUTLIER_PX = 0.7


@dataclass(frozen=True, eq=False)
class ElasticFlow:
    """The leftover motion on the reference grid.

    Parameters
    ----------
    flow : (rows, cols, 2) float32 px: what lies at (row, col) of the reference lies at (row, col) + flow of the moving
    confidence : (rows, cols) 0..1, how well forwards and backwards agree and how much there is to see
    error_px : root mean square of the smoothed disagreement between forwards and backwards
    """

    flow: FloatMap
    confidence: FloatMap
    error_px: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "flow", read_only(self.flow))
        object.__setattr__(self, "confidence", read_only(self.confidence))


def refine_elastically(reference: Grey, moving: Grey, smooth_px: float, valid: BoolMap | None = None) -> ElasticFlow:
    """The smooth leftover motion between two pictures that already lie on one grid.

    Parameters
    ----------
    reference, moving : (rows, cols) uint8, locally normalised
    smooth_px : standard deviation of the smoothing; 0.5 to 1 mm suits skin
    valid : True where both show something
    """
    forth = _dense_flow(reference, moving)
    back = _dense_flow(moving, reference)
    disagreement = forth + _at(back, forth)
    confidence = _confidence(reference, disagreement)
    if valid is not None:
        confidence = confidence * valid
    flow = _smooth(forth, confidence, smooth_px)
    # What deviates far from its surroundings is a mismatch, not skin: counted less, once.
    away = forth - flow
    outlying = _squares(away) / np.float32(_OUTLIER_PX**2 + np.var(away))
    flow = _smooth(forth, confidence * np.exp(-outlying), smooth_px)
    return ElasticFlow(flow[..., ::-1].copy(), confidence, _error(disagreement, forth - flow, confidence, smooth_px))


def _dense_flow(reference: Grey, moving: Grey) -> FloatMap:
    """(rows, cols, 2) of (col, row), OpenCV's order."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(1)
    start = np.zeros((*reference.shape, 2), np.float32)
    flow = search.calc(np.ascontiguousarray(reference), np.ascontiguousarray(moving), start)
    return np.asarray(flow, dtype=np.float32)


def _at(field: FloatMap, flow: FloatMap) -> FloatMap:
    """A field of (col, row) read where the flow leads."""
    rows, cols = flow.shape[:2]
    col, row = np.meshgrid(np.arange(cols, dtype=np.float32), np.arange(rows, dtype=np.float32))
    where = col + flow[..., 0], row + flow[..., 1]
    return np.asarray(cv2.remap(field, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.float32)


def _confidence(reference: Grey, disagreement: FloatMap) -> FloatMap:
    grey = reference.astype(np.float32)
    slope = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8) ** 2 + cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8) ** 2
    texture = cv2.GaussianBlur(slope, (0, 0), 3)
    agreement = np.exp(_squares(disagreement) * np.float32(-1 / _CONSISTENT_PX**2))
    return np.asarray(agreement * texture / (texture + 4.0), dtype=np.float32)


def _squares(field: FloatMap) -> FloatMap:
    """(rows, cols) squared lengths of (rows, cols, 2)."""
    across, down = cv2.split(field)
    return np.asarray(across * across + down * down, dtype=np.float32)


def _smooth(flow: FloatMap, confidence: FloatMap, smooth_px: float) -> FloatMap:
    """Gaussian mean weighted by confidence, on a smaller grid where the Gaussian allows it.

    Where nobody is confident a much wider mean takes over, so that plain places follow their surroundings.
    """
    step = max(int(smooth_px // 3), 1)
    size = -(-flow.shape[1] // step), -(-flow.shape[0] // step)
    weight = cv2.resize(confidence, size, interpolation=cv2.INTER_AREA)
    moved = cv2.resize(flow * cv2.merge([confidence, confidence]), size, interpolation=cv2.INTER_AREA)
    total, sum_weight = np.zeros_like(moved), np.zeros_like(weight)
    for widening, share in ((1.0, 1.0), (3.0, 1e-2), (9.0, 1e-4)):
        sigma = smooth_px * widening / step
        total = total + share * np.asarray(cv2.GaussianBlur(moved, (0, 0), sigma), dtype=np.float32)
        sum_weight = sum_weight + share * np.asarray(cv2.GaussianBlur(weight, (0, 0), sigma), dtype=np.float32)
    mean = total / (sum_weight[..., None] + 1e-9)
    back = cv2.resize(mean, (flow.shape[1], flow.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(back, dtype=np.float32)


def _error(disagreement: FloatMap, leftover: FloatMap, confidence: FloatMap, smooth_px: float) -> float:
    """What is still open: forwards against backwards, and what the smoothing ironed out, both freed of noise."""
    total = float(confidence.sum())
    if total <= 0:
        return float("nan")
    open_ends = _smooth(disagreement, confidence, smooth_px), _smooth(leftover, confidence, smooth_px / 2)
    square = _squares(open_ends[0]) + _squares(open_ends[1])
    return float(np.sqrt((square * confidence).sum() / total))
