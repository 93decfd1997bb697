"""Below the live picture: what switches the lights, and before lights by hand the two ticks they need."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from gui.pages.capture.state import State
from gui.widgets.rows import side_by_side
from gui.widgets.words import labelled, set_tone


class LightsBar(QWidget):
    """Not there for a fixed ring."""

    rested = Signal(bool, bool)
    """Camera on its stand, chin on the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = labelled("", "badge")
        self.words.setMinimumHeight(32)
        self.words.setWordWrap(True)
        self.stand = QCheckBox("Camera on its stand")
        self.chin = QCheckBox("Chin on the rest")
        side_by_side(self.words, self.stand, self.chin, of=self, gap=16)
        for box in (self.stand, self.chin):
            box.setMinimumHeight(44)
            box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            box.clicked.connect(lambda: self.rested.emit(self.stand.isChecked(), self.chin.isChecked()))

    def show_state(self, state: State) -> None:
        self.setVisible(bool(state.lights))
        self.words.setText(state.lights)
        set_tone(self.words, "tone", state.lights_tone)
        for box, is_ticked in ((self.stand, state.is_on_stand), (self.chin, state.is_chin_rested)):
            box.setVisible(state.asks_rest)
            box.setEnabled(state.mode == "aiming")
            box.setChecked(is_ticked)
