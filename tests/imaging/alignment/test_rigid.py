import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.alignment.rigid import (
    apply_matrix,
    estimate_affine,
    estimate_homography,
    estimate_rigid,
    estimate_similarity,
    inverse,
    register_by_intensity,
    rotation_and_scale,
)
from tests.imaging.alignment.pictures import corner_error, noise, placement, seen_from, skin_world

_POINTS = np.random.default_rng(0).uniform(0, 600, (120, 2))


@settings(max_examples=25, deadline=None)
@given(st.floats(-40, 40), st.floats(0.7, 1.4), st.floats(-80, 80))
def test_a_similarity_is_found_among_a_third_of_wrong_pairs(degrees: float, scale: float, shift: float) -> None:
    truth = placement((shift, -shift), degrees, scale)
    reference = apply_matrix(truth, _POINTS)
    reference[::3] = np.random.default_rng(1).uniform(0, 1000, reference[::3].shape)
    matrix, inliers = estimate_similarity(_POINTS, reference)
    assert corner_error(matrix, truth) < 0.3  # a wrong pair may happen to lie nearly right
    assert inliers.sum() >= 80


def test_rotation_is_counter_clockwise_as_seen() -> None:
    # Rows go down: what points right (col + 1) points up (row - 1) after a quarter turn counter-clockwise.
    quarter = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]) * [[2], [2], [1]]
    assert rotation_and_scale(quarter) == pytest.approx((90.0, 2.0))


def test_a_freer_model_is_taken_only_when_needed() -> None:
    shear = np.array([[1.02, 0.05, 3.0], [0.0, 0.97, -4.0], [0.0, 0.0, 1.0]])
    tilt = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1e-4, 5e-5, 1.0]])
    grain = np.random.default_rng(2).normal(0, 0.3, _POINTS.shape)
    for truth, model in ((placement((5, 6), 4, 1.02), "similarity"), (shear, "affine"), (tilt, "homography")):
        fit = estimate_rigid(_POINTS, apply_matrix(truth, _POINTS) + grain, 5.0)
        assert fit.model == model
        assert fit.residual_px < 1


@pytest.mark.parametrize("estimate", [estimate_similarity, estimate_affine, estimate_homography])
def test_too_few_or_degenerate_pairs_have_no_inliers(estimate: object) -> None:
    for points in (np.zeros((0, 2)), np.zeros((1, 2)), np.zeros((9, 2))):
        matrix, inliers = estimate(points, points)  # type: ignore[operator]
        assert np.isfinite(matrix).all()
        assert len(inliers) == len(points)


def test_soft_pictures_register_by_intensity() -> None:
    world = 120 + 30 * noise(5, 25)
    fixed, moving = placement((0, 0)), placement((8, -5), 2.0)
    found = register_by_intensity(seen_from(world, fixed), seen_from(world, moving, seed=1))
    assert found is not None
    assert found[1] > 0.9
    assert corner_error(found[0], inverse(fixed) @ moving) < 1


def test_unlike_pictures_do_not_register_by_intensity() -> None:
    one, two = (seen_from(skin_world(n), placement((0, 0))) for n in (1, 2))
    found = register_by_intensity(one, two)
    assert found is None or found[1] < 0.3
