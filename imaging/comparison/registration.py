"""Which alignment brings two captures together, and whether it may be trusted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import cv2
import numpy as np

from imaging.alignment.features import find_features, match_features
from imaging.alignment.rigid import (
    RigidFit,
    apply_matrix,
    apply_matrix_to_grid,
    estimate_rigid,
    inverse,
    register_by_intensity,
    rotation_and_scale,
)
from imaging.comparison import guided
from imaging.comparison.elastic_field import ElasticField, find_elastic_field
from imaging.comparison.pictures import Views, views_of
from imaging.model.arrays import FloatMap, Points
from imaging.model.comparison import PointPairs, Registration
from imaging.model.geometry import Spacing
from imaging.model.surface import Surface

_FEATURE_PX, _COARSE_PX, _FLOW_PX = 800, 400, 1300
"""Longer side of the pictures for fine and for coarse features, and for flow."""
_FEATURES = 2000
_AGREE_SHARE = 0.01
"""Of the longer side: how far soft skin may lie from one matrix and still count as an inlier."""
_GUIDED_RATIO = 0.97
"""Of best and second best match: where marked points say where to look, a weak match may count."""
_CHANNELS = "photograph", "relief"
_MIN_INLIERS, _PLENTY = 12, 150
"""So many points must agree; when so many do, no further channel is asked."""
_MIN_CORRELATION = 0.5
"""Of two pictures with few features that are brought together by their intensity alone."""
_MIN_LIKENESS = 0.15
"""Correlation of two registered pictures, locally normalised. Unrelated skin: below 0.05."""
_MIN_OVERLAP = 0.5
_MAX_ROTATION_DEG = 30.0
_SCALES = 0.75, 1.33
_MAX_RESIDUAL_SHARE = 0.0025
_SMOOTH_MM = 0.7
_SMOOTH_SHARE = 0.015
"""Of the longer side, where the spacing is not known."""


_MIRRORED = (
    "The moving picture is a mirror image of the reference: it shows the other side, "
    "or the camera was set to mirror its picture."
)

_NOT_BORNE_OUT = (
    "The two pictures do not agree around the marked points: mark two spots that both show clearly, or choose other "
    "pictures."
)
Scales = tuple[Views, Views]
"""One surface at the fine and at the coarse size."""


@dataclass(frozen=True, eq=False)
class _Trial:
    """A rigid answer at full size, or why there is none."""

    fit: RigidFit
    reason: str = ""
    is_found: bool = True
    """False: no matrix at all, where True with a reason means one that cannot be believed."""


def register(reference: Surface, moving: Surface, start: PointPairs | None = None) -> Registration:
    """Bring a moving capture onto a reference: features and RANSAC on photograph and relief, then the elastic rest.

    Never raises on pictures that do not fit: the verdict is "refused", `reason` says why in one sentence, and the
    displacement is NaN where nothing could be found.

    Parameters
    ----------
    start : two points marked on both pictures, where features alone do not find the way

    Returns
    -------
    Registration
        `matrix` maps moving (col, row, 1) to reference; `displacement` (rows, cols, 2) is the absolute (row, col) in
        the moving image for each reference pixel, rigid and elastic part together, NaN outside the overlap;
        `residual_px` is the disagreement between registering forwards and backwards.
    """
    with ThreadPoolExecutor(2) as pool:
        fixed, other = pool.map(_feature_views, (reference, moving))
    trial = _find_rigid(fixed, other) if start is None else _find_from(start, fixed, other)
    if trial.reason:
        return _refused(
            reference, trial, trial.reason if trial.is_found else _mirror_reason(fixed, other) or trial.reason
        )
    smooth_px = _smoothing(reference.spacing, max(reference.shape))
    with ThreadPoolExecutor(2) as pool:
        fixed_view, other_view = pool.map(_flow_views, (reference, moving), (fixed[0], other[0]))
    field = find_elastic_field(fixed_view, other_view, trial.fit.matrix, smooth_px)
    displacement = _absolute(trial.fit.matrix, field.flow, moving.shape)
    return _judged(trial.fit, field, displacement)


def _feature_views(surface: Surface) -> tuple[Views, Views]:
    """Fine detail, and the coarse relief and pigment that are still there after weeks when the fine has changed."""
    return views_of(surface, _FEATURE_PX), views_of(surface, _COARSE_PX)


def _flow_views(surface: Surface, small: Views) -> Views:
    return small if max(surface.shape) <= _FEATURE_PX else views_of(surface, _FLOW_PX)


def _find_rigid(reference: Scales, moving: Scales) -> _Trial:
    fit, is_supported = _fit(reference, moving)
    if not is_supported:
        fit = _by_intensity(reference[1], moving[1]) or fit
        if fit.model != "shift and rotation":
            return _Trial(fit, _too_few(fit.count), is_found=False)
    return _Trial(fit, _implausible(fit.matrix))


def _find_from(start: PointPairs, reference: Scales, moving: Scales) -> _Trial:
    """Near what the marked points say: features first, then the pictures' intensity, at last the points themselves."""
    longest = max(reference[0].shape) * reference[0].reduction.factor_row
    reason = guided.too_close(start, longest)
    if reason:
        return _Trial(RigidFit(np.eye(3), "none", np.zeros(0, np.bool_), float("nan")), reason)
    guess = guided.similarity_of(start)
    matches = [_matches(reference, moving, name, ratio=_GUIDED_RATIO) for name in _CHANNELS]
    points_ref, points_mov = (np.concatenate(points) for points in zip(*matches, strict=True))
    points_ref, points_mov = guided.near_pairs(guess, (points_ref, points_mov), longest)
    fit = estimate_rigid(points_mov, points_ref, _AGREE_SHARE * longest)
    if fit.count < _MIN_INLIERS or _is_huddled(points_ref[fit.inliers], longest):
        borne_out = guided.by_intensity(guess, reference[1], moving[1])
        if borne_out is None:
            return _Trial(fit, _NOT_BORNE_OUT)
        fit = borne_out
    reason = _implausible(fit.matrix)
    if not reason and not guided.is_borne_out(fit.matrix, reference[1], moving[1]):
        reason = _NOT_BORNE_OUT
    return _Trial(fit, reason)


