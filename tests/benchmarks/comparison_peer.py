"""Bringing two visits together with scikit-image: SIFT, RANSAC, TV-L1 flow, warps. No checks, no endpoints."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage import color, feature, measure, registration, transform

from imaging.model.surface import Surface
from tests.benchmarks.stopwatch import Stopwatch

Map = npt.NDArray[np.float32]
FEATURE_PX = 800
"""Longer side for the features, as in the engine."""
FLOW_PX = 800
"""Longer side for the flow: TV-L1 takes minutes at full size. The engine's own flow is at 1300."""
_AGREE_SHARE = 0.01
_SEED = 1


@dataclass(frozen=True, eq=False)
class Together:
    """Where each reference pixel lies in the moving picture, (2, rows, cols), and what changed."""

    where: Map
    change: Map


def run_chain(watch: Stopwatch, reference: Surface, moving: Surface) -> Together:
    """From two measured captures to their displacement and their difference."""
    with watch.stage("features, matching, matrix"):
        similarity = _similarity(reference, moving)
    with watch.stage("elastic part"):
        where = _elastic(reference, moving, similarity)
    with watch.stage("resampling"):
        height = ndimage.map_coordinates(moving.height, where, order=3, mode="constant", cval=np.nan, prefilter=True)
        for values in (moving.height_full, moving.uncertainty, *_planes(moving)):
            ndimage.map_coordinates(values, where, order=1, mode="constant", cval=np.nan)
    return Together(where, height - reference.height)


def _similarity(reference: Surface, moving: Surface) -> transform.SimilarityTransform:
    """Reference to moving, (col, row) at the size of the features."""
    found = [_features(_small(surface, FEATURE_PX)) for surface in (reference, moving)]
    pairs = feature.match_descriptors(found[0][1], found[1][1], cross_check=True, max_ratio=0.8)
    points = [keypoints[pairs[:, side], ::-1] for side, (keypoints, _) in enumerate(found)]
    threshold = _AGREE_SHARE * FEATURE_PX
    return measure.ransac(points, transform.SimilarityTransform, 3, threshold, max_trials=2000, rng=_SEED)[0]


def _planes(surface: Surface) -> list[npt.NDArray[np.float32]]:
    """The maps with three channels, one by one, and the mask."""
    stacks = (surface.normals, surface.albedo, surface.photograph)
    planes = [np.asarray(stack[..., k], dtype=np.float32) for stack in stacks for k in range(3)]
    return [*planes, surface.valid.astype(np.float32)]


def _small(surface: Surface, longest: int) -> Map:
    grey = color.rgb2gray(surface.photograph)
    share = longest / max(grey.shape)
    shape = tuple(round(n * share) for n in grey.shape)
    return transform.resize_local_mean(grey, shape).astype(np.float32) if share < 1 else grey.astype(np.float32)


def _features(picture: Map) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    found = feature.SIFT()
    found.detect_and_extract(picture)
    return found.keypoints, found.descriptors


def _elastic(reference: Surface, moving: Surface, similarity: transform.SimilarityTransform) -> Map:
    """Flow on reduced pictures after the matrix is undone, widened to full size."""
    fixed, other = _small(reference, FLOW_PX), _small(moving, FLOW_PX)
    rows, cols = np.mgrid[: fixed.shape[0], : fixed.shape[1]].astype(np.float32)
    scale = fixed.shape[1] / _small(reference, FEATURE_PX).shape[1]
    points = similarity(np.stack([cols.ravel(), rows.ravel()], axis=1) / scale) * scale
    rigid = points[:, ::-1].T.reshape(2, *fixed.shape).astype(np.float32)
    warped = ndimage.map_coordinates(other, rigid, order=1, mode="nearest")
    flow = registration.optical_flow_tvl1(fixed, warped, dtype=np.float32)
    full = reference.shape[1] / fixed.shape[1]
    there = [
        transform.resize((axis + step) * full, reference.shape, order=1) for axis, step in zip(rigid, flow, strict=True)
    ]
    return np.stack(there).astype(np.float32)
