"""A camera and its lights that photograph a known relief, with the hands, the noise and the faults of a clinic."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypedDict, Unpack

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.device import BenchTarget, CameraLostError, Clock, FrozenWatch, Target, check_pixels
from imaging.camera.jpeg import decode_jpeg
from imaging.camera.pace import wait_until
from imaging.camera.simulated.bench import LAYING, Laying
from imaging.camera.simulated.faults import Fault, Faults, damaged_jpeg
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.lamps import SimulatedLights, lit_by
from imaging.camera.simulated.motion import Hand
from imaging.camera.simulated.optics import QUADRANT_NAMES, QUADRANTS, Optics
from imaging.camera.simulated.population import Population
from imaging.camera.simulated.scenes import SceneStore
from imaging.camera.simulated.sensor import Sensor
from imaging.errors import CameraError
from imaging.model.arrays import Points
from imaging.model.calibration import DeviceCalibration, LightsCalibration, ScaleCalibration, Validity
from imaging.model.camera import CameraInfo, CameraMode
from imaging.model.frame import ControlReading, Frame
from imaging.model.geometry import Spacing
from imaging.model.lights import Lights
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

Lighting = Literal["quadrants", "ring"]
FRAMES_PER_S = 30.0
NAME = "Simulated dermatology camera"
CALIBRATED_ON = date(2026, 1, 5)
FIRST_TARGET = Target("S-001", SiteKey("crows-feet", Laterality.LEFT), 0, 1)


class SimulatedOptions(TypedDict, total=False):
    """What may be said about a simulated camera; everything has a default."""

    shape: tuple[int, int]
    """Rows and columns of the frames; the field stays 23 mm wide."""
    lighting: Lighting
    """Four switchable quadrants, or a fixed ring."""
    seed: int
    """Of the noise."""
    faults: Faults
    clock: Clock
    optics: Optics
    identity: str
    """Of another one than the usual "simulated": a second camera beside the first."""
    zoom: float
    """How much larger it shows the skin than the usual one: its pixels are smaller by that."""
    frames_per_s: float
    sway: float
    """How much of a hand's unrest there is: 1 held by hand, near 0 on a stand. May be changed while it runs."""


@dataclass(frozen=True)
class Aim:
    """Which skin or object, held how, since when."""

    target: Target | BenchTarget
    hand: Hand | Laying
    since_s: float


