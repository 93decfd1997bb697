"""Stacks with something wrong: named, and nothing else is."""

from dataclasses import replace
from functools import cache
from itertools import permutations

import cv2
import numpy as np
import pytest

from imaging.model.arrays import Pixels
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.surface.checks import stack_warnings
from imaging.surface.light.cells import cells_of
from imaging.surface.light.irradiance import Irradiance
from imaging.surface.light.stack import linear_stack
from tests.scenes import Furrow, Rendering, bump, paraboloid, quadrant_leds, render, square, to_srgb8, together

GRID = square(200, 260, 0.035)
LEDS = quadrant_leds()
RELIEF = together(
    paraboloid(60.0),
    Furrow(0.12, 0.8, 6, angle_deg=70, x0=-2),
    Furrow(0.09, 0.7, 5, angle_deg=10, x0=1.5),
    bump(0.1, 1),
)


@cache
def shot(model: str) -> MeasureInputs:
    """Furrowed skin with freckles, 8-bit."""
    pictures = render(RELIEF, GRID, LEDS, model == "near", Rendering(exposure=0.5))
    freckles = np.random.default_rng(5).standard_normal(GRID.x.shape).astype(np.float32)
    pigment = 1 - 0.5 * np.clip(cv2.GaussianBlur(freckles, (0, 0), 4) * 4, 0, 1)
    frames = tuple(to_srgb8(picture * (pigment if picture.ndim == 2 else pigment[..., None])) for picture in pictures)
    return MeasureInputs(frames, Lights(model, LEDS), Spacing.square(0.035))  # type: ignore[arg-type]


def warnings_of(inputs: MeasureInputs) -> tuple[str, ...]:
    stack = linear_stack(inputs)
    assert inputs.lights is not None
    cells = cells_of(stack, Irradiance(inputs.lights, inputs.spacing, stack.shape))
    return stack_warnings(cells, np.ones(stack.shape, dtype=np.bool_), 0.0)


def reordered(inputs: MeasureInputs, order: tuple[int, ...]) -> tuple[Pixels, ...]:
    return tuple(inputs.frames[index] for index in order)


@pytest.mark.parametrize("model", ["near", "distant"])
def test_a_good_stack_is_not_blamed(model: str) -> None:
    assert warnings_of(shot(model)) == ()


@pytest.mark.parametrize("order", sorted(set(permutations(range(4))) - {(0, 1, 2, 3)}))
def test_any_wrong_order_of_four_near_lights_is_named(order: tuple[int, ...]) -> None:
    inputs = shot("near")
    (warning,) = warnings_of(replace(inputs, frames=reordered(inputs, order)))
    assert ", ".join(str(index + 1) for index in order) in warning


@pytest.mark.parametrize("order", sorted(set(permutations(range(4))) - {(0, 1, 2, 3), (2, 3, 0, 1)}))
def test_wrong_orders_of_distant_lights_twist_the_relief_even_where_they_fit(order: tuple[int, ...]) -> None:
    """Four opposite distant lights: exchanged quadrants leave the residual as it was."""
    inputs = shot("distant")
    (warning,) = warnings_of(replace(inputs, frames=reordered(inputs, order)))
    assert ", ".join(str(index + 1) for index in order) in warning
    assert " or " in warning


def test_half_a_turn_of_distant_lights_cannot_be_seen() -> None:
    """Hills as hollows: both are surfaces, and both fit."""
    inputs = shot("distant")
    assert warnings_of(replace(inputs, frames=reordered(inputs, (2, 3, 0, 1)))) == ()


@pytest.mark.parametrize("dead", [0, 3])
def test_a_dead_light_is_named(dead: int) -> None:
    inputs = shot("near")
    frames = list(inputs.frames)
    frames[dead] = (frames[dead] // 30).astype(np.uint8)
    (warning,) = warnings_of(replace(inputs, frames=tuple(frames)))
    assert warning.startswith(f"Light {dead + 1} seems to be off")


def test_skin_that_moved_between_the_frames_is_named() -> None:
    inputs = shot("near")
    shift = np.array([[1, 0, 2.0], [0, 1, -1.0]])
    size = inputs.frames[0].shape[1::-1]
    moved = cv2.warpAffine(inputs.frames[1], shift, size, borderMode=cv2.BORDER_REPLICATE)
    frames = (inputs.frames[0], moved, *inputs.frames[2:])
    (warning,) = warnings_of(replace(inputs, frames=frames))
    assert "moved between the frames" in warning
