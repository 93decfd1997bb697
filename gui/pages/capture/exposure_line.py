"""How the exposure of the site came about, in one sentence, and a button to find it once more."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.pages.capture.state import State
from gui.widgets.buttons import WordButton
from gui.widgets.rows import side_by_side
from gui.widgets.words import labelled, set_tone


class ExposureLine(QWidget):
    """Not there for a camera whose exposure cannot be set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = labelled("", "badge")
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(40)
        self.again = WordButton("Find again")
        self.again.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side_by_side(self.words, self.again, of=self)
        self.hide()

    def show_state(self, state: State) -> None:
        self.setVisible(bool(state.exposure))
        self.words.setText(state.exposure)
        set_tone(self.words, "tone", state.exposure_tone)
        self.again.setVisible(state.may_find_exposure)
