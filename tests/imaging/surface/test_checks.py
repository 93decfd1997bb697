"""Stacks with something wrong: named, and nothing else is."""

from dataclasses import replace
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest

from imaging.calibration.lights_file import read_lights
from imaging.camera.pictures import read_picture
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


def photographed(folder: Path, count: int = 12) -> MeasureInputs:
    """A photographed sphere or figure under lamps in no regular places."""
    frames = tuple(read_picture(folder / f"{folder.name}.{number}.png") for number in range(count))
    lights = read_lights(folder / "lights.lp")
    mask = np.asarray(read_picture(folder / f"{folder.name}.mask.png"))[..., 0] > 0
    chosen = Lights("distant", lights.vectors[:count])
    return MeasureInputs(frames, chosen, Spacing.square(0.05), mask=mask)


def masked_warnings(inputs: MeasureInputs) -> tuple[str, ...]:
    stack = linear_stack(inputs)
    assert inputs.lights is not None and inputs.mask is not None
    cells = cells_of(stack, Irradiance(inputs.lights, inputs.spacing, stack.shape))
    return stack_warnings(cells, inputs.mask, 0.0)


@pytest.mark.parametrize(("name", "count"), [("gray", 8), ("gray", 12), ("owl", 12), ("buddha", 12)])
def test_any_wrong_order_of_many_photographed_lights_is_named(test_data: Path, name: str, count: int) -> None:
    """Turned, reversed, two exchanged, shuffled: and the right one is not blamed."""
    inputs = photographed(test_data / "multi-light" / name, count)
    given = tuple(range(count))
    shuffled = tuple(int(number) for number in np.random.default_rng(1).permutation(count))
    assert masked_warnings(inputs) == ()
    for order in ((*given[1:], 0), (*given[-3:], *given[:-3]), given[::-1], (1, 0, *given[2:]), shuffled):
        (warning,) = masked_warnings(replace(inputs, frames=reordered(inputs, order)))
        assert f": {', '.join(str(index + 1) for index in order)} would fit better" in warning


@pytest.mark.parametrize("name", ["gray", "owl", "buddha"])
@pytest.mark.parametrize("chosen", [(0, 4, 7, 10), (1, 5, 6, 11), (0, 2, 4, 10)])
def test_no_order_of_four_photographed_lights_is_named_wrongly(
    test_data: Path, name: str, chosen: tuple[int, ...]
) -> None:
    """Four lights leave one number a pixel: orders that fit better than the right one are no surface."""
    inputs = photographed(test_data / "multi-light" / name)
    assert inputs.lights is not None
    four = replace(
        inputs,
        frames=tuple(inputs.frames[number] for number in chosen),
        lights=Lights("distant", inputs.lights.vectors[list(chosen)]),
    )
    named = 0
    for order in sorted(set(permutations(range(4))) - {(0, 1, 2, 3)}):
        said = " ".join(masked_warnings(replace(four, frames=reordered(four, order))))
        listed = ", ".join(str(index + 1) for index in order)
        assert "would fit better" not in said or listed in said
        named += listed in said
    assert named >= 20
    assert masked_warnings(four) == ()


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5, 6, 7, 0), (6, 7, 0, 1, 2, 3, 4, 5), (4, 5, 6, 7, 0, 1, 2, 3)])
def test_a_turned_ring_of_eight_is_named(order: tuple[int, ...]) -> None:
    """Turned lights fit nearly as well; only they make a relief that is no surface, or is far too hollow."""
    angles = np.arange(8) * np.pi / 4
    ring = np.stack([25 * np.cos(angles), 25 * np.sin(angles), np.full(8, 30.0)], axis=1)
    pictures = render(RELIEF, GRID, ring, True, Rendering(exposure=0.5))
    inputs = MeasureInputs(tuple(map(to_srgb8, pictures)), Lights("near", ring), Spacing.square(0.035))
    assert warnings_of(inputs) == ()
    (warning,) = warnings_of(replace(inputs, frames=reordered(inputs, order)))
    assert ", ".join(str(index + 1) for index in order) in warning


def test_lights_of_another_lamp_head_are_not_put_in_an_order(test_data: Path) -> None:
    inputs = photographed(test_data / "multi-light" / "gray")
    angles = np.arange(12) * np.pi / 6
    ring = np.stack([np.cos(angles), np.sin(angles), np.ones(12)], axis=1)
    (warning,) = masked_warnings(replace(inputs, lights=Lights("distant", ring)))
    assert "no other order of them plainly does" in warning


def test_two_lights_at_one_place_are_named_as_that() -> None:
    inputs = shot("near")
    (warning,) = warnings_of(replace(inputs, lights=Lights("near", LEDS[[0, 0, 1, 2]])))
    assert warning.startswith("Lights 1 and 2 have the same direction")


@pytest.mark.parametrize("count", [8, 12])
def test_one_frame_given_twice_is_named(test_data: Path, count: int) -> None:
    inputs = photographed(test_data / "multi-light" / "owl", count)
    (warning,) = masked_warnings(replace(inputs, frames=(*inputs.frames[:4], inputs.frames[3], *inputs.frames[5:])))
    assert warning.startswith("Frames 4 and 5 are the same picture")


def test_one_of_four_frames_given_twice_is_named() -> None:
    inputs = shot("near")
    (warning,) = warnings_of(replace(inputs, frames=(*inputs.frames[:3], inputs.frames[0])))
    assert warning.startswith("Frames 1 and 4 are the same picture")


@pytest.mark.parametrize("name", ["gray", "owl", "buddha"])
@pytest.mark.parametrize("encoding", ["auto", "linear"])
def test_photographs_that_lay_still_are_not_blamed(
    test_data: Path, name: str, encoding: Literal["auto", "linear"]
) -> None:
    assert masked_warnings(replace(photographed(test_data / "multi-light" / name), encoding=encoding)) == ()


@pytest.mark.parametrize("name", ["gray", "owl", "buddha"])
@pytest.mark.parametrize("shift", [2, 4, 10])
def test_one_of_many_photographs_that_moved_is_named(test_data: Path, name: str, shift: int) -> None:
    """One of twelve carries a twelfth of the misfit; what the others foretell of it shows how far it moved."""
    inputs = photographed(test_data / "multi-light" / name)
    moved = np.roll(inputs.frames[9], (shift // 2, -shift), axis=(0, 1))
    (warning,) = masked_warnings(replace(inputs, frames=(*inputs.frames[:9], moved, *inputs.frames[10:])))
    assert f"frame 10 lies about {np.hypot(shift // 2, shift):.0f} px beside the others" in warning


@pytest.mark.parametrize("scene", ["living", "blotched", "deep-glossy"])
@pytest.mark.parametrize("is_grey", [False, True])
def test_one_of_four_rendered_frames_that_moved_is_named(scene: str, is_grey: bool) -> None:
    folder = Path(__file__).parents[2] / "renderings" / scene
    frames = [read_picture(folder / f"light-{number}.png") for number in range(4)]
    frames = [frame.mean(axis=2).round().astype(np.uint8) for frame in frames] if is_grey else frames
    spacing = {"living": 0.06, "blotched": 0.03, "deep-glossy": 0.05}[scene]
    still = MeasureInputs(tuple(frames), read_lights(folder / "lights.json"), Spacing.square(spacing))
    assert warnings_of(still) == ()
    frames[2] = np.roll(frames[2], (3, -5), axis=(0, 1))
    (warning,) = warnings_of(replace(still, frames=tuple(frames)))
    assert "moved between the frames" in warning
