"""The world around the station in a test: a clock to turn, a camera to unplug."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from imaging.camera.device import Camera, LightController
from imaging.camera.simulated.device import Lighting, SimulatedCamera
from imaging.camera.simulated.faults import Faults
from imaging.camera.simulated.optics import Optics
from imaging.camera.simulated.population import Population
from imaging.errors import CameraError
from imaging.model.calibration import DeviceCalibration
from imaging.model.camera import CameraInfo
from imaging.model.settings import StationSettings


@dataclass
class World:
    """Everything a `Station` is told about this computer."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    faults: Faults = field(default_factory=Faults)
    is_plugged_in: bool = True
    further: tuple[CameraInfo, ...] = ()
    """Cameras beside the simulated one."""
    opened: list[SimulatedCamera] = field(default_factory=list)
    remembered: list[StationSettings] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """Sounds that were asked for."""
    sway: float = 1.0
    """How much the hand moves; near 0 on a stand."""
    lighting: Lighting = "quadrants"
    """Lights that are switched, or a fixed ring."""
    light: float = 0.62
    """Of the simulated device's lamps: less or more of it is as darker or lighter skin."""
    identity: str = "simulated"
    """Of the camera that is plugged in, whatever was asked for."""
    population: Population = field(default_factory=lambda: Population(seed=7, subjects=2))

    def now(self) -> datetime:
        return self.at

    def pass_time(self, **how_long: float) -> None:
        self.at += timedelta(**how_long)

    def open_camera(self, wanted: str) -> tuple[Camera, LightController]:
        if not self.is_plugged_in:
            raise CameraError(f"The camera {wanted} is not there: plug it in.")
        optics = Optics(exposure=self.light)
        camera = SimulatedCamera(
            self.population, shape=(240, 320), faults=self.faults, sway=self.sway, optics=optics,
            identity=self.identity, lighting=self.lighting,
        )  # fmt: skip
        self.opened.append(camera)
        return camera, camera.lights

    def find_cameras(self) -> tuple[CameraInfo, ...]:
        one = SimulatedCamera(self.population, shape=(240, 320)).info
        return (one, *self.further) if self.is_plugged_in else self.further

    def calibration(self, _identity: str) -> DeviceCalibration:
        return SimulatedCamera(self.population, shape=(240, 320)).calibration()
