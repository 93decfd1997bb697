"""A repeatability study in the window: how far it got, its report, the files, and keeping it for its camera."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.bridge.icons import use_folder
from gui.pages.repeatability.page import RepeatabilityPage
from gui.pages.repeatability.state import Picked, ready, state_of
from gui.session.chosen import Chosen
from gui.session.compare.repeating import Repeating
from gui.session.run import Run
from gui.session.station import Station
from imaging.archive.protocols import read_protocol
from imaging.archive.store import open_archive
from imaging.comparison.repeatability import read_repeatability
from imaging.model.geometry import Roi
from imaging.model.study import RepeatReading
from imaging.repeatability_study import StudyReadings
from imaging.study.repeatability import StudyFacts, as_repeatability, repeatability_report
from tests.gui.clinic import LEFT as SITE
from tests.gui.clinic import RESOURCES, Plan, fill_archive

LEFT = Qt.MouseButton.LeftButton
HEADLINE = "wrinkles.deepest_mean_depth_um"


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two subjects, one site, two days, two re-placements."""
    folder = tmp_path_factory.mktemp("repeated") / "archive"
    fill_archive(folder, Plan(weeks=(0, 1), protocol="repeatability.toml", codes=("S-001", "S-002")))
    with open_archive(folder, "tester") as archive:
        (study,) = archive.studies()
        for subject in archive.subjects(study.identifier):
            archive.set_roi(subject.identifier, study.identifier, SITE, Roi(70, 90, 170, 230))
    return folder


@pytest.fixture
def page(repeated: Path, tmp_path: Path, station: Station, qtbot: QtBot) -> Iterator[RepeatabilityPage]:
    use_folder(RESOURCES / "icons")
    shutil.copytree(repeated, tmp_path / "archive")
    run = Run(station)
    run.study.open(tmp_path / "archive")
    made = RepeatabilityPage(run.repeatability)
    qtbot.addWidget(made)
    made.resize(1240, 690)
    made.show()
    made.enter()
    yield made
    run.close()


def large_study(repeating: Repeating) -> tuple[StudyReadings, object]:
    """Twelve subjects, three re-placements, two days, made up: 3 % within, 4 % between days."""
    rng, operators = np.random.default_rng(3), {2: "ada", 9: "ben"}
    readings = []
    for subject in range(12):
        skin = rng.uniform(100, 250)
        for day in (2, 9):
            shift = rng.normal(0, 0.04)
            readings += [
                RepeatReading(
                    f"S-{subject}", "crows-feet", "left", f"{subject}/{day}", date(2026, 3, day), operators[day],
                    "simulated",
                    number, {HEADLINE: skin * (1 + shift + rng.normal(0, 0.03)), "texture.Sa_um": rng.uniform(4, 6)},
                )
                for number in (1, 2, 3)
            ]  # fmt: skip
    report = repeatability_report(readings, "simulated", StudyFacts("STUDY", HEADLINE, date(2026, 3, 10)))
    assert repeating.study is not None
    return StudyReadings(repeating.study, HEADLINE, tuple(readings), ()), (report, as_repeatability(report))


def test_it_counts_what_was_taken_of_every_subject(page: RepeatabilityPage) -> None:
    state = state_of(page._session.repeating, Picked())
    assert [(count.words, count.is_met) for count in state.counts] == [
        ("0 complete of 10", False), ("2 of 3 a visit", False), ("2 of 2", True),
    ]  # fmt: skip
    table = page.progress.table
    assert table.rowCount() == 2 and table.item(0, 0).text() == "S-001"
    assert table.item(0, 1).text() == "02 Mar: 2 of 3"
    assert page.make.isEnabled() and not page.keep.isVisible()
    QTest.mouseClick(page.views.button("report"), LEFT)
    assert page.nothing.isVisible() and not table.isVisible()


