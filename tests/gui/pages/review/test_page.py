"""The review page on a real archive: what was taken is seen, measured, annotated and read out."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.bridge.numbers import GAP
from gui.pages.review.page import ReviewPage
from gui.pages.review.state import read_out, ready, state_of
from gui.session.chosen import Chosen
from gui.session.looking import Looking
from gui.session.run import Run
from imaging.errors import ArchiveError
from imaging.model.annotation import Shape
from tests.gui.measured import TIMEOUT_MS
from tests.gui.pages.review.conftest import ShowReview

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(clinic_run: Run, show_review: ShowReview, qtbot: QtBot) -> ReviewPage:
    made = show_review(clinic_run)
    made.enter()
    qtbot.waitUntil(lambda: clinic_run.review.looking.measured is not None, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: len(clinic_run.review.looking.pictures) == 2, timeout=TIMEOUT_MS)
    return made


def test_opens_on_the_newest_visit_with_its_numbers(page: ReviewPage, clinic_run: Run) -> None:
    state = state_of(clinic_run.visit.chosen, clinic_run.review.looking)
    assert page.visits.currentText().startswith("Week 4")
    assert page.sites.currentText() == "Left crow's feet"
    assert "calibrated" in page.badges.words
    assert state.headline.title == "Deepest wrinkle, mean depth"
    assert f"(95{GAP}%)" in page.numbers.headline.text()
    assert "not verified on living skin" in page.numbers.method.text()
    assert page.numbers.lines["Mean depth of all"].endswith(f"(95{GAP}%)")
    assert page.numbers.table.rowCount() == len(clinic_run.review.looking.measured.measurement.items)


def test_the_bands_stand_beside_the_numbers(page: ReviewPage, clinic_run: Run) -> None:  # noqa: ARG001
    state = state_of(clinic_run.visit.chosen, clinic_run.review.looking)
    bands = {group.title: group.band for group in state.groups}
    assert "0.2 to 5 mm wide" in bands["Wrinkles"]
    assert "25 µm deep" in bands["Wrinkles"]
    assert "0.2 mm²" in bands["Depressions"]
    assert "0.5 mm" in bands["Texture"]


def test_a_click_on_a_thumbnail_shows_that_replicate(page: ReviewPage, clinic_run: Run, qtbot: QtBot) -> None:
    first = clinic_run.review.looking.replicates[0]
    QTest.mouseClick(page.replicates.button(first.identifier), LEFT)
    assert clinic_run.review.looking.capture == first
    qtbot.waitUntil(lambda: not clinic_run.review.looking.is_busy, timeout=TIMEOUT_MS)
    assert clinic_run.review.looking.measured is not None


def test_another_visit_is_chosen_by_key(page: ReviewPage, clinic_run: Run, qtbot: QtBot) -> None:
    page.visits.setFocus()
    QTest.keyClick(page.visits, Qt.Key.Key_Up)
    assert clinic_run.review.looking.visit.week == 0
    qtbot.waitUntil(lambda: not clinic_run.review.looking.is_busy, timeout=TIMEOUT_MS)


def test_the_heat_map_covers_and_uncovers_the_skin(page: ReviewPage) -> None:
    viewport = page.picture.view.viewport()
    covered = to_array(viewport.grab().toImage())
    QTest.mouseClick(page.picture.heat_map, LEFT)
    bare = to_array(viewport.grab().toImage())
    assert np.abs(covered.astype(int) - bare).mean() > 5
    assert not page.picture.opacity.isEnabled()
    QTest.mouseClick(page.picture.heat_map, LEFT)
    page.picture.opacity.setValue(0)
    assert np.abs(to_array(viewport.grab().toImage()).astype(int) - bare).mean() < 1


def test_a_wrinkle_that_is_pressed_on_the_picture_is_chosen_in_the_list(page: ReviewPage, clinic_run: Run) -> None:
    view = page.picture.view
    items = clinic_run.review.looking.measured.measurement.items
    line = items[1].centre_line
    QTest.mouseClick(view.viewport(), LEFT, pos=view.position_of(*map(float, line[len(line) // 2])).toPoint())
    assert page.numbers.table.isVisible()
    assert [index.row() for index in page.numbers.table.selectionModel().selectedRows()] == [1]
    QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(3, 3))
    assert [index.row() for index in page.numbers.table.selectionModel().selectedRows()] == [1]


def test_a_wrinkle_that_may_be_pigment_looks_so_on_the_picture(page: ReviewPage, clinic_run: Run) -> None:
    looking = clinic_run.review.looking
    first, *others = looking.measured.measurement.items
    view, place = page.picture.view, first.centre_line[len(first.centre_line) // 3]
    at = view.position_of(*map(float, place)).toPoint()
    QTest.mouseClick(page.picture.heat_map, LEFT)
    white = view.viewport().grab().toImage().pixelColor(at)
    suspect = replace(first, is_pigment_suspect=True)
    measurement = replace(looking.measured.measurement, items=(suspect, *others))
    page.picture.show_looking(replace(looking, measured=replace(looking.measured, measurement=measurement)))
    orange = view.viewport().grab().toImage().pixelColor(at)
    assert abs(white.red() - white.blue()) < 20
    assert orange.red() > orange.blue() + 60


def draw_arrow(page: ReviewPage) -> None:
    view = page.picture.view
    QTest.mouseClick(page.picture.tools.tool(Shape.ARROW), LEFT)
    start, end = (view.position_of(*place).toPoint() for place in ((40, 60), (120, 200)))
    QTest.mousePress(view.viewport(), LEFT, pos=start)
    QTest.mouseMove(view.viewport(), (start + end) / 2)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), LEFT, pos=end)


def test_an_arrow_drawn_with_the_mouse_is_kept_with_the_capture(page: ReviewPage, clinic_run: Run) -> None:
    draw_arrow(page)
    capture = clinic_run.review.looking.capture
    (kept,) = clinic_run.visit.archive.annotations(capture.identifier)
    assert kept.shape is Shape.ARROW
    assert kept.start == pytest.approx((40, 60), abs=1)
    QTest.mouseClick(page.picture.tools.undo, LEFT)
    assert clinic_run.visit.archive.annotations(capture.identifier) == ()


def test_a_drawing_that_cannot_be_kept_does_not_stay_as_if_it_were(
    page: ReviewPage, clinic_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    clinic_run.review.failed.connect(said.append)

    def full(*_: object) -> None:
        raise ArchiveError("The disk is full: free some space.")

    with monkeypatch.context() as broken:
        broken.setattr(clinic_run.visit.archive, "save_annotations", full)
        draw_arrow(page)
    assert said == ["The disk is full: free some space. The last drawing was not kept: draw it again."]
    assert page.picture.annotations.annotations == ()
    draw_arrow(page)
    assert len(page.picture.annotations.annotations) == 1


def test_annotations_stay_with_their_own_capture(page: ReviewPage, clinic_run: Run) -> None:
    test_an_arrow_drawn_with_the_mouse_is_kept_with_the_capture(page, clinic_run)
    QTest.mouseClick(page.picture.tools.redo, LEFT)
    first, second = clinic_run.review.looking.replicates
    clinic_run.review.choose(first.identifier)
    assert page.picture.annotations.annotations == ()
    clinic_run.review.choose(second.identifier)
    assert len(page.picture.annotations.annotations) == 1


def test_depth_under_the_pointer(page: ReviewPage, clinic_run: Run, qtbot: QtBot) -> None:
    view, looking = page.picture.view, clinic_run.review.looking
    wrinkle = looking.measured.measurement.items[0]
    place = tuple(int(value) for value in wrinkle.centre_line[len(wrinkle.centre_line) // 2].round())
    QTest.mouseMove(view.viewport(), QPoint(3, 3))
    QTest.mouseMove(view.viewport(), view.position_of(*place).toPoint())
    qtbot.waitUntil(lambda: page.picture.read_out.text == read_out(looking, place))
    assert page.picture.read_out.text.startswith("depth ")
    assert "µm" in page.picture.read_out.text and "mm" in page.picture.read_out.text


def test_a_wrinkle_of_the_table_stands_out_in_the_picture(page: ReviewPage) -> None:
    before = to_array(page.picture.view.viewport().grab().toImage())
    QTest.mouseClick(page.numbers.tabs.button("wrinkles"), LEFT)
    table = page.numbers.table
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualItemRect(table.item(0, 1)).center())
    after = to_array(page.picture.view.viewport().grab().toImage())
    yellow = (after[..., 0] > 220) & (after[..., 2] < 60)
    assert yellow.sum() > ((before[..., 0] > 220) & (before[..., 2] < 60)).sum() + 20


def test_coming_back_measures_nothing_anew(page: ReviewPage, clinic_run: Run) -> None:
    seen = clinic_run.review.looking
    page.leave()
    clinic_run.visit.refresh()
    page.enter()
    assert clinic_run.review.looking is seen


def test_nothing_is_cut_off_at_1366(page: ReviewPage) -> None:
    assert page.minimumSizeHint().width() <= 1250
    assert page.minimumSizeHint().height() <= 700


def test_before_there_is_anything_the_page_says_what_to_do(page: ReviewPage) -> None:
    asked: list[str] = []
    page.goes_to.connect(asked.append)
    page.show_state(state_of(Chosen(), Looking()))
    assert "No subject is chosen" in page.empty.words
    page.empty.action_asked.emit()
    assert asked == ["subjects"]
    assert ready(Chosen()) == "Choose a subject first."


def test_what_is_not_verified_is_said_once(page: ReviewPage) -> None:
    assert page.numbers.method.text().count("not verified on living skin") == 1


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("rel", "Single light: relative shading, not depth."),
        ("um", "Single light: the map is relative shading, not depth. Depths of furrows are by the depth target"),
    ],
)
def test_a_single_light_says_so_and_marks_what_may_be_pigment(
    page: ReviewPage, clinic_run: Run, unit: str, words: str
) -> None:
    looking = clinic_run.review.looking
    measured = looking.measured
    assert measured is not None and measured.measurement.items
    first, *others = measured.measurement.items
    measurement = replace(
        measured.measurement, depth_unit=unit, items=(replace(first, is_pigment_suspect=True), *others)
    )
    surface = replace(measured.surface, method="single-light", height_unit="rel")
    relative = replace(looking, measured=replace(measured, surface=surface, measurement=measurement))
    page.numbers.show_state(state_of(clinic_run.visit.chosen, relative))
    assert page.numbers.method.text().startswith(words)
    QTest.mouseClick(page.numbers.tabs.button("wrinkles"), LEFT)
    assert "±" in page.numbers.table.item(0, 2).text()
    assert page.numbers.table.item(0, 0).text() == "1?"
    assert page.numbers.suspects.isVisible()
    assert page.numbers.table.horizontalScrollBar().maximum() == 0, "every column is in sight"