def _fit(reference: Scales, moving: Scales) -> tuple[RigidFit, bool]:
    """The matrix that most features of all scales agree on, and whether they are enough and spread out.

    The photographs first; the reliefs are asked only when those leave a doubt.
    """
    longest = max(reference[0].shape) * reference[0].reduction.factor_row
    points_ref, points_mov = np.zeros((2, 0, 2))
    for name in _CHANNELS:
        found = _matches(reference, moving, name)
        points_ref, points_mov = np.concatenate([points_ref, found[0]]), np.concatenate([points_mov, found[1]])
        fit = estimate_rigid(points_mov, points_ref, _AGREE_SHARE * longest)
        is_spread = not _is_huddled(points_ref[fit.inliers], longest)
        if fit.count >= _PLENTY and is_spread:
            break
    return fit, fit.count >= _MIN_INLIERS and is_spread


def _matches(reference: Scales, moving: Scales, name: str, ratio: float = 0.85) -> tuple[Points, Points]:
    """Pairs of one channel at all scales together, in full-size (col, row)."""
    sides = [view for view in (*reference, *moving) if name in view.channels]
    if len(sides) < len(reference) + len(moving):
        return np.zeros((0, 2)), np.zeros((0, 2))
    with ThreadPoolExecutor(2) as pool:
        features = list(pool.map(lambda view: find_features(view.channels[name], view.valid, _FEATURES), sides))
    pairs = []
    for fixed, other in zip(range(len(reference)), range(len(reference), len(sides)), strict=True):
        points_ref, points_mov = match_features(features[fixed], features[other], ratio)
        to_full = sides[fixed].reduction.to_full, sides[other].reduction.to_full
        pairs.append((apply_matrix(to_full[0], points_ref), apply_matrix(to_full[1], points_mov)))
    points_ref, points_mov = (np.concatenate(points) for points in zip(*pairs, strict=True))
    return points_ref, points_mov


def _is_huddled(points: Points, longest: float) -> bool:
    """True when all points lie on one spot or one line: they say little about the rest."""
    if len(points) < 2:
        return True
    return bool(np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[1] < 0.02 * longest * len(points) ** 0.5)


