"""Undo is a list."""

from gui.bridge.undo import UndoList


def test_back_and_forth() -> None:
    history = UndoList(0)
    history.push(1)
    history.push(2)
    assert (history.undo(), history.undo(), history.undo()) == (1, 0, 0)
    assert not history.can_undo
    assert (history.redo(), history.redo(), history.redo()) == (1, 2, 2)


def test_a_new_value_forgets_what_was_undone() -> None:
    history = UndoList("a")
    history.push("b")
    history.undo()
    history.push("c")
    assert not history.can_redo
    assert history.undo() == "a"


def test_the_same_value_is_no_step() -> None:
    history = UndoList("a")
    history.push("a")
    assert not history.can_undo
