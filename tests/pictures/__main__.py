"""The README's pictures: the window on a demo archive, one file a page. `make pictures`."""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.app import Station, build_window
from gui.main_window import MainWindow
from gui.session.standing import Answers
from imaging.archive.protocols import read_protocol
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.commands.simulated_clinic import ClinicPlan, SimulatedClinic
from imaging.model.settings import StationSettings

RESOURCES = Path(__file__).parents[2] / "resources"


def fill(archive: Path) -> None:
    """One subject with both visits, one whose second visit is due today."""
    plan = ClinicPlan(datetime.now(UTC).date(), subjects=2, due_today=1)
    template = read_protocol(RESOURCES / "protocols" / "four-week.toml")
    with closing(SimulatedClinic(archive, template, plan)) as clinic:
        for _capture in clinic.captures():
            pass


def station_on(archive: Path, theme: str) -> Station:
    def open_camera(_identity: str) -> tuple[SimulatedCamera, object]:
        camera = SimulatedCamera(Population(seed=1, subjects=2))
        return camera, camera.lights

    return Station(
        operator="a.technician",
        resources=RESOURCES,
        protocols=RESOURCES / "protocols",
        find_cameras=lambda: (SimulatedCamera(Population()).info,),
        open_camera=open_camera,
        calibration=lambda _identity: SimulatedCamera(Population()).calibration(),
        settings=StationSettings(archive=str(archive), camera="simulated", theme=theme),
    )


def wait_for(condition: Callable[[], bool], seconds: float = 180.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the page was not ready in time")
        QTest.qWait(50)


def show_pages(window: MainWindow, save: Callable[[str], None]) -> None:
    """Open every page as a technician would, and save it when it shows what it is for."""
    run = window._run
    save("today")
    first, second = run.visit.subjects()
    run.visit.choose_subject(first)
    window.go_to("subjects")
    save("subjects")
    window.go_to("review")
    run.review.choose_site(next(c.site for c in run.review.looking.captures if c.site.site == "crows-feet"))
    wait_for(lambda: window.pages["review"].numbers.isVisible())
    save("review")
    window.go_to("compare")
    wait_for(lambda: run.compare.comparing.change is not None)
    save("compare")
    window.go_to("export")
    wait_for(lambda: window.pages["export"].options.isVisible() and run.export.publishing.preview is not None)
    save("export")
    run.visit.choose_subject(second)
    run.visit.start_visit(4)
    run.capture.answer(Answers(True, 30.0, 21.0, 50.0))
    window.go_to("capture")
    wait_for(lambda: window.pages["capture"].stage.live.shape is not None)
    QTest.qWait(3000)
    save("capture")


def main(folder: Path, theme: str = "light", size: tuple[int, int] = (1366, 768)) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    with tempfile.TemporaryDirectory() as scratch:
        fill(Path(scratch) / "archive")
        window = build_window(app, station_on(Path(scratch) / "archive", theme))
        window.resize(*size)
        window.show()

        def save(name: str) -> None:
            QTest.qWait(400)
            window.grab().save(str(folder / f"{name}.png"))

        show_pages(window, save)
        window.close()


if __name__ == "__main__":
    given = sys.argv[1:]
    rows_cols = tuple(int(n) for n in given[2].split("x")) if len(given) > 2 else (1366, 768)
    main(Path(given[0]), *given[1:2], size=rows_cols)  # type: ignore[arg-type]
