"""The exposure on skin of unlike brightness: found once, replayed, at most one whole step away."""

from dataclasses import dataclass

import numpy as np
import pytest

from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.optics import Optics
from imaging.camera.simulated.population import Population
from imaging.capture.exposing import (
    CLIPPED,
    TARGET,
    TOO_DARK,
    brightest_skin,
    exposure_of,
    find_exposure,
    step_needed,
    with_step,
)
from imaging.errors import CameraError
from imaging.model.camera import CameraInfo
from imaging.model.exposure import exposure_factor, found_reading, step_reading
from imaging.model.frame import ControlReading, Frame
from imaging.model.geometry import Roi

BASELINE = 0.62
"""Light of the simulated device at the baseline, as in `Optics`."""


def camera_under(light: float, **options) -> SimulatedCamera:
    camera = SimulatedCamera(
        Population(5, subjects=1), shape=(240, 320), clock=SteppedClock(), optics=Optics(exposure=light), **options
    )
    camera.start()
    return camera


@pytest.mark.parametrize("light", [0.3, 0.62, 1.2])
def test_the_brightest_skin_comes_to_85_percent_whatever_the_light(light: float) -> None:
    camera = camera_under(light)
    found = find_exposure(camera)
    assert found.level == pytest.approx(TARGET, rel=0.06)
    assert found.control.is_held
    assert not found.trouble
    assert brightest_skin(camera.grab(1.0)) == pytest.approx(TARGET, rel=0.06)


def test_found_again_it_is_the_same() -> None:
    first = find_exposure(camera_under(0.62)).control.read_back
    again = find_exposure(camera_under(0.62, seed=9)).control.read_back
    assert first is not None
    assert again == pytest.approx(first, rel=0.06)


def test_less_light_than_a_hand_can_hold_is_said() -> None:
    found = find_exposure(camera_under(0.02))
    assert "more light" in found.trouble
    assert found.control.read_back == 500


@pytest.mark.parametrize(("factor", "steps"), [(1.0, 0), (0.8, 0), (0.4, 1), (2.0, -1)])
def test_a_later_visit_takes_one_whole_step_when_the_skin_clips_or_falls_below_half(factor: float, steps: int) -> None:
    """The baseline's exposure is replayed under another brightness of skin and light."""
    baseline = find_exposure(camera_under(BASELINE)).control
    later = camera_under(BASELINE * factor)
    later.apply({"exposure": baseline.read_back or 0})
    for _ in range(4):
        frame = later.grab(1.0)
    assert step_needed(brightest_skin(frame)) == steps
    wanted = exposure_of(with_step((baseline,), steps))
    assert wanted is not None
    assert wanted.read_back == pytest.approx((baseline.read_back or 0) * 2.0**steps)
    later.apply({"exposure": wanted.read_back or 0})
    assert TOO_DARK * 0.8 <= brightest_skin(later.grab(1.0)) < CLIPPED


def test_after_a_step_up_nothing_clips() -> None:
    assert 2 * TOO_DARK <= TARGET


@dataclass
class LogCamera:
    """Counts as Windows does: whole octaves, -13 to -1."""

    light: float
    value: float = -9.0

    @property
    def info(self) -> CameraInfo:
        return CameraInfo("046d:085c@7", "Windows camera", "usb")

    @property
    def controls(self) -> tuple[ControlReading, ...]:
        return (ControlReading("exposure", None, self.value),)

    def apply(self, wanted):
        self.value = min(max(wanted["exposure"], -13), -1)
        return (ControlReading("exposure", wanted["exposure"], self.value),)

    def grab(self, timeout_s: float) -> Frame:
        del timeout_s
        level = min(self.light * 2.0**self.value, 1.0)
        pixels = np.full((48, 64, 3), round(65535 * level), np.uint16)
        return Frame(pixels, 1, 0.0, None, "linear")


@pytest.mark.parametrize("light", [20.0, 100.0, 700.0])
def test_in_octaves_the_longest_that_does_not_clip(light: float) -> None:
    camera = LogCamera(light)
    found = find_exposure(camera)
    assert TARGET / 2 < found.level <= TARGET * 1.04
    assert camera.value == int(camera.value)
    (wanted,) = with_step(camera.controls, 1)
    assert wanted.read_back == camera.value + 1


