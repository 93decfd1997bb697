"""Every way to look at two visits, two spots marked by hand, and a repeatability study, for the README's pictures."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from gui.pages.compare.page import ComparePage
from gui.widgets.linked_views import Mode
from imaging.archive.protocols import read_protocol
from imaging.commands.simulated_clinic import ClinicPlan, SimulatedClinic
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

LEFT = Qt.MouseButton.LeftButton
_SITE = SiteKey("crows-feet", Laterality.LEFT)
_SPOTS = (0.25, 0.27), (0.72, 0.66)
"""As shares of rows and columns."""
_SETTLING_MS = 700
Save = Callable[..., Any]
WaitFor = Callable[[Callable[[], bool]], None]


def show_views(window: MainWindow, save: Save) -> None:
    """All that stands under "More views", and the marking of two spots."""
    page: ComparePage = window.pages["compare"]
    switches = page.pictures.switches
    for mode in (Mode.THREE_UP, Mode.LENS, Mode.PROFILE, Mode.RELIEF):
        if not switches.button(mode).isVisible():
            QTest.mouseClick(switches.more, LEFT)
        QTest.mouseClick(switches.button(mode), LEFT)
        save(str(mode), _SETTLING_MS)
    QTest.mouseClick(switches.button(Mode.SIDE_BY_SIDE), LEFT)
    _mark_spots(window, save)


def _mark_spots(window: MainWindow, save: Save) -> None:
    page: ComparePage = window.pages["compare"]
    where = window._run.compare.comparing.change.registration.displacement
    QTest.mouseClick(page.pictures.switches.points, LEFT)
    views = page.pictures.views
    for row, col in _SPOTS:
        place = round(row * where.shape[0]), round(col * where.shape[1])
        for view, at in ((views.reference, place), (views.moving, tuple(where[place]))):
            QTest.mouseClick(view.viewport(), LEFT, pos=view.position_of(*map(float, at)).toPoint())
    save("points", _SETTLING_MS)
    QTest.keyClick(views.reference, Qt.Key.Key_Escape)


def fill_repeatability(archive: Path, protocols: Path) -> Iterator[object]:
    """Too small for verdicts, large enough to look at: four people, two days, two re-placements of one site."""
    today = datetime.now(UTC).date()
    plan = ClinicPlan(today, subjects=4, weeks=(0, 1), sites=(_SITE,), replicates=2, is_treated=False)
    with closing(SimulatedClinic(archive, read_protocol(protocols / "repeatability.toml"), plan)) as clinic:
        yield from clinic.captures()


def show_repeatability(window: MainWindow, save: Save, wait_for: WaitFor) -> None:
    """The report of a study that was just measured."""
    page, session = window.pages["repeatability"], window._run.repeatability
    window.go_to("repeatability")
    QTest.mouseClick(page.make, LEFT)
    wait_for(lambda: not session.repeating.is_busy)
    if session.repeating.message:
        raise RuntimeError(session.repeating.message)
    save("repeatability", _SETTLING_MS)
