"""A hand-held stack of the simulated camera, whose every movement is known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from imaging.alignment.frames import motion_warnings
from imaging.alignment.superposition import apart_px, superpose
from imaging.camera.device import Target
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.population import Population
from imaging.capture.burst import shoot_stack
from imaging.model.frame import Frame
from imaging.model.light_stack import LightStack
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey
from imaging.surface.light.linearise import to_linear
from imaging.surface.light.still_frames import still_frames

SHAPE = (480, 640)
TARGET = Target("S-001", SiteKey("forehead", Laterality.MIDLINE), 0, 1)
SWAY = 3.0
"""Three times as restless as a hand."""


@pytest.fixture(scope="module")
def shot() -> tuple[LightStack, list[np.ndarray]]:
    """A stack, and where each frame really lay: (3, 3), (col, row, 1) of the frame to the skin."""
    clock, population = SteppedClock(), Population(seed=1, subjects=1)
    camera = SimulatedCamera(population, shape=SHAPE, clock=clock, sway=SWAY)
    camera.aim(TARGET)
    aimed_s = clock()
    camera.start()
    stack = shoot_stack(camera, camera.lights, clock=clock)
    camera.close()
    hand, grid = replace(population.hand(TARGET), sway=SWAY), Grid(SHAPE)

    def place(frame: Frame) -> np.ndarray:
        held = hand.placement(frame.time_s - aimed_s)
        return np.vstack([held.matrix(grid.spacing_mm, SHAPE, grid.margin_px), [0, 0, 1]])

    assert stack.overview is not None
    return stack, [place(frame) for frame in (stack.overview, *stack.frames)]


def test_light_that_adds_up_tells_how_the_skin_moved(shot: tuple[LightStack, list[np.ndarray]]) -> None:
    stack, (overview, *frames) = shot
    assert stack.overview is not None
    light = [to_linear(frame.pixels, frame.encoding) for frame in stack.frames]
    found = superpose(to_linear(stack.overview.pixels, "srgb"), light)
    assert found is not None
    truth = [np.linalg.inv(frame) @ overview for frame in frames]
    assert max(apart_px(place, np.eye(3), SHAPE) for place in truth) > 0.5
    assert max(_apart(found.places, truth)) < 0.35


def test_a_hand_held_stack_is_judged_and_laid_together(shot: tuple[LightStack, list[np.ndarray]]) -> None:
    stack, _ = shot
    frames, residual_px = still_frames(stack)
    assert residual_px is not None
    assert residual_px < 0.5
    assert motion_warnings(frames, residual_px) == ()
    assert not np.array_equal(frames[-1], stack.frames[-1].pixels)


def _apart(places: Sequence[np.ndarray], truth: Sequence[np.ndarray]) -> list[float]:
    return [apart_px(one, two, SHAPE) for one, two in zip(places, truth, strict=True)]
