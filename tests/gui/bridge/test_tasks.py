"""Calls off the GUI thread: the newest answer is heard, errors become sentences."""

import os
import sys
from collections.abc import Iterator
from threading import Event, current_thread, get_native_id, main_thread

import pytest
from pytestqt.qtbot import QtBot

from gui.bridge.tasks import Tasks
from imaging.errors import MeasurementError


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:  # noqa: ARG001
    made = Tasks()
    yield made
    made.close()


def test_the_call_runs_elsewhere_and_the_answer_arrives_here(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[tuple[bool, bool]] = []
    tasks.run("a", lambda: current_thread() is main_thread(), lambda x: heard.append((x, _here())), pytest.fail)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(False, True)]
    assert not tasks.is_busy("a")


def test_only_the_newest_answer_of_a_topic_is_heard(tasks: Tasks, qtbot: QtBot) -> None:
    gate, heard = Event(), []

    def slow() -> str:
        gate.wait(30)
        return "old"

    tasks.run("a", slow, heard.append, pytest.fail)
    tasks.run("a", lambda: "new", heard.append, pytest.fail)
    qtbot.waitUntil(lambda: heard == ["new"])
    gate.set()
    tasks.run("b", lambda: "other", heard.append, pytest.fail)
    qtbot.waitUntil(lambda: "other" in heard)
    assert heard == ["new", "other"]


def test_what_is_forgotten_before_it_began_is_never_done(qtbot: QtBot) -> None:
    tasks, gate, made, heard = Tasks(workers=1), Event(), [], []
    tasks.run("a", lambda: gate.wait(30), heard.append, pytest.fail)
    for name in ("first", "second", "third"):
        tasks.forget("a")
        tasks.run("a", lambda name=name: made.append(name), heard.append, pytest.fail)
    gate.set()
    qtbot.waitUntil(lambda: heard == [None])
    assert made == ["third"]
    tasks.close()


def test_an_imaging_error_is_one_sentence(tasks: Tasks, qtbot: QtBot) -> None:
    said: list[str] = []

    def fails() -> None:
        raise MeasurementError("These frames differ in size.")

    tasks.run("a", fails, pytest.fail, said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["These frames differ in size."]


def test_an_unforeseen_error_is_said_and_raised(tasks: Tasks, qtbot: QtBot) -> None:
    said: list[str] = []
    with qtbot.captureExceptions() as raised:
        tasks.run("a", lambda: 1 / 0, pytest.fail, said.append)
        qtbot.waitUntil(lambda: bool(said))
        qtbot.waitUntil(lambda: bool(raised))
    assert "ZeroDivisionError" in said[0]
    assert raised[0][0] is ZeroDivisionError


def test_a_forgotten_topic_stays_silent(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[object] = []
    states: list[tuple[str, bool]] = []
    tasks.busy_changed.connect(lambda topic, busy: states.append((topic, busy)))
    tasks.run("a", lambda: 1, heard.append, pytest.fail)
    tasks.forget("a")
    tasks.run("b", lambda: 2, heard.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [2]
    assert states == [("a", True), ("a", False), ("b", True), ("b", False)]


def _here() -> bool:
    return current_thread() is main_thread()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_gentle_tasks_give_way_and_leave_the_window_as_it_was(qtbot: QtBot) -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, get_native_id())

    tasks, said, own = Tasks(is_gentle=True), list[int](), niceness()
    tasks.run("gentle", niceness, said.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    tasks.close()
    assert said == [max(own, 10)]
    assert niceness() == own
