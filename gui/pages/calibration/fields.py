"""What no picture shows: the measured print, the ball, the depth of the groove, the folder of the PDFs."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gui.session.calibration.calibrating import PRINTED_MM, Choices
from gui.widgets.number_field import NumberField
from gui.widgets.words import labelled

_LARGEST_MM, _SMALLEST_MM = 105.0, 95.0
_DEEPEST_UM = 2000.0
_BALLS = {"matte": "Matte white", "mirror": "Polished steel"}
_SHAPES: dict[Literal["groove", "step"], str] = {"groove": "A cut groove", "step": "A feeler-gauge step"}


class Fields(QStackedWidget):
    """One face for each kind of question, and an empty one."""

    chosen = Signal(object)
    """The new `Choices`."""
    wrong = Signal(str)
    """One plain sentence about what was entered; empty when it can be used."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = Choices()
        self.folder = QLineEdit(str(folder))
        self.folder.setAccessibleName("Folder of the PDFs")
        self.across, self.down, self.groove = NumberField(), NumberField(), NumberField()
        self.balls, self.shapes = QButtonGroup(self), QButtonGroup(self)
        faces = {"folder": self._folder(), "print": self._print(), "ball": self._ball(), "depth": self._depth()}
        self._faces = {"": QWidget()} | faces
        for face in self._faces.values():
            self.addWidget(face)

    def show_fields(self, name: str) -> None:
        """Every depth target is asked for anew: another one lies there."""
        face = self._faces[name]
        is_new = face is not self.currentWidget()
        self.setCurrentWidget(face)
        if name == "depth" and is_new:
            self.groove.clear()
            self.groove.setFocus()

    def take(self) -> bool:
        """What was typed counts, wherever the cursor stands; False, and `wrong` says why, when it cannot be used."""
        face = self.currentWidget()
        if face is self._faces["print"]:
            return self._take_print()
        return face is not self._faces["depth"] or self._take_depth()

    def _folder(self) -> QWidget:
        face, column = _face()
        column.addWidget(labelled("Folder of the PDFs", ""))
        column.addWidget(self.folder)
        column.addStretch(1)
        return face

    def _print(self) -> QWidget:
        face, column = _face()
        column.addWidget(labelled("Check bars as printed, in mm", ""))
        row = QHBoxLayout()
        for field, name in ((self.across, "across"), (self.down, "down")):
            field.setPlaceholderText(f"{name} {PRINTED_MM:g}")
            field.setAccessibleName(f"Check bar {name}, mm")
            field.editingFinished.connect(self._take_print)
            field.textEdited.connect(self._note_print)
            row.addWidget(field)
        column.addLayout(row)
        column.addStretch(1)
        return face

    def _ball(self) -> QWidget:
        face, column = _face()
        column.addWidget(labelled("The ball is", ""))
        _add_choices(column, self.balls, tuple(_BALLS.values()))
        self.balls.idClicked.connect(lambda n: self._choose(replace(self._choices, ball=tuple(_BALLS)[n])))
        column.addStretch(1)
        return face

    def _depth(self) -> QWidget:
        face, column = _face()
        column.addWidget(labelled("The target is", ""))
        _add_choices(column, self.shapes, tuple(_SHAPES.values()))
        self.shapes.idClicked.connect(lambda n: self._choose_depth(shape=tuple(_SHAPES)[n]))
        column.addWidget(labelled("Its depth in µm", ""))
        self.groove.setPlaceholderText("for example 200")
        self.groove.setAccessibleName("Depth of the target, µm")
        self.groove.editingFinished.connect(lambda: self._take_depth() if self.groove.text() else None)
        column.addWidget(self.groove)
        column.addStretch(1)
        return face

    def _printed(self) -> tuple[float, float] | None:
        """Both check bars as they were measured; None when one of them cannot be so."""
        across, down = (field.value if field.text().strip() else PRINTED_MM for field in (self.across, self.down))
        if across is None or down is None or not all(_SMALLEST_MM <= one <= _LARGEST_MM for one in (across, down)):
            return None
        return across, down

    def _note_print(self) -> None:
        """The board is photographed by itself, perhaps while the cursor still stands here."""
        printed = self._printed()
        if printed is not None:
            self._choose(replace(self._choices, printed_mm=printed))

    def _take_print(self) -> bool:
        printed = self._printed()
        if printed is None:
            self.wrong.emit("A check bar has to measure 95 to 105 mm: measure again, or print the sheet at 100 %.")
            return False
        is_measured = any(field.text().strip() for field in (self.across, self.down))
        self._choose(replace(self._choices, printed_mm=printed if is_measured else None))
        return True

    def _take_depth(self) -> bool:
        value = self.groove.value
        if value is None or not 0 < value <= _DEEPEST_UM:
            self.wrong.emit(f"Enter the depth of the target in µm, above zero and up to {_DEEPEST_UM:g}.")
            return False
        self._choose_depth(depth_um=value)
        return True

    def _choose_depth(self, **new: Any) -> None:
        self._choose(replace(self._choices, depth=replace(self._choices.depth, **new)))

    def _choose(self, choices: Choices) -> None:
        self.wrong.emit("")
        if choices != self._choices:
            self._choices = choices
            self.chosen.emit(choices)


def _face() -> tuple[QWidget, QVBoxLayout]:
    face = QWidget()
    column = QVBoxLayout(face)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    return face, column


def _add_choices(column: QVBoxLayout, group: QButtonGroup, names: Sequence[str]) -> None:
    """Below each other, the first one chosen."""
    for number, words in enumerate(names):
        button = QPushButton(words)
        button.setCheckable(True)
        button.setChecked(number == 0)
        button.setAutoDefault(False)
        group.addButton(button, number)
        column.addWidget(button)
