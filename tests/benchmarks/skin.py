"""Skin to look at: stacks and videos of the simulated camera, prepared before any clock runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from imaging.camera.device import Target
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.capture.burst import shoot_stack
from imaging.model.calibration import DeviceCalibration
from imaging.model.frame import Frame
from imaging.model.inputs import MeasureInputs
from imaging.model.light_stack import LightStack
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

CODE, SITE = "S-001", SiteKey("crows-feet", Laterality.LEFT)
FRAMES_PER_S = 30.0
_SETTLING_S = 4.0


@dataclass(frozen=True, eq=False)
class Shot:
    """One light stack and what is known about the camera it was taken with."""

    stack: LightStack
    calibration: DeviceCalibration

    @property
    def inputs(self) -> MeasureInputs:
        """Four frames under four near lights, calibrated."""
        known = self.calibration
        assert known.lights is not None
        pixels = tuple(frame.pixels for frame in self.stack.frames)
        return MeasureInputs(pixels, known.lights.lights, known.spacing, self.stack.frames[0].encoding)


def shoot(shape: tuple[int, int], weeks: tuple[int, ...] = (0,)) -> list[Shot]:
    """The same site at each week: crow's feet with microrelief, pores, pigment, gloss and noise."""
    clock = SteppedClock()
    camera = SimulatedCamera(Population(seed=1, subjects=1), shape=shape, seed=2, clock=clock)
    shots = []
    for week in weeks:
        camera.aim(Target(CODE, SITE, week, 1))
        camera.start()
        clock.wait(_SETTLING_S)
        shots.append(Shot(shoot_stack(camera, camera.lights, clock=clock), camera.calibration()))
        camera.stop()
    camera.close()
    return shots


def megapixels(shape: tuple[int, int]) -> str:
    """The size in words: "5.0 MP"."""
    return f"{shape[0] * shape[1] / 1e6:.1f} MP"


def hold_still(shape: tuple[int, int], count: int) -> list[Frame]:
    """What the camera sees of a site while the hand that holds it comes to rest, there and back again."""
    clock = SteppedClock()
    camera = SimulatedCamera(Population(seed=1, subjects=1), shape=shape, seed=2, clock=clock)
    camera.aim(Target(CODE, SITE, 0, 2))
    camera.start()
    clock.wait(_SETTLING_S)
    there = [camera.grab(1.0) for _ in range(count)]
    camera.close()
    return [*there, *there[-2:0:-1]]


def write_video(path: Path, frames: Sequence[Frame]) -> Path:
    """MJPG at the camera's rate."""
    rows, cols = frames[0].shape
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FRAMES_PER_S, (cols, rows))
    for frame in frames:
        writer.write(cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR))
    writer.release()
    return path
