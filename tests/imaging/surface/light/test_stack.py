"""Linear light of a stack: what is divided out of it."""

import numpy as np
import pytest

from imaging.model.inputs import MeasureInputs
from imaging.surface.light.stack import linear_stack

ALL = slice(None)


def frames(factor: float) -> np.ndarray:
    """16-bit linear skin, exposed `factor` times as long; nothing clips."""
    light = 0.2 + 0.2 * np.random.default_rng(3).random((32, 48, 3))
    return np.round(65535 * light * factor).astype(np.uint16)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_step_of_exposure_is_divided_out_of_light_and_noise(factor: float) -> None:
    stacks = (
        linear_stack(MeasureInputs((frames(1.0),))),
        linear_stack(MeasureInputs((frames(factor),), exposure=factor)),
    )
    base, other = (stack.band(ALL) for stack in stacks)
    assert np.allclose(other.colour[0], base.colour[0], atol=3e-5)
    assert np.allclose(other.grey, base.grey, atol=3e-5)
    share = stacks[1].noise_variance(ALL) / stacks[0].noise_variance(ALL)
    assert np.all(share < 1) if factor > 1 else np.all(share > 1), "twice the light, less noise"


def test_what_is_saturated_is_so_in_the_camera_s_numbers() -> None:
    pixels = frames(1.0)
    pixels[4, 5] = 65535
    band = linear_stack(MeasureInputs((pixels,), exposure=2.0)).band(ALL)
    assert band.saturated[0, 4, 5]
    assert band.saturated.sum() == 1
