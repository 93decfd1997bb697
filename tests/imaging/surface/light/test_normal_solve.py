"""The pseudo-inverse says of any frames what solving them says."""

import numpy as np
import pytest

from imaging.surface.light.normal_solve import pseudo_inverse, scatter, solve


@pytest.mark.parametrize("shape", [(5, 7), (1, 1)])
def test_shares_of_samples_add_up_to_the_solution(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    light = (rng.normal(0, 0.4, (4, 3, *shape)) + np.array([0, 0, 1])[:, None, None]).astype(np.float32)
    weights = rng.uniform(0.1, 1, (4, 5, 7)).astype(np.float32)
    signal = rng.uniform(0.1, 1, (4, 5, 7)).astype(np.float32)
    shares = pseudo_inverse(light, weights)
    expected = solve(scatter(signal, light, weights))
    np.testing.assert_allclose((shares * signal[:, None]).sum(axis=0), expected, rtol=2e-3, atol=1e-3)
