"""Single pixels in shadow keep a normal when the mask asks for them."""

import numpy as np

from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.surface.reconstruction import reconstruct

LIGHTS = Lights("distant", np.array([[0.5, 0, 0.87], [-0.25, 0.43, 0.87], [-0.25, -0.43, 0.87]]))


def frames_with_holes() -> tuple[np.ndarray, ...]:
    frames = [np.full((40, 50), 0.5, dtype=np.float32) for _ in range(3)]
    frames[1][20, 10] = 0
    frames[2][5:15, 30:40] = 0
    return tuple(frames)


def test_one_pixel_in_shadow_gets_its_neighbours_normal_and_a_large_doubt() -> None:
    mask = np.ones((40, 50), dtype=np.bool_)
    surface = reconstruct(MeasureInputs(frames_with_holes(), LIGHTS, encoding="linear", mask=mask))
    assert surface.valid[20, 10]
    np.testing.assert_allclose(surface.normals[20, 10], surface.normals[20, 14], atol=0.02)
    assert surface.uncertainty[20, 10] > surface.uncertainty[20, 14] + 0.5
    assert not surface.valid[6:14, 31:39].any()


def test_without_a_mask_it_is_not_measured() -> None:
    surface = reconstruct(MeasureInputs(frames_with_holes(), LIGHTS, encoding="linear"))
    assert not surface.valid[20, 10]