def _by_intensity(reference: Views, moving: Views) -> RigidFit | None:
    if reference.shape != moving.shape:
        return None
    found = register_by_intensity(reference.channels["photograph"], moving.channels["photograph"])
    if found is None or found[1] < _MIN_CORRELATION:
        return None
    matrix = reference.reduction.to_full @ found[0] @ inverse(moving.reduction.to_full)
    return RigidFit(matrix, "shift and rotation", np.zeros(0, np.bool_), float("nan"))


def _too_few(count: int) -> str:
    return (
        f"Only {count} points of the two pictures agree, at least {_MIN_INLIERS} spread over the picture are needed: "
        "they do not show the same site, or one of them is blurred or plain."
    )


def _implausible(matrix: Points) -> str:
    rotation, scale = rotation_and_scale(matrix)
    if np.linalg.det(matrix[:2, :2]) <= 0:
        return _MIRRORED  # round grains look alike in a mirror: an affine matrix can fit them
    if not _SCALES[0] <= scale <= _SCALES[1]:
        return f"The moving picture would have to be scaled by {scale:.2f}: this is not one site with one set-up."
    if abs(rotation) > _MAX_ROTATION_DEG:
        return f"The moving picture would have to be turned by {rotation:.0f} degrees: check the camera's position."
    return ""


def _mirror_reason(reference: Scales, moving: Scales) -> str:
    """Why the plain picture failed, if its mirror image fits."""
    fit, is_supported = _fit(reference, (moving[0].mirrored(), moving[1].mirrored()))
    if not is_supported or _implausible(fit.matrix):
        return ""
    return _MIRRORED


def _smoothing(spacing: Spacing | None, longest: int) -> float:
    """Standard deviation in full-size pixels: 0.7 mm, within what the picture can carry."""
    wanted = _SMOOTH_MM / spacing.mean_mm if spacing else _SMOOTH_SHARE * longest
    return float(np.clip(wanted, 0.008 * longest, 0.04 * longest))


def _absolute(matrix: Points, flow: FloatMap, moving_shape: tuple[int, int]) -> FloatMap:
    """Where each reference pixel lies in the moving image, (row, col); NaN where that is outside."""
    found = apply_matrix_to_grid(inverse(matrix), flow)
    (row, col), (rows, cols) = np.moveaxis(found, -1, 0), moving_shape
    found[(row < 0) | (row > rows - 1) | (col < 0) | (col > cols - 1)] = np.nan
    return found


def _judged(fit: RigidFit, field: ElasticField, displacement: FloatMap) -> Registration:
    inside = np.isfinite(displacement[..., 0])
    overlap = float(inside.mean())
    squares = cv2.norm(field.flow, cv2.NORM_L2SQR, inside.view(np.uint8))
    rms = float(np.sqrt(squares / inside.sum())) if inside.any() else None
    reason = _doubts(field, overlap, max(displacement.shape[:2]))
    residual = field.residual_px if np.isfinite(field.residual_px) else None
    verdict = Registration(
        fit.matrix, displacement, f"{fit.model}, elastic", fit.count, residual, overlap, rms, "trusted"
    )
    return replace(verdict, verdict="refused", reason=reason) if reason else verdict


def _doubts(field: ElasticField, overlap: float, longest: int) -> str:
    if overlap < _MIN_OVERLAP:
        return (
            f"Only {overlap:.0%} of the reference is seen in the moving picture, at least {_MIN_OVERLAP:.0%} is "
            "needed: take it again with the ghost of the reference."
        )
    if field.likeness < _MIN_LIKENESS:
        return "The two pictures do not look alike after they were brought together: not the same site, or blurred."
    limit = max(2.0, _MAX_RESIDUAL_SHARE * longest)
    if not field.residual_px <= limit:
        return f"The two pictures fit only within {field.residual_px:.1f} px, at most {limit:.1f} px is accepted."
    return ""


def _refused(reference: Surface, trial: _Trial, reason: str) -> Registration:
    nowhere = np.full((*reference.shape, 2), np.nan, np.float32)
    fit = trial.fit
    matrix = np.asarray(fit.matrix, dtype=np.float64)
    residual = fit.residual_px if np.isfinite(fit.residual_px) else None
    return Registration(matrix, nowhere, fit.model, fit.count, residual, 0.0, None, "refused", reason)
