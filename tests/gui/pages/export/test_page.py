"""The export page on a real archive: what is previewed is what lies on the disk, and it names nobody."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.pages.export.page import ExportPage
from gui.pages.export.state import FACES, ready
from gui.session.chosen import Chosen
from gui.session.publishing import Content, FileFormat
from gui.session.run import Run
from gui.widgets.buttons import WordButton
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse, Subject
from tests.gui.measured import TIMEOUT_MS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(clinic_run: Run, qtbot: QtBot) -> ExportPage:
    made = ExportPage(clinic_run.visit, clinic_run.export)
    qtbot.addWidget(made)
    made.resize(1250, 700)
    made.show()
    made.enter()
    wait_for_preview(clinic_run, qtbot)
    return made


def wait_for_preview(run: Run, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: run.export.publishing.preview is not None and not run.export.publishing.is_busy, timeout=TIMEOUT_MS
    )


def write_into(page: ExportPage, folder: Path, run: Run, qtbot: QtBot) -> Path:
    before = len(run.export.publishing.written)
    page.options.folder.setText(str(folder))
    QTest.keyClick(page.options.folder, Qt.Key.Key_Return)
    QTest.mouseClick(page.options.write, LEFT)
    qtbot.waitUntil(lambda: len(run.export.publishing.written) > before, timeout=TIMEOUT_MS)
    return run.export.publishing.written[-1]


def test_without_a_folder_nothing_is_written(page: ExportPage) -> None:
    assert not page.options.write.isEnabled()


def test_a_folder_that_was_typed_needs_no_further_key(page: ExportPage, clinic_run: Run, tmp_path: Path) -> None:
    QTest.mouseClick(page.options.folder, LEFT)
    QTest.keyClicks(page.options.folder, str(tmp_path / "out"))
    assert page.options.write.isEnabled()
    assert clinic_run.export.publishing.folder == tmp_path / "out"


def test_slashes_stay_in_a_folder_typed_without_focus(page: ExportPage, clinic_run: Run, tmp_path: Path) -> None:
    page.options.folder.clearFocus()
    page.options.folder.clear()
    QTest.keyClicks(page.options.folder, str(tmp_path / "out"))
    assert page.options.folder.text() == str(tmp_path / "out")
    assert clinic_run.export.publishing.folder == tmp_path / "out"


def test_the_file_is_the_preview_pixel_by_pixel(
    page: ExportPage, clinic_run: Run, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_into(page, tmp_path / "out", clinic_run, qtbot)
    assert path.name == "S-001_crows-feet-left_week4_r2_heat-map.png"
    with Image.open(path) as picture:
        assert (np.asarray(picture.convert("RGB")) == clinic_run.export.publishing.preview).all()
    assert page.message.text == f"Written: {path.name}"


def test_a_tiff_and_a_second_file_cover_nothing(
    page: ExportPage, clinic_run: Run, qtbot: QtBot, tmp_path: Path
) -> None:
    QTest.mouseClick(page.options.formats[FileFormat.TIFF], LEFT)
    wait_for_preview(clinic_run, qtbot)
    first = write_into(page, tmp_path, clinic_run, qtbot)
    second = write_into(page, tmp_path, clinic_run, qtbot)
    assert (first.suffix, second.name) == (".tif", f"{first.stem}_2.tif")
    assert first.read_bytes()[:2] in (b"II", b"MM")


def test_the_folder_is_offered_after_writing(page: ExportPage, clinic_run: Run, qtbot: QtBot, tmp_path: Path) -> None:
    asked: list[Path] = []
    page.folder_asked.disconnect()
    page.folder_asked.connect(asked.append)
    write_into(page, tmp_path, clinic_run, qtbot)
    QTest.mouseClick(page.message.findChild(WordButton), LEFT)
    assert asked == [tmp_path]


def test_a_plain_picture_has_no_colours_of_depth(page: ExportPage, clinic_run: Run, qtbot: QtBot) -> None:
    coloured = clinic_run.export.publishing.preview
    QTest.mouseClick(page.options.contents[Content.PLAIN], LEFT)
    wait_for_preview(clinic_run, qtbot)
    qtbot.waitUntil(lambda: clinic_run.export.publishing.preview is not coloured, timeout=TIMEOUT_MS)
    plain = clinic_run.export.publishing.preview
    photograph = clinic_run.review.looking.measured.surface.photograph
    rows, cols = photograph.shape[:2]
    assert np.median(np.abs(plain[:rows, :cols].astype(int) - photograph)) == 0
    assert np.abs(coloured[:rows, :cols].astype(int) - photograph).mean() > 5
    assert not page.options.opacity.isEnabled()


def test_a_comparison_is_drawn_when_it_is_asked_for(page: ExportPage, clinic_run: Run, qtbot: QtBot) -> None:
    assert clinic_run.compare.comparing.change is None
    QTest.mouseClick(page.options.contents[Content.COMPARISON], LEFT)
    qtbot.waitUntil(lambda: clinic_run.compare.comparing.change is not None, timeout=TIMEOUT_MS)
    wait_for_preview(clinic_run, qtbot)
    cols = clinic_run.review.looking.measured.surface.shape[1]
    assert clinic_run.export.publishing.preview.shape[1] > 3 * cols
    assert clinic_run.export.publishing.file_name == "S-001_crows-feet-left_week0-week4_comparison.png"


def test_a_folder_that_cannot_be_written_is_a_sentence(
    page: ExportPage, clinic_run: Run, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    page.options.folder.setText(str(tmp_path / "file"))
    QTest.keyClick(page.options.folder, Qt.Key.Key_Return)
    QTest.mouseClick(page.options.write, LEFT)
    qtbot.waitUntil(lambda: page.message.level == "error" and bool(page.message.text), timeout=TIMEOUT_MS)
    assert "file" in page.message.text
    assert clinic_run.export.publishing.written == ()


def test_consent_withdrawn_meanwhile_stops_the_export(
    page: ExportPage, clinic_run: Run, qtbot: QtBot, tmp_path: Path
) -> None:
    visit = clinic_run.visit
    withdrawn = Consent(ConsentUse.TRIAL, ConsentAnswer.WITHDRAWN, "1", visit.now.date())
    visit.archive.record_consent(visit.chosen.subject.identifier, withdrawn)
    page.options.folder.setText(str(tmp_path / "out"))
    QTest.keyClick(page.options.folder, Qt.Key.Key_Return)
    with qtbot.waitSignal(clinic_run.export.failed) as said:
        QTest.mouseClick(page.options.write, LEFT)
    assert "consent for trial" in said.args[0]
    assert not (tmp_path / "out").exists()


def test_faces_are_spoken_of_and_consent_is_asked_for(page: ExportPage, clinic_run: Run) -> None:
    from PySide6.QtWidgets import QLabel

    assert any(label.text() == FACES for label in page.findChildren(QLabel))
    chosen = clinic_run.visit.chosen
    stranger = Chosen(subject=Subject("x", "S-9", None), protocol=chosen.protocol, history=chosen.history)
    assert "consent" in ready(stranger)
    assert ready(chosen) == ""


def test_nothing_is_cut_off_at_1366(page: ExportPage) -> None:
    assert page.minimumSizeHint().width() <= 1250
    assert page.minimumSizeHint().height() <= 700


def test_visits_of_different_methods_are_not_drawn_on_one_scale(
    page: ExportPage, clinic_run: Run, qtbot: QtBot
) -> None:
    QTest.mouseClick(page.options.contents[Content.COMPARISON], LEFT)
    qtbot.waitUntil(lambda: clinic_run.compare.comparing.change is not None, timeout=TIMEOUT_MS)
    wait_for_preview(clinic_run, qtbot)
    comparing = clinic_run.compare.comparing
    shown = comparing.moving.shown
    surface = replace(shown.surface, method="single-light", height_unit="rel")
    moving = replace(comparing.moving, measured=(replace(shown, surface=surface),))
    clinic_run.compare.comparing = replace(comparing, moving=moving)
    clinic_run.compare.changed.emit(clinic_run.compare.comparing)
    assert clinic_run.export.publishing.preview is None
    assert "different methods" in page.empty.words