@dataclass
class BentCamera(LogCamera):
    """Multiplies its numbers instead of the light, as if light went with the power of 2.2; counts in 0.1 ms."""

    value: float = 156.0

    @property
    def controls(self) -> tuple[ControlReading, ...]:
        return (ControlReading("exposure", None, self.value, 1, 5000),)

    def apply(self, wanted):
        self.value = wanted["exposure"]
        return (ControlReading("exposure", self.value, self.value, 1, 5000),)

    def grab(self, timeout_s: float) -> Frame:
        del timeout_s
        level = min(self.light * (self.value / 156) ** 2.2, 1.0)
        return Frame(np.full((48, 64, 3), round(65535 * level), np.uint16), 1, 0.0, None, "linear")


@pytest.mark.parametrize("light", [0.1, 0.5, 0.97])
def test_a_camera_that_bends_the_light_is_followed(light: float) -> None:
    assert find_exposure(BentCamera(light)).level == pytest.approx(TARGET, rel=0.05)


@dataclass
class DeafCamera(LogCamera):
    """Takes every value and changes nothing."""

    seen: float = 0.0

    def grab(self, timeout_s: float) -> Frame:
        del timeout_s
        self.seen += 1 / 30
        return Frame(np.full((48, 64, 3), 20000, np.uint16), 1, 0.0, None, "linear")


def test_a_camera_that_does_not_obey_is_left_as_it_was() -> None:
    camera = DeafCamera(1.0)
    found = find_exposure(camera, clock=lambda: camera.seen)
    assert "does not answer" in found.trouble
    assert camera.value == -9.0
    assert camera.seen < 5


def test_a_camera_that_answers_late_is_waited_for() -> None:
    camera = camera_under(0.3)
    wait, pending = camera.apply, []

    def apply_late(wanted):
        pending.append((camera._clock() + 1.0, dict(wanted)))
        value = wanted["exposure"]
        return (ControlReading("exposure", value, value, 1, 5000),)

    real_grab = camera.grab

    def grab(timeout_s: float) -> Frame:
        while pending and camera._clock() >= pending[0][0]:
            wait(pending.pop(0)[1])
        return real_grab(timeout_s)

    camera.apply, camera.grab = apply_late, grab  # type: ignore[method-assign]
    assert find_exposure(camera, clock=camera._clock).level == pytest.approx(TARGET, rel=0.06)


def test_bad_pictures_are_waited_out_as_in_a_shot() -> None:
    """Three seconds of torn ones, as while a hand moves the cable; ten seconds are too many."""
    camera = camera_under(BASELINE)
    grab, bad = camera.grab, [90]

    def grab_torn(timeout_s: float) -> Frame:
        frame = grab(timeout_s)
        bad[0] -= 1
        if bad[0] >= 0:
            raise CameraError("torn")
        return frame

    camera.grab = grab_torn  # type: ignore[method-assign]
    assert find_exposure(camera, clock=camera._clock).level == pytest.approx(TARGET, rel=0.06)
    bad[0] = 10_000
    with pytest.raises(CameraError, match=r"No exposure was found\. torn"):
        find_exposure(camera, clock=camera._clock)


def test_a_camera_without_exposure_is_named() -> None:
    camera = LogCamera(1.0)
    object.__setattr__(camera, "value", None)
    with pytest.raises(CameraError, match="Windows camera lets no program set"):
        find_exposure(camera)


def test_the_brightest_skin_is_looked_for_in_the_region_only() -> None:
    pixels = np.full((100, 200, 3), 100, np.uint8)
    pixels[:, 150:] = 250
    frame = Frame(pixels, 1, 0.0)
    assert brightest_skin(frame, Roi(0, 0, 100, 140)) < 0.2 < brightest_skin(frame, Roi(0, 140, 100, 200))


def test_how_it_came_about_is_on_record() -> None:
    assert exposure_factor((found_reading(200.0, 0.84, 3),)) == 1.0
    assert exposure_factor((found_reading(200.0, 0.84, 3), step_reading(-1, 4))) == 0.5
