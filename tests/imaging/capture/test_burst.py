from collections import deque

import cv2
import numpy as np
import pytest

from imaging.camera.device import CameraLostError
from imaging.camera.lights import NoLights
from imaging.camera.pace import SteppedClock
from imaging.capture.burst import Burst, shoot_stack
from imaging.errors import CameraError
from imaging.model.camera import CameraInfo
from imaging.model.frame import Frame
from tests.imaging.capture.conftest import make_frame

LIGHTS = ("right", "top", "left", "bottom")


class LaggingDevice:
    """A camera whose pictures show the lights as they were some frames ago, and a controller that is obeyed.

    Frames carry in their top left pixel the number of the light they truly show (9: half-lit), which no code reads.
    """

    def __init__(self, lag: int, clock: SteppedClock, tells_light: bool = False) -> None:
        self._shown: deque[str | None] = deque([None] * lag)
        self._clock, self._tells_light = clock, tells_light
        self._sequence = 0
        self.selected: str | None = None
        self.script: dict[int, CameraError | np.ndarray] = {}
        self.rng = np.random.default_rng(0)

    info = CameraInfo("test", "Test camera", "usb")
    lights = LIGHTS

    def select(self, light: str | None) -> None:
        self.selected = light

    def grab(self, timeout_s: float) -> Frame:
        del timeout_s
        self._clock.wait(1 / 30)
        self._sequence += 1
        self._shown.append(self.selected)
        light = self._shown.popleft()
        happening = self.script.get(self._sequence)
        if isinstance(happening, CameraError):
            raise happening
        pixels = self._picture(light) if happening is None else happening
        return Frame(pixels, self._sequence, self._clock(), light if self._tells_light else None)

    def _picture(self, light: str | None) -> np.ndarray:
        slope = np.linspace(0.6, 1.4, 64)
        ramps = {"right": slope[None], "left": slope[None, ::-1], "top": slope[::-1, None], "bottom": slope[:, None]}
        ramp = 1.0 if light is None else 0.4 * ramps[light]
        grey = 150 * ramp + self.rng.normal(scale=2, size=(64, 64))
        picture = np.repeat(np.clip(grey, 0, 255)[..., None], 3, axis=2).astype(np.uint8)
        picture[0, 0] = len(LIGHTS) if light is None else LIGHTS.index(light)
        return picture


def _truly_lit(frame: Frame) -> str | None:
    number = int(frame.pixels[0, 0, 0])
    return None if number == len(LIGHTS) else LIGHTS[number]


@pytest.mark.parametrize("tells_light", [False, True])
@pytest.mark.parametrize("lag", [0, 1, 2, 3])
def test_every_frame_truly_shows_its_light(lag: int, tells_light: bool) -> None:
    clock = SteppedClock()
    device = LaggingDevice(lag, clock, tells_light)
    stack = shoot_stack(device, device, clock=clock)
    assert [_truly_lit(frame) for frame in stack.frames] == list(LIGHTS)
    assert [frame.light for frame in stack.frames] == list(LIGHTS)
    assert _truly_lit(stack.overview) is None
    assert stack.overview.light is None
    assert device.selected is None


def test_a_half_lit_frame_is_not_kept() -> None:
    clock = SteppedClock()
    device = LaggingDevice(1, clock)
    half = device._picture("right").copy()
    half[32:] = device._picture(None)[32:]
    half[0, 0] = 9
    device.script[2] = half  # the overview is frame 1; the switch to "right" shows from frame 3
    stack = shoot_stack(device, device, clock=clock)
    assert [_truly_lit(frame) for frame in stack.frames] == list(LIGHTS)


def test_bad_frames_within_a_shot_are_taken_again() -> None:
    clock = SteppedClock()
    device = LaggingDevice(0, clock)
    device.script = {
        2: CameraError("Test camera sent a torn picture; it was dropped."),
        4: np.zeros((64, 64, 3), np.uint8),
        6: np.full((32, 32, 3), 90, np.uint8),
    }
    stack = shoot_stack(device, device, clock=clock)
    assert [_truly_lit(frame) for frame in stack.frames] == list(LIGHTS)
    assert {frame.shape for frame in stack.frames} == {(64, 64)}


