"""Undo is a list of frozen values."""

from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class UndoList(Generic[_Value]):
    """What was, what is, and what was undone."""

    def __init__(self, value: _Value) -> None:
        self._values = [value]
        self._at = 0

    @property
    def value(self) -> _Value:
        return self._values[self._at]

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at < len(self._values) - 1

    def push(self, value: _Value) -> None:
        """A new value; what had been undone is gone. The same value again is no step."""
        if value == self.value:
            return
        del self._values[self._at + 1 :]
        self._values.append(value)
        self._at += 1

    def undo(self) -> _Value:
        self._at = max(self._at - 1, 0)
        return self.value

    def redo(self) -> _Value:
        self._at = min(self._at + 1, len(self._values) - 1)
        return self.value
