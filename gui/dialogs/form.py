"""What the dialogs share: a headline, a body of labelled fields, one place for what is wrong, large buttons."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.buttons import WordButton
from gui.widgets.words import labelled

_WIDTH = 560


class FormDialog(QDialog):
    """A dialog that asks for a few values. Subclasses add fields and say what is wrong with them."""

    def __init__(self, headline: str, explanation: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(headline)
        self._first: QLineEdit | None = None
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.problem = text_label("", "badge")
        self.problem.setProperty("tone", "bad")
        self.problem.setVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        title = text_label(headline, "title")
        title.setMinimumWidth(_WIDTH)
        layout.addWidget(title)
        if explanation:
            layout.addWidget(text_label(explanation, "muted"))
        layout.addLayout(self.body)
        layout.addWidget(self.problem)
        layout.addWidget(self._buttons(action))
        self.action.setDefault(True)  # only within the dialog it stays the default when the focus leaves it

    def showEvent(self, event: QShowEvent) -> None:
        """Where there is something to write, one may write at once."""
        super().showEvent(event)
        if self._first is not None:
            self._first.setFocus()

    def what_is_wrong(self) -> str:
        """One plain sentence while the values cannot be used; empty when they can."""
        return ""

    def use(self) -> bool:
        """Act on the values; False keeps the dialog open."""
        return True

    def accept(self) -> None:
        if self.say(self.what_is_wrong()) and self.use():
            super().accept()

    def say(self, problem: str) -> bool:
        """Show a problem; True when there is none."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        return not problem

    def add_field(self, label: str, field: QWidget | QLayout, hint: str = "") -> None:
        """A field under its name, with a hint below it."""
        name = text_label(label)
        if self.body.count():
            self.body.addSpacing(8)
        self.body.addWidget(name)
        if self._first is None and isinstance(field, QLineEdit):
            self._first = field
        if isinstance(field, QWidget):
            name.setBuddy(field)
            field.setAccessibleName(label)
            self.body.addWidget(field)
        else:
            self.body.addLayout(field)
        if hint:
            self.body.addWidget(text_label(hint, "small"))

    def add_beside(self, *fields: tuple[str, QLineEdit]) -> None:
        """Short fields side by side, each under its name: the dialog has to fit the lowest screen."""
        row = QHBoxLayout()
        row.setSpacing(16)
        for label, field in fields:
            name = text_label(label)
            name.setBuddy(field)
            field.setAccessibleName(label)
            self._first = self._first or field
            column = QVBoxLayout()
            column.setSpacing(8)
            column.addWidget(name)
            column.addWidget(field)
            row.addLayout(column, 1)
        self.body.addLayout(row)

    def _buttons(self, action: str) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self.action = WordButton(action, "primary")
        buttons.addButton(self.action, QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons


class ChoiceRow(QWidget):
    """A few exclusive answers side by side; none is chosen until someone chooses."""

    chosen = Signal(str)

    def __init__(self, answers: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._answers = tuple(answers)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for number, text in enumerate(answers.values()):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAutoDefault(False)
            self._group.addButton(button, number)
            layout.addWidget(button, 1)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._answers[number]))

    @property
    def answer(self) -> str | None:
        number = self._group.checkedId()
        return self._answers[number] if number >= 0 else None

    def choose(self, answer: str) -> None:
        self.button(answer).setChecked(True)

    def button(self, answer: str) -> QPushButton:
        button = self._group.button(self._answers.index(answer))
        assert isinstance(button, QPushButton)
        return button


class CardButton(QPushButton):
    """One of several answers below each other: a line of words, perhaps with a second one."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setAutoDefault(False)
        height = 42 + text.count("\n") * 16
        self.setStyleSheet(f"text-align: left; min-height: {height}px;")


def text_label(text: str, role: str = "") -> QLabel:
    """A label that wraps and knows its role in the style sheet."""
    label = labelled(text, role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
