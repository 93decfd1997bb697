"""Marking two spots of skin on both pictures: what is asked for next, and what can be done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.widgets.buttons import WordButton
from gui.widgets.point_marks import COUNT, Marks
from gui.widgets.words import labelled

TITLE = "Mark the same two spots on both pictures"
HOW = (
    "Choose what did not change: a mole, a scar, the end of a deep furrow; far apart. Drag moves a mark. "
    "By keys: Space marks the middle, arrows move, Backspace takes back."
)
_SIDES = ("left", "right")


class MarkingPanel(QFrame):
    """Stands where the verdict stands otherwise."""

    undo_asked, cancel_asked, start_asked, without_asked = Signal(), Signal(), Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.next = labelled("", "heading")
        self._how = labelled(HOW, "muted")
        self._how.setWordWrap(True)
        self._how.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.undo = WordButton("Undo", "", "undo")
        self.without = WordButton("Without points")
        self.cancel = WordButton("Cancel")
        self.start = WordButton("Compare", "primary", "compare")
        self._lay_out()
        for button, signal in (
            (self.undo, self.undo_asked), (self.cancel, self.cancel_asked),
            (self.start, self.start_asked), (self.without, self.without_asked),
        ):  # fmt: skip
            button.clicked.connect(signal)

    def show_marks(self, marks: Marks, was_marked: bool) -> None:
        """`was_marked`: the pictures were brought together from points before, which can be given up."""
        self.next.setText(next_words(marks))
        self.undo.setEnabled(bool(marks.placed))
        self.start.setEnabled(marks.is_complete)
        self.without.setVisible(was_marked)

    def _lay_out(self) -> None:
        said = QVBoxLayout()
        said.setSpacing(4)
        said.addWidget(self.next)
        said.addWidget(self._how)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addLayout(said, 1)
        for button in (self.undo, self.without, self.cancel, self.start):
            row.addWidget(button)


def next_words(marks: Marks) -> str:
    """What is to be done now."""
    if marks.next_on is None:
        return "Both spots are marked: press Compare (Enter)."
    view, number = marks.next_on
    if not marks.placed:
        return f"{TITLE}. First: point {number + 1} on the {_SIDES[view]} picture."
    same = "the same spot: " if len(marks.placed) % COUNT else ""
    return f"Now {same}point {number + 1} on the {_SIDES[view]} picture."
