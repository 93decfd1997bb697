"""A window that was closed in the middle of the day goes on where it was; tomorrow begins empty."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui.session.capture.day import Day
from gui.session.capture.standing import Answers
from gui.session.run import Run
from gui.session.station import Station
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse, Override
from tests.gui.world import World

ANSWERS = Answers(True, 30.0, 21.0, 50.0, (Override("climate", "not possible today"),))
Again = Callable[[], Run]


@pytest.fixture
def again(station: Station, tmp_path: Path, qapp: QApplication) -> Iterator[Again]:  # noqa: ARG001
    """The window, closed and opened anew."""
    runs: list[Run] = []

    def start() -> Run:
        for run in runs:
            run.close()
        runs[:] = [Run(replace(station, day_file=tmp_path / "state" / "day.json"))]
        assert runs[0].study.open(tmp_path / "archive")
        return runs[0]

    yield start
    for run in runs:
        run.close()


def in_visit(run: Run, world: World) -> str:
    template = next(t for t in run.study.templates if t.kind == "study")
    assert run.study.create_study("SC-01", "Four weeks", template)
    given = tuple(Consent(use, ConsentAnswer.GIVEN, "2.1", world.now().date()) for use in ConsentUse)
    assert run.visit.add_subject("S-001", 1968, given)
    run.visit.arrive(run.visit.subjects()[0])
    world.pass_time(minutes=25)
    assert run.visit.start_visit(0)
    run.capture.answer(ANSWERS)
    return run.visit.subjects()[0].identifier


def test_arrivals_and_answers_outlive_the_window(again: Again, world: World) -> None:
    subject_id = in_visit(again(), world)
    world.pass_time(minutes=5)
    run = again()
    (subject,) = run.visit.subjects()
    arrived = run.visit.arrived_at(subject)
    assert subject.identifier == subject_id
    assert arrived is not None
    assert (world.now() - arrived).total_seconds() == 30 * 60
    run.visit.choose_subject(subject)
    assert asdict(run.capture.standing.answers) == asdict(ANSWERS)
    assert run.visit.day.climate == (21.0, 50.0)


def test_tomorrow_everything_is_asked_again(again: Again, world: World) -> None:
    in_visit(again(), world)
    world.pass_time(days=1)
    run = again()
    (subject,) = run.visit.subjects()
    assert run.visit.arrived_at(subject) is None
    run.visit.choose_subject(subject)
    assert not run.capture.standing.answers.is_complete


def test_a_window_that_stays_open_over_night_begins_empty(again: Again, world: World) -> None:
    run = again()
    in_visit(run, world)
    (subject,) = run.visit.subjects()
    world.pass_time(days=1)
    assert run.visit.arrived_at(subject) is None
    assert run.visit.day.climate is None
    assert run.visit.day.answers == {}


def test_the_climate_of_the_morning_is_not_that_of_the_afternoon(again: Again, world: World) -> None:
    run = again()
    in_visit(run, world)
    assert run.visit.day.climate == (21.0, 50.0)
    world.pass_time(hours=12)
    assert run.visit.day.climate is None


def test_no_subject_code_and_no_year_stands_in_the_file(again: Again, world: World, tmp_path: Path) -> None:
    in_visit(again(), world)
    kept = (tmp_path / "state" / "day.json").read_text(encoding="utf-8")
    assert "S-001" not in kept
    assert "1968" not in kept


@pytest.mark.parametrize("content", ["", "{", "[]", '{"day": 3}', '{"arrivals": {"x": "never"}}'])
def test_a_damaged_file_is_an_empty_day(tmp_path: Path, world: World, content: str) -> None:
    path = tmp_path / "day.json"
    path.write_text(content, encoding="utf-8")
    assert Day(path, world.now).arrivals == {}