def test_the_report_is_made_written_and_too_small_to_be_kept(
    page: RepeatabilityPage, qtbot: QtBot, tmp_path: Path
) -> None:
    said: list[str] = []
    page._session.changed.connect(lambda repeating: said.append(repeating.progress))
    QTest.mouseClick(page.make, LEFT)
    assert page.busy.isVisible() and page.stop.isVisible()
    qtbot.waitUntil(lambda: page._session.repeating.report is not None, timeout=120_000)
    assert any(words.startswith("Measuring S-0") and "Crow's feet, subject's LEFT: 1 of " in words for words in said)
    assert page.report.table.item(0, 0).text() == "Wrinkles: deepest wrinkle, mean depth"
    assert "%" in page.report.table.item(0, 2).text()
    assert page.report.verdict.text().startswith("Too small")
    assert page.keep.isVisible() and not page.keep.isEnabled()
    page.folder.setFocus()
    QTest.keyClicks(page.folder, str(tmp_path / "out"))
    QTest.keyClick(page.folder, Qt.Key.Key_Return)
    QTest.mouseClick(page.write, LEFT)
    qtbot.waitUntil(lambda: bool(page._session.repeating.written), timeout=20_000)
    names = {path.suffix: path for path in (tmp_path / "out").iterdir()}
    assert set(names) == {".json", ".csv", ".pdf"}
    assert read_repeatability(names[".json"]).device == "simulated"
    assert page.message.text.startswith("Written: ")


def test_another_endpoint_is_drawn_by_keys(page: RepeatabilityPage) -> None:
    show_large(page)
    assert page.report.plot.values is not None
    assert page.report.chart_title.text().startswith("Deepest wrinkle, mean depth")
    page.report.table.setFocus()
    QTest.keyClick(page.report.table, Qt.Key.Key_Down)
    assert page.report.chart_title.text().startswith("Sa")
    assert "pairs" in page.report.figures.text()


def test_two_operators_are_held_against_each_other(page: RepeatabilityPage) -> None:
    show_large(page)
    pairs = page.report.pairs
    assert [pairs.itemText(n) for n in range(pairs.count())] == ["Second day minus first", "Operator ben minus ada"]
    pairs.setFocus()
    QTest.keyClick(pairs, Qt.Key.Key_Down)
    assert page.report.chart_title.text() == "Deepest wrinkle, mean depth, all sites: operator ben minus ada"
    assert "12 pairs" in page.report.figures.text()


def test_a_study_that_is_large_enough_is_kept_for_its_camera(page: RepeatabilityPage) -> None:
    show_large(page)
    assert page.report.verdict.text().startswith("Large enough")
    QTest.mouseClick(page.keep, LEFT)
    archive = page._session._study.archive
    assert archive.repeatability_revision("simulated") == 1
    assert HEADLINE in archive.repeatability("simulated").endpoints
    assert page.keep.text() == "Kept as revision 1" and not page.keep.isEnabled()
    page.leave()
    page.enter()
    assert page.keep.text() == "Kept as revision 1"


def test_measuring_can_be_stopped(page: RepeatabilityPage, qtbot: QtBot) -> None:
    QTest.mouseClick(page.make, LEFT)
    QTest.mouseClick(page.stop, LEFT)
    qtbot.waitUntil(lambda: not page._session.repeating.is_busy, timeout=60_000)
    assert page._session.repeating.report is None
    assert page.message.text.startswith("Measuring was stopped")


def test_other_studies_say_where_such_a_study_comes_from(page: RepeatabilityPage) -> None:
    four_weeks = read_protocol(RESOURCES / "protocols" / "four-week.toml")
    assert ready(Chosen(protocol=page._session._study.protocol)) == ""
    assert "Repeatability" in ready(Chosen(protocol=four_weeks))
    page.show_state(state_of(Repeating(), Picked()))
    assert page.empty.isVisible() and "New study" in page.empty.words


def test_nothing_is_cut_off_at_1366(page: RepeatabilityPage) -> None:
    show_large(page)
    assert page.minimumSizeHint().width() <= 1240 and page.minimumSizeHint().height() <= 690


def show_large(page: RepeatabilityPage) -> None:
    from dataclasses import replace

    session = page._session
    read, found = large_study(session.repeating)
    session._show(replace(session.repeating, read=read, found=found, device="simulated"))
    QApplication.processEvents()
