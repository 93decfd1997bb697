from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.capture.burst import shoot_stack
from imaging.capture_inputs import inputs_of
from imaging.model.light_stack import LightStack
from imaging.model.protocol import Laterality
from imaging.model.visit import Capture, CaptureFacts, SiteKey
from imaging.pipeline import measure

_SITE = SiteKey("crows-feet", Laterality.LEFT)


@pytest.fixture(scope="module")
def shot() -> tuple[LightStack, Capture]:
    clock = SteppedClock()
    camera = SimulatedCamera(Population(5, 1), shape=(120, 160), clock=clock)
    camera.start()
    stack = shoot_stack(camera, camera.lights, clock=clock)
    camera.close()
    moment = datetime(2026, 3, 2, 10, tzinfo=UTC)
    facts = CaptureFacts("visit", _SITE, 1, moment, "simulated", "simulated", calibration=camera.calibration())
    return stack, Capture("capture", "subject", _SITE, facts, "operator", (), "srgb", None)


def _without_common_pigment(stack: LightStack) -> LightStack:
    """Colour frames in which nothing says how they lie on each other."""
    rng = np.random.default_rng(0)
    shape = stack.frames[0].pixels.shape
    frames = [replace(frame, pixels=rng.integers(60, 200, shape).astype(np.uint8)) for frame in stack.frames]
    return LightStack(tuple(frames), stack.overview)


def test_motion_that_could_not_be_judged_reaches_the_measurement(shot: tuple[LightStack, Capture]) -> None:
    stack, capture = shot
    inputs = inputs_of(_without_common_pigment(stack), capture)
    assert "could not be judged" in inputs.warnings[0]
    measured = measure(inputs)
    assert inputs.warnings[0] in measured.surface.warnings  # from there into measurement.json


def test_a_stack_that_lies_still_has_nothing_to_say(shot: tuple[LightStack, Capture]) -> None:
    stack, capture = shot
    assert not any("between the lights" in warning for warning in inputs_of(stack, capture).warnings)
