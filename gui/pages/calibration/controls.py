"""Below the picture: back, what else can be done, and the one large button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.pages.calibration.state import State
from gui.widgets.busy_line import BusyLine
from gui.widgets.buttons import WordButton

_HEIGHT, _WIDTH = 56, 320


class Controls(QWidget):
    """Every button says its key; all are high enough for a gloved hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = WordButton("")
        self.replace = WordButton("Replace camera")
        self.steps = WordButton("Calibrate step by step")
        self.leave_out = WordButton("Leave out (S)", icon_name="skip")
        self.repeat = WordButton("Repeat (R)", icon_name="retake")
        self.primary = WordButton("", "large")
        self.busy = BusyLine("Reading the pictures …")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.busy, 1)
        row.addStretch(1)
        for button in (self.replace, self.steps, self.leave_out, self.repeat, self.primary):
            row.addWidget(button)
        for button in (self.back, self.replace, self.steps, self.leave_out, self.repeat, self.primary):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(_HEIGHT)
        self.primary.setMinimumWidth(_WIDTH)

    def show_state(self, state: State) -> None:
        is_overview = state.stage == "overview"
        self.primary.setText(state.primary)
        self.primary.setEnabled(state.can_go)
        self.back.setText("Close (Esc)" if is_overview else "Stop (Esc)")
        self.replace.setVisible(is_overview)
        self.steps.setVisible(is_overview and state.can_check)
        self.leave_out.setText(state.other)
        self.leave_out.setVisible(not is_overview and state.can_leave_out)
        self.repeat.setVisible(state.can_repeat)
        self.busy.show_busy(state.is_working)
