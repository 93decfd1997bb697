"""Two visits looked at in the window, by mouse and key: lens, profile, relief, and two points as a start."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gui.bridge.arrays import to_array
from gui.main_window import MainWindow
from gui.pages.compare.page import ComparePage
from gui.session.publishing import Content
from gui.widgets.linked_views import Mode
from imaging.camera.pictures import read_picture
from imaging.model.settings import StationSettings
from tests.e2e.conftest import MakeWindow, click, wait_for
from tests.gui.clinic import Plan, fill_archive

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared") / "archive"
    fill_archive(folder, Plan(replicates=1))
    return folder


@pytest.fixture
def window(make_window: MakeWindow, archive: Path) -> MainWindow:
    made = make_window(settings=StationSettings(archive=str(archive), camera="simulated", theme="light"))
    made._run.visit.choose_subject(made._run.visit.subjects()[0])
    click(made.rail.button("compare"))
    wait_for(lambda: made._run.compare.comparing.change is not None and not made._run.compare.comparing.is_busy)
    return made


def drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(widget, LEFT, pos=start)
    QTest.mouseMove(widget, (start + end) / 2)
    QTest.mouseMove(widget, end)
    QTest.mouseRelease(widget, LEFT, pos=end)


def look(page: ComparePage, mode: Mode) -> None:
    if not page.pictures.switches.button(mode).isVisible():
        click(page.pictures.switches.more)
    click(page.pictures.switches.button(mode))
    assert page.pictures.views.mode is mode


@pytest.mark.timeout(300)
def test_lens_profile_and_relief(window: MainWindow, tmp_path: Path) -> None:
    page = window.pages["compare"]
    views = page.pictures.views
    look(page, Mode.LENS)
    before = to_array(views.moving.viewport().grab().toImage())
    view = views.reference
    drag(view.viewport(), view.position_of(*views.lens.place).toPoint(), view.position_of(70, 90).toPoint())
    assert views.lens.place == pytest.approx((70, 90), abs=2)
    assert (to_array(views.moving.viewport().grab().toImage()) != before).any(), "the other picture follows"

    look(page, Mode.PROFILE)
    first = page.pictures.profile.reading.text()
    drag(view.viewport(), view.position_of(60, 150).toPoint(), view.position_of(190, 170).toPoint())
    assert page.pictures.profile.reading.text() != first
    assert "Then: " in page.pictures.profile.reading.text()

    look(page, Mode.RELIEF)
    reliefs = views.reliefs
    wait_for(lambda: reliefs.is_at_rest and not reliefs.pictures[1].image.isNull())
    seen = [to_array(picture.image) for picture in reliefs.pictures]
    drag(reliefs.pictures[0], QPoint(100, 100), QPoint(220, 100))
    QTest.keyClick(reliefs.pictures[1], Qt.Key.Key_Up)
    wait_for(lambda: reliefs.is_at_rest)
    assert all((to_array(p.image) != was).any() for p, was in zip(reliefs.pictures, seen, strict=True))
    export_reliefs(window, tmp_path / "out")


def export_reliefs(window: MainWindow, folder: Path) -> None:
    """Both reliefs as they were turned, in one picture."""
    click(window.pages["compare"].export)
    page = window.pages["export"]
    click(page.options.contents[Content.RELIEF])
    page.options.folder.setFocus()
    QTest.keyClicks(page.options.folder, str(folder))
    QTest.keyClick(page.options.folder, Qt.Key.Key_Return)
    wait_for(lambda: window._run.export.publishing.preview is not None and page.options.write.isEnabled())
    click(page.options.write)
    wait_for(lambda: bool(window._run.export.publishing.written))
    (path,) = folder.iterdir()
    assert "relief" in path.name
    assert read_picture(path).shape[1] > 2 * 1400


@pytest.mark.timeout(300)
def test_two_points_by_mouse_and_key(window: MainWindow) -> None:
    page = window.pages["compare"]
    session, views = window._run.compare, page.pictures.views
    where = session.comparing.change.registration.displacement
    places = ((70, 90), (180, 250))
    click(page.pictures.switches.points)
    for place in places:
        for view, at in ((views.reference, place), (views.moving, where[place])):
            QTest.mouseClick(view.viewport(), LEFT, pos=view.position_of(*map(float, at)).toPoint())
    QTest.keyClick(views.moving, Qt.Key.Key_Left)
    QTest.keyClick(views.moving, Qt.Key.Key_Right)
    QTest.keyClick(views.moving, Qt.Key.Key_Return)
    assert session.comparing.is_busy and not page.marking.isVisible()
    wait_for(lambda: not session.comparing.is_busy)
    assert session.comparing.change.registration.is_trusted
    assert session.comparing.change.start is not None
    assert "a person marked" in page.strip.words
