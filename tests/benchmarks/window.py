"""The real window on an archive of one subject, for benchmarks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import build_window
from gui.main_window import MainWindow
from gui.session.station import Station
from imaging.archive.protocols import read_protocol
from imaging.archive.store import create_archive
from imaging.camera.device import Camera, LightController
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.model.calibration import DeviceCalibration
from imaging.model.light_stack import LightStack
from imaging.model.settings import StationSettings
from imaging.model.visit import CaptureFacts, Consent, ConsentAnswer, ConsentUse, SiteKey
from tests.benchmarks.skin import CODE

_RESOURCES = Path(__file__).parents[2] / "resources"
_PATIENCE_MS = 60_000

OpenDevices = Callable[[str], tuple[Camera, LightController]]


@dataclass(frozen=True)
class Scene:
    """One camera, and the archive in which its site has a baseline."""

    name: str
    archive: Path
    open_devices: OpenDevices
    is_calibrated: bool


def archive_visit(
    folder: Path, stacks: Mapping[SiteKey, LightStack], camera: str, calibration: DeviceCalibration | None = None
) -> None:
    """One subject whose visit of week 0, a fortnight ago, has a picture of each of these sites by this camera."""
    then = datetime.now(UTC) - timedelta(weeks=2)
    archive = create_archive(folder, "benchmark", clock=lambda: then)
    study = archive.create_study("BENCH", "Benchmark", read_protocol(_RESOURCES / "protocols" / "four-week.toml"))
    consents = tuple(Consent(use, ConsentAnswer.GIVEN, "1", date(2026, 1, 1)) for use in ConsentUse)
    subject = archive.add_subject(study.identifier, CODE, 1970, consents)
    visit = archive.start_visit(subject.identifier, study.identifier, 0)
    for site, stack in stacks.items():
        facts = CaptureFacts(visit.identifier, site, 1, then, camera, "Benchmark", calibration=calibration)
        archive.add_capture(stack, facts)
    archive.finish_visit(visit.identifier)
    archive.close()


@contextmanager
def open_window(app: QApplication, scene: Scene) -> Iterator[MainWindow]:
    known = SimulatedCamera(Population(seed=1, subjects=1)).calibration() if scene.is_calibrated else None
    station = Station(
        operator="benchmark",
        resources=_RESOURCES,
        protocols=_RESOURCES / "protocols",
        find_cameras=lambda: (),
        open_camera=scene.open_devices,
        calibration=lambda _identity: replace(known) if known else None,
        settings=StationSettings(camera=scene.name, theme="light", archive=str(scene.archive)),
    )
    window = build_window(app, station)
    window.resize(1366, 768)
    window.show()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        app.processEvents()


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the window live until then; what never comes is an error of the benchmark."""
    loop, looking, patience = QEventLoop(), QTimer(interval=20), QTimer(interval=_PATIENCE_MS, singleShot=True)
    looking.timeout.connect(lambda: loop.quit() if condition() else None)
    patience.timeout.connect(lambda: loop.exit(1))
    looking.start()
    patience.start()
    failed = loop.exec()
    looking.stop()
    patience.stop()
    if failed:
        raise RuntimeError(f"The window did not get there within {_PATIENCE_MS // 1000} s.")
