"""A stack under lights that a person switches, with the mistakes people make. Simulated skin on a stand."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.camera.lights import ManualLights
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.capture.burst import LampError, shoot_stack
from imaging.capture.by_hand import HandRules, MovedError, ShotByHand
from imaging.errors import CameraError
from imaging.model.frame import Frame
from imaging.model.lights import Lights

UR, UL, LL, LR = NAMES = ("upper-right", "upper-left", "lower-left", "lower-right")


class Stand:
    """A camera on a stand, and the person at the switches."""

    def __init__(self) -> None:
        self.clock = SteppedClock()
        self.camera = SimulatedCamera(Population(4), shape=(240, 320), clock=self.clock, sway=0.02)
        self.camera.start()
        self.clock.wait(9.0)
        calibration = self.camera.calibration()
        assert calibration.lights is not None
        self.lights: Lights = calibration.lights.lights
        self.rules = HandRules(NAMES, self.lights, calibration.spacing)

    def see(self, light: str | None, after_s: float = 2.0) -> Frame:
        self.camera.lights.select(light)
        self.clock.wait(after_s)
        return replace(self.camera.grab(1.0), light=None)

    def begin(self, rules: HandRules | None = None) -> ShotByHand:
        return ShotByHand(self.see(None), rules or self.rules)


@pytest.fixture
def stand() -> Stand:
    return Stand()


def take_all(stand: Stand, shot: ShotByHand) -> None:
    while shot.asked is not None:
        shot.add(stand.see(shot.asked.light))


def test_asks_for_each_light_in_the_order_of_the_device_file(stand: Stand) -> None:
    shot = stand.begin(replace(stand.rules, names=NAMES[::-1]))
    asked = []
    while shot.asked is not None:
        asked.append((shot.asked.light, shot.asked.number, shot.asked.count))
        shot.add(stand.see(shot.asked.light))
    assert asked == [(name, n, 4) for n, name in enumerate(NAMES, 1)]
    done = shot.finish()
    assert [frame.light for frame in done.stack.frames] == list(NAMES)
    assert done.stack.overview is not None and done.stack.overview.light is None
    assert done.motion is not None and done.motion < 0.02
    assert done.unit == "mm"


def test_the_wrong_light_is_named_and_asked_for_again(stand: Stand) -> None:
    shot = stand.begin()
    with pytest.raises(LampError, match='That is light "lower-left": switch on light "upper-right" alone'):
        shot.add(stand.see(LL))
    assert shot.asked is not None and shot.asked.light == UR
    shot.add(stand.see(UR))
    assert shot.asked.light == UL


def test_nothing_switched_yet(stand: Stand) -> None:
    shot = stand.begin()
    with pytest.raises(LampError, match="still shows all lights"):
        shot.add(stand.see(None))
    shot.add(stand.see(UR))
    with pytest.raises(LampError, match='still shows light "upper-right": switch on light "upper-left" alone'):
        shot.add(stand.see(UR))


def test_all_off(stand: Stand) -> None:
    shot = stand.begin()
    dark = stand.see(None)
    black = replace(dark, pixels=np.asarray(dark.pixels // 12))
    with pytest.raises(LampError, match='It is dark: switch on light "upper-right"'):
        shot.add(black)


def test_a_light_is_recognised_after_some_frames(stand: Stand) -> None:
    shot = stand.begin()
    assert not any(shot.is_recognised(stand.see(UL, 0.1)) for _ in range(6))
    assert [shot.is_recognised(stand.see(UR, 0.1)) for _ in range(4)] == [False, False, False, True]


def test_motion_beyond_the_limit_is_refused(stand: Stand) -> None:
    shot = stand.begin()
    shot.add(stand.see(UR))
    shot.add(stand.see(UL))
    moved = stand.see(LL)
    px = round(0.45 / stand.rules.spacing.mean_mm)
    shot.add(replace(moved, pixels=np.roll(moved.pixels, px, axis=1)))
    shot.add(stand.see(LR))
    with pytest.raises(MovedError, match=r"moved by 0\.[45] mm between the lights, more than 0\.3 mm: rest head"):
        shot.finish()


def test_motion_within_the_limit_is_told(stand: Stand) -> None:
    shot = stand.begin()
    for light in NAMES:
        frame = stand.see(light)
        px = 3 if light == LL else 0
        shot.add(replace(frame, pixels=np.roll(frame.pixels, px, axis=1)))
    assert shot.finish().motion == pytest.approx(3 * stand.rules.spacing.mean_mm, abs=0.04)


def test_a_hand_held_camera_is_refused(stand: Stand) -> None:
    stand.camera.sway = 4.0
    shot = stand.begin()
    take_all(stand, shot)
    with pytest.raises(MovedError, match="rest head and camera"):
        shot.finish()


def test_without_a_scale_the_limit_is_a_share_of_the_picture(stand: Stand) -> None:
    shot = stand.begin(HandRules(NAMES))
    take_all(stand, shot)
    done = shot.finish()
    assert done.unit == "px" and done.motion is not None and done.motion < 0.5


def test_swapped_lights_without_a_device_file_are_noticed_by_their_names(stand: Stand) -> None:
    shot = stand.begin(HandRules(("left-lamp", "right-lamp")))
    with pytest.raises(LampError, match='That is light "right-lamp"'):
        shot.add(stand.see(UR))


def test_no_controller_obeys_by_hand(stand: Stand) -> None:
    lights = ManualLights(NAMES)
    with pytest.raises(CameraError, match="switched by hand"):
        shoot_stack(stand.camera, lights, clock=stand.clock)
    lights.select(UL)
    assert lights.asked == UL
    with pytest.raises(CameraError, match='no light "top"'):
        lights.select("top")
    lights.close()


def test_a_simulated_person_does_as_told(stand: Stand) -> None:
    lights = ManualLights(NAMES, stand.camera.lights.select)
    lights.select(LL)
    assert stand.camera.lights.selected == LL