class SimulatedCamera:
    """Photographs the population's skin. Signs the same contract as a real camera, and can be aimed.

    Parameters
    ----------
    population : whose skin
    options : see `SimulatedOptions`; without a clock it runs in real time, at 30 frames a second
    """

    def __init__(self, population: Population, **options: Unpack[SimulatedOptions]) -> None:
        self._shape = options.get("shape", (960, 1280))
        self._grid = Grid(self._shape)
        self._optics = options.get("optics", Optics())
        self._lighting: Lighting = options.get("lighting", "quadrants")
        self._faults = options.get("faults", Faults())
        self._frames_per_s = options.get("frames_per_s", FRAMES_PER_S)
        self._clock = options.get("clock", time.monotonic)
        self._population = population
        self._scenes = SceneStore(population, self._grid, self._lighting, self._optics)
        self._lights = SimulatedLights(QUADRANT_NAMES if self._lighting == "quadrants" else (), self._clock)
        self._sensor = Sensor(self._shape, options.get("seed", population.seed))
        self.sway = options.get("sway", 1.0)
        self._aimed = Aim(FIRST_TARGET, population.hand(FIRST_TARGET), self._clock())
        self._identity = options.get("identity", "simulated")
        self._zoom = options.get("zoom", 1.0)
        self._unplugs: int | None = None
        self._powered = self._faults.unplugs(self._clock())
        self._due_s = 0.0
        self._sequence = 0
        self._cable = np.random.default_rng((options.get("seed", population.seed), 21))
        self._frozen = FrozenWatch(NAME)
        self._shown: npt.NDArray[np.uint8] | None = None

    @property
    def info(self) -> CameraInfo:
        mode = CameraMode(*self._shape, self._frames_per_s, "RAW8")
        name = NAME if self._identity == "simulated" else f"{NAME} ({self._identity})"
        return CameraInfo(self._identity, name, "simulated", modes=(mode,))

    @property
    def lights(self) -> SimulatedLights:
        """The controller of this camera's lights."""
        return self._lights

    @property
    def controls(self) -> tuple[ControlReading, ...]:
        return self._sensor.readings()

    def apply(self, wanted: Mapping[str, float]) -> tuple[ControlReading, ...]:
        """Set exposure, gain, white balance or focus; unknown names come back unread."""
        return self._sensor.apply(wanted)

    def calibration(self) -> DeviceCalibration:
        """What is known about this device, without error: its spacing and where its LEDs are."""
        validity = Validity(made_on=CALIBRATED_ON, valid_until=None, residual=0.0)
        lights = None
        if self._lighting == "quadrants":
            strengths = np.array(self._optics.strengths)
            lights = LightsCalibration(Lights("near", QUADRANTS, strengths, names=QUADRANT_NAMES), validity)
        spacing = Spacing.square(self._grid.spacing_mm / self._zoom)
        return DeviceCalibration(self._identity, ScaleCalibration(spacing, self._shape, validity), lights)

    def aim(self, target: Target | BenchTarget) -> None:
        """Put this skin or object under the camera; takes about a second when it was not seen before."""
        self._scenes.scene(target)
        self._aimed = Aim(target, self._hand(target), self._clock())

    def start(self) -> None:
        """Begin to deliver; CameraError while unplugged."""
        now = self._clock()
        if self._faults.at(now) is Fault.UNPLUG:
            raise CameraError(f"{NAME} is not connected: plug it in.")
        self._scenes.scene(self._aimed.target)
        if self._faults.unplugs(now) != self._powered:
            self._powered = self._faults.unplugs(now)
            self._sensor.reset()
        self._unplugs, self._due_s = self._powered, now

    def stop(self) -> None:
        self._unplugs = None

    def close(self) -> None:
        self.stop()

    def grab(self, timeout_s: float) -> Frame:
        """The next frame, when it is due. Errors as in `imaging.camera.device.Camera`."""
        if self._unplugs is None:
            raise CameraError(f"{NAME} is not started: start it before taking a picture.")
        wait_until(self._clock, self._due_s)
        now = self._clock()
        self._due_s = _next_tick(self._due_s, now, 1 / self._frames_per_s)
        if self._faults.unplugs(now) != self._unplugs:
            raise CameraLostError(f"{NAME} was unplugged: plug it in again.")
        fault = self._faults.at(now)
        if fault is Fault.STALL:
            wait_until(self._clock, now + timeout_s)
            raise CameraError(f"{NAME} sent no picture for {timeout_s:g} s: wait, or unplug it and plug it in again.")
        pixels = self._pixels(now, fault)
        self._sequence += 1
        check_pixels(pixels, self._shape, NAME)
        self._frozen.check(pixels, now)
        return Frame(pixels, self._sequence, now, self._lights.told, "srgb", "RAW8", self.controls)

    def _pixels(self, now: float, fault: Fault | None) -> npt.NDArray[np.uint8]:
        """What comes over the cable: (rows, cols, 3) uint8."""
        if fault is Fault.BLACK:
            return np.zeros((*self._shape, 3), dtype=np.uint8)
        if fault is Fault.FROZEN and self._shown is not None:
            return self._shown
        self._shown = self._photograph(now)
        if fault in (Fault.TORN, Fault.CORRUPT):
            damaged = damaged_jpeg(self._shown, fault, self._cable)
            return decode_jpeg(damaged, self._shape, self.info.name)
        return self._shown[::2, ::2] if fault is Fault.WRONG_SIZE else self._shown

    def _hand(self, target: Target | BenchTarget) -> Hand | Laying:
        if isinstance(target, BenchTarget):
            return LAYING.get(target.thing, Laying())
        return self._population.hand(target)

    def _photograph(self, now: float) -> npt.NDArray[np.uint8]:
        """Warp what was prerendered to where the hand is, and pass it through the sensor."""
        aimed, size = self._aimed, self._shape[::-1]
        picture = lit_by(self._scenes.scene(aimed.target).pictures, self._lights.shining())
        flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REFLECT_101
        if isinstance(aimed.hand, Laying):
            matrix = aimed.hand.matrix(now - aimed.since_s, self._grid) @ self._zoomed
            seen = cv2.warpPerspective(picture, matrix, size, flags=flags, borderMode=border)
        else:
            placement = replace(aimed.hand, sway=self.sway).placement(now - aimed.since_s)
            matrix = placement.matrix(self._grid.spacing_mm, self._shape, self._grid.margin_px) @ self._zoomed
            seen = cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=border)
        return self._sensor.read_out(np.asarray(seen, dtype=np.uint8))

    @property
    def _zoomed(self) -> Points:
        """(3, 3): pixels of this camera to those of the usual one, about the middle of the frame."""
        col, row = (self._shape[1] - 1) / 2, (self._shape[0] - 1) / 2
        share = 1 / self._zoom
        return np.array([[share, 0, col * (1 - share)], [0, share, row * (1 - share)], [0, 0, 1.0]])


def _next_tick(last_s: float, now_s: float, period: float) -> float:
    """The camera keeps its own beat: who comes late waits for the next beat, not a whole period."""
    return now_s + period - max(now_s - last_s, 0.0) % period
