"""The README's pictures: the window on a demo archive, one file a page. `make pictures`."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import Station, build_window
from gui.main_window import MainWindow
from gui.pages.compare.views import COURSE
from gui.session.capture.standing import Answers
from gui.widgets.linked_views import Mode
from imaging.archive.protocols import read_protocol
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.commands.simulated_clinic import ClinicPlan, SimulatedClinic
from imaging.model.protocol import Laterality
from imaging.model.settings import StationSettings
from imaging.model.visit import SiteKey, Subject
from tests.pictures.comparing import fill_repeatability, show_repeatability, show_views

RESOURCES = Path(__file__).parents[2] / "resources"


SITES = (SiteKey("crows-feet", Laterality.LEFT), SiteKey("crows-feet", Laterality.RIGHT))
SETTLED = timedelta(minutes=25)


class Save(Protocol):
    """Keep what the window shows, once it has stood still for so long."""

    def __call__(self, name: str, settling_ms: int = 400) -> None: ...


@dataclass
class Wall:
    """The clock on the wall, which can be put forward: nobody waits until the skin has settled."""

    ahead: timedelta = timedelta()

    @classmethod
    def at_ten(cls) -> "Wall":
        """The hour at which the demo's subjects came before, whenever the pictures are made."""
        now = datetime.now(UTC)
        return cls(now.replace(hour=10, minute=0) - now)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def fill(archive: Path) -> None:
    """One subject with all three visits, one whose last visit is due today, two who come for the first time."""
    today = datetime.now(UTC).date()
    plan = ClinicPlan(today, subjects=2, weeks=(0, 2, 4), due_today=1, sites=SITES, replicates=2, has_control=True)
    template = read_protocol(RESOURCES / "protocols" / "four-week.toml")
    with closing(SimulatedClinic(archive, template, plan)) as clinic:
        for _capture in clinic.captures():
            pass
        for code, birth_year in (("S-003", 1959), ("S-004", 1983)):
            consents = clinic.archive.subjects(clinic.study.identifier)[0].consents
            clinic.archive.add_subject(clinic.study.identifier, code, birth_year, consents)


def station_on(archive: Path, theme: str, wall: Wall | None = None) -> Station:
    def open_camera(_identity: str) -> tuple[SimulatedCamera, object]:
        camera = SimulatedCamera(Population(seed=1, subjects=2, has_control=True))
        return camera, camera.lights

    return Station(
        operator="a.technician",
        resources=RESOURCES,
        protocols=RESOURCES / "protocols",
        find_cameras=lambda: (SimulatedCamera(Population()).info,),
        open_camera=open_camera,
        calibration=lambda _identity: SimulatedCamera(Population()).calibration(),
        settings=StationSettings(archive=str(archive), camera="simulated", theme=theme),
        now=wall or Wall(),
    )


def pause(milliseconds: int) -> None:
    """Let the window live. `QTest.qWait` sleeps without letting other threads run Python: measuring would crawl."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(condition: Callable[[], bool], seconds: float = 600.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the page was not ready in time")
        pause(50)


def show_pages(window: MainWindow, wall: Wall, save: Save) -> None:
    """Open every page as a technician would, and save it when it shows what it is for."""
    run = window._run
    first, second, third, _ = run.visit.subjects()
    run.visit.arrive(second)
    wall.ahead += SETTLED
    run.visit.arrive(third)
    window.pages["today"].refresh()
    save("today")
    show_capture(window, second, save)
    run.visit.choose_subject(first)
    window.go_to("subjects")
    save("subjects")
    window.go_to("review")
    run.review.choose_site(SITES[0])
    wait_for(lambda: window.pages["review"].numbers.isVisible())
    save("review")
    window.go_to("compare")
    wait_for(lambda: not run.compare.comparing.is_busy)
    if run.compare.comparing.message:
        raise RuntimeError(run.compare.comparing.message)
    save("compare")
    window.pages["compare"].pictures.set_mode(Mode.CHANGE)
    save("change")
    show_views(window, save)
    window.pages["compare"].pictures.set_mode(COURSE)
    wait_for(lambda: not run.course.following.missing)
    save("course")
    window.go_to("export")
    wait_for(lambda: window.pages["export"].options.isVisible() and run.export.publishing.preview is not None)
    save("export")


def show_capture(window: MainWindow, subject: Subject, save: Save) -> None:
    """Everything is in place; the shutter is held, so that the picture is of the moment before it fires."""
    run = window._run
    run.visit.choose_subject(subject)
    run.visit.start_visit(4)
    run.capture.answer(Answers(True, 30.0, 21.0, 50.0))
    window.go_to("capture")
    run.capture.hold(True)
    wait_for(lambda: (view := run.devices.newest()) is not None and view.guidance.is_ready and bool(view.slow))
    save("capture", 40)
    window.go_to("today")


def open_window(app: QApplication, station: Station, size: tuple[int, int]) -> MainWindow:
    window = build_window(app, station)
    window.resize(*size)
    window.show()
    return window


def main(folder: Path, theme: str = "light", size: tuple[int, int] = (1366, 768)) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    with tempfile.TemporaryDirectory() as scratch:
        fill(Path(scratch) / "archive")
        shutil.copytree(Path(scratch) / "archive", Path(scratch) / "gates")
        wall = Wall.at_ten()
        window = open_window(app, station_on(Path(scratch) / "archive", theme, wall), size)

        def save(name: str, settling_ms: int = 400) -> None:
            pause(settling_ms)
            window.grab().save(str(folder / f"{name}.png"))

        show_pages(window, wall, save)
        window.close()
        for _capture in fill_repeatability(Path(scratch) / "repeatability", RESOURCES / "protocols"):
            pass
        window = open_window(app, station_on(Path(scratch) / "repeatability", theme), size)
        show_repeatability(window, save, wait_for)
        window.close()
        from tests.pictures.gates import save_gates  # which needs what stands above

        save_gates(app, Path(scratch) / "gates", folder / "gates.jpg", (theme, size))


if __name__ == "__main__":
    given = sys.argv[1:]
    rows_cols = tuple(int(n) for n in given[2].split("x")) if len(given) > 2 else (1366, 768)
    main(Path(given[0]), *given[1:2], size=rows_cols)  # type: ignore[arg-type]