@pytest.mark.parametrize("at", [1, 2, 5, 9])
def test_after_a_failure_all_lights_are_on_again(at: int) -> None:
    clock = SteppedClock()
    device = LaggingDevice(0, clock)
    device.script[at] = CameraLostError("Test camera was unplugged: plug it in again.")
    with pytest.raises(CameraLostError, match="unplugged"):
        shoot_stack(device, device, clock=clock)
    assert device.selected is None


def test_nothing_good_in_time_is_said_with_the_reason() -> None:
    clock = SteppedClock()
    device = LaggingDevice(0, clock)
    device.script = dict.fromkeys(
        range(4, 500), CameraError("Test camera sends black pictures: take off the lens cap.")
    )
    with pytest.raises(CameraError, match=r"within 2 s: take it again.*lens cap"):
        shoot_stack(device, device, Burst(timeout_s=2.0), clock)
    assert clock() == pytest.approx(2.0, abs=0.1)
    assert device.selected is None


def test_a_camera_that_says_the_light_never_came_is_believed() -> None:
    clock = SteppedClock()
    device = LaggingDevice(60, clock, tells_light=True)
    device._shown = deque(["left"] * 60)
    with pytest.raises(CameraError, match="still shows light left"):
        shoot_stack(device, device, clock=clock)


def test_under_a_fixed_ring_the_sharpest_of_the_burst_is_kept() -> None:
    clock = SteppedClock()
    device = LaggingDevice(0, clock)
    texture = np.clip(128 + 30 * np.random.default_rng(1).normal(size=(200, 200, 3)), 0, 255).astype(np.uint8)
    for sequence, sigma in enumerate((3.0, 2.0, 1.0, 1.5, 4.0), start=1):
        device.script[sequence] = cv2.GaussianBlur(texture, (0, 0), sigma)
    stack = shoot_stack(device, NoLights(), Burst(frames=5), clock)
    assert [frame.sequence for frame in stack.frames] == [3]
    assert stack.overview is None


def textured(number: int, seed: int = 0) -> Frame:
    """Skin-like noise that is never twice the same, on the same ground."""
    ground = np.random.default_rng(99).integers(80, 170, (48, 64, 3))
    noise = np.random.default_rng((seed, number)).integers(-3, 4, (48, 64, 3))
    return make_frame(number, (ground + noise).astype(np.uint8))


class Replaying:
    """A camera that delivers these frames, then the last one again and again."""

    def __init__(self, *frames: Frame) -> None:
        self.frames, self.now_s = list(frames), 0.0
        self.info = CameraInfo("046d:085c@1-2", "Test camera", "usb")

    def grab(self, timeout_s: float) -> Frame:
        del timeout_s
        self.now_s += 0.03
        return self.frames.pop(0) if len(self.frames) > 1 else self.frames[0]


def test_a_camera_that_freezes_during_the_burst_gives_no_picture() -> None:
    camera = Replaying(textured(1), textured(2))
    with pytest.raises(CameraError, match="frozen"):
        shoot_stack(camera, NoLights(), Burst(timeout_s=1.0), clock=lambda: camera.now_s)  # type: ignore[arg-type]


def test_a_garbled_frame_of_a_burst_is_not_taken_for_the_sharpest() -> None:
    garbled = make_frame(3, np.random.default_rng(1).integers(0, 255, (48, 64, 3)).astype(np.uint8))
    camera = Replaying(textured(1), textured(2), garbled, textured(4), textured(5), textured(6))
    stack = shoot_stack(camera, NoLights(), Burst(), clock=lambda: camera.now_s)  # type: ignore[arg-type]
    assert stack.frames[0].sequence in (1, 2, 4, 5)
