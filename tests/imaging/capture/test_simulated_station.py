"""Feed, gates, burst and shutter together on the simulated camera, on a clock that only moves when waited on."""

import threading
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from imaging.camera.device import Target
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.faults import Fault, FaultEvent, Faults
from imaging.camera.simulated.population import Population
from imaging.capture.feed import Feed, FeedOptions, FeedView
from imaging.capture.shutter import AutoShutter
from imaging.errors import CameraError
from imaging.guidance.context import BaselineFacts, CaptureAnswers, GateContext, make_baseline
from imaging.model.geometry import Roi
from imaging.model.light_stack import LightStack
from imaging.model.protocol import GateLimits, Laterality
from imaging.model.reading import GateState
from imaging.model.visit import SiteKey
from tests.imaging.capture.conftest import PATIENCE_S

SHAPE = (240, 320)
SITE = SiteKey("crows-feet", Laterality.LEFT)
LIMITS = GateLimits(climate_gates=False, max_offset_mm=1.5)
ANSWERS = CaptureAnswers(calibration="calibrated", is_skin_clean=True)


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(seed=5, subjects=1)


class Station:
    """A simulated camera with its feed; time passes as fast as the machine can."""

    def __init__(self, population: Population, script: tuple[FaultEvent, ...] = ()) -> None:
        self.clock = SteppedClock()
        self.faults = Faults(script)
        self.camera = SimulatedCamera(population, shape=SHAPE, faults=self.faults, clock=self.clock)
        self.code = population.subjects[0].code
        self.camera.aim(Target(self.code, SITE, 0, 1))
        self.feed = Feed(
            lambda: (self.camera, self.camera.lights), options=FeedOptions(clock=self.clock, wait=self._pause)
        )

    def _pause(self, stopping: threading.Event, seconds: float) -> None:
        del stopping
        self.clock.wait(seconds)

    def next_view(self, after: int) -> FeedView:
        """Asking the feed to do nothing takes exactly one frame: no polling."""
        view = None
        while view is None or view.frame is None or view.frame.sequence <= after:
            done: Future[None] = self.feed.ask(lambda camera, lights: None)  # noqa: ARG005
            done.result(PATIENCE_S)
            view = self.feed.newest()
        return view

    def shoot_on_green(self, frames_needed: int, limit_s: float) -> tuple[FeedView, LightStack]:
        """What the capture page does."""
        shutter, sequence = AutoShutter(frames_needed), 0
        ends_s = self.clock() + limit_s
        while self.clock() < ends_s:
            view = self.next_view(sequence)
            assert view.frame is not None
            sequence = view.frame.sequence
            if shutter.update(view):
                return view, self.feed.shoot().result(PATIENCE_S)
        raise AssertionError(f"nothing was shot within {limit_s:g} s: {self.feed.newest()}")


@pytest.fixture
def station(population: Population):
    station = Station(population)
    station.feed.start()
    yield station
    station.feed.stop()


def test_first_visit_then_the_same_skin_again(station: Station) -> None:
    context = GateContext(limits=LIMITS, answers=ANSWERS, spacing=station.camera.calibration().spacing, site=SITE)
    station.feed.set_context(context)
    view, first = station.shoot_on_green(frames_needed=5, limit_s=60)
    assert [frame.light for frame in first.frames] == list(station.camera.lights.lights)
    assert first.overview is not None
    assert {r.sequence for r in view.cheap} == {view.frame.sequence}

    # At the next visit the camera has to come back to where the baseline was taken.
    roi = Roi(40, 50, 200, 270)
    baseline = make_baseline(first.overview.pixels, BaselineFacts(roi=roi, controls=first.overview.controls))
    aim = station.feed.ask(lambda *_: station.camera.aim(Target(station.code, SITE, 4, 2)))
    aim.result(PATIENCE_S)
    station.feed.set_context(replace(context, baseline=baseline, roi=roi))
    view, second = station.shoot_on_green(frames_needed=5, limit_s=240)
    pose = next(r for r in view.slow if r.gate == "pose")
    assert pose.value is not None and pose.value < LIMITS.max_offset_mm
    assert len(second.frames) == len(first.frames)


def test_a_mirrored_side_is_not_the_place(station: Station) -> None:
    view = station.next_view(0)
    assert view.frame is not None
    mirrored = make_baseline(np.ascontiguousarray(view.frame.pixels[:, ::-1]))
    station.feed.set_context(GateContext(limits=LIMITS, answers=ANSWERS, baseline=mirrored))
    sequence = view.frame.sequence
    place = GateState.GREY  # until the worker's answer is there, and whenever it is too old
    while place == GateState.GREY:
        view = station.next_view(sequence)
        sequence = view.frame.sequence
        place = next((r.state for r in view.slow if r.gate == "place"), GateState.GREY)
    assert place == GateState.RED


def test_unplug_during_a_shot_loses_nothing_and_the_next_shot_works(station: Station) -> None:
    station.next_view(0)

    def pull_the_plug(camera, lights):
        del camera, lights
        station.faults.begin(Fault.UNPLUG)

    station.feed.ask(pull_the_plug)
    with pytest.raises(CameraError):
        station.feed.shoot().result(PATIENCE_S)
    station.faults.end()
    stack = _persistent_shot(station)
    assert len(stack.frames) == 4
    assert station.camera.lights.selected is None


def _persistent_shot(station: Station) -> LightStack:
    while True:
        try:
            return station.feed.shoot().result(PATIENCE_S)
        except CameraError:
            station.clock.wait(0.01)
