"""Studies, subjects and visits in a real archive."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.session.run import Run
from gui.session.station import Station
from imaging.model.due import DueState
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey
from tests.gui.world import World


def messages(session: object) -> list[str]:
    said: list[str] = []
    session.failed.connect(said.append)
    return said


def test_a_new_folder_becomes_an_archive_and_is_remembered(run: Run, tmp_path: Path) -> None:
    assert run.study.open(tmp_path / "new" / "archive")
    assert run.study.archive is not None
    assert run.study.settings.archive == str(tmp_path / "new" / "archive")
    assert run.visit.chosen.has_archive


def test_a_folder_that_is_no_archive_is_refused_with_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("not an archive")
    said = messages(run.study)
    assert not run.study.open(tmp_path)
    assert len(said) == 1
    assert str(tmp_path) in said[0]


@pytest.mark.usefixtures("enrolled")
def test_the_last_study_is_chosen_when_the_archive_is_opened_again(station: Station, tmp_path: Path) -> None:
    again = Run(station)
    assert again.study.open(tmp_path / "archive")
    assert again.visit.chosen.study is not None
    assert again.visit.chosen.study.code == "SC-01"
    again.close()


def test_every_template_is_there(run: Run) -> None:
    assert {template.kind for template in run.study.templates} == {"study", "follow-up", "repeatability"}


def test_a_taken_code_is_refused(enrolled: Run) -> None:
    said = messages(enrolled.visit)
    assert not enrolled.visit.add_subject("S-001", 1970, ())
    assert said


def test_a_new_subject_is_chosen_and_expected(enrolled: Run) -> None:
    assert enrolled.visit.chosen.subject is not None
    entry = enrolled.visit.expected()[0]
    assert entry.subject.code == "S-001"
    assert entry.due is not None
    assert (entry.due.week, entry.due.state) == (0, DueState.DUE)


def test_search_by_part_of_the_code(enrolled: Run) -> None:
    enrolled.visit.add_subject("K-17", 1971, ())
    assert [s.code for s in enrolled.visit.subjects("17")] == ["K-17"]
    assert [s.code for s in enrolled.visit.subjects("s-0")] == ["S-001"]


def test_arriving_twice_does_not_start_the_clock_again(enrolled: Run, world: World) -> None:
    subject = enrolled.visit.subjects()[0]
    enrolled.visit.arrive(subject)
    first = enrolled.visit.arrived_at(subject)
    world.pass_time(minutes=5)
    enrolled.visit.arrive(subject)
    assert enrolled.visit.arrived_at(subject) == first


def test_a_visit_is_started_left_and_found_again(enrolled: Run) -> None:
    assert enrolled.visit.start_visit(0)
    visit = enrolled.visit.chosen.visit
    enrolled.visit.choose_subject(None)
    enrolled.visit.choose_subject(enrolled.visit.subjects()[0])
    assert enrolled.visit.chosen.visit == visit


def test_a_finished_visit_stays_in_sight(enrolled: Run, qtbot: QtBot) -> None:
    enrolled.visit.start_visit(0)
    with qtbot.waitSignal(enrolled.visit.changed):
        assert enrolled.visit.finish_visit()
    assert enrolled.visit.chosen.visit is not None
    assert enrolled.visit.chosen.visit.finished_at is not None
    assert len(enrolled.visit.chosen.history) == 1


def test_leaving_a_site_out_keeps_the_reason(enrolled: Run) -> None:
    enrolled.visit.start_visit(0)
    site = SiteKey("forehead", Laterality.MIDLINE)
    assert enrolled.visit.skip_site(site, "No time left")
    assert [n.reason for n in enrolled.visit.chosen.not_done] == ["No time left"]


@pytest.mark.parametrize("verb", ["start_visit", "finish_visit"])
def test_nothing_happens_without_a_subject(run: Run, verb: str) -> None:
    assert not getattr(run.visit, verb)()
