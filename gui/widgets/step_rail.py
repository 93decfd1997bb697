"""The steps of the work at the left edge: where one is, where one may go, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.bridge.icons import icon
from gui.bridge.theme import current_theme


@dataclass(frozen=True)
class Step:
    key: str
    title: str
    icon: str


class StepRail(QFrame):
    """One button a step; a step that cannot be entered is grey and says why."""

    chosen = Signal(str)
    """Key of the step a person asked for."""

    def __init__(self, steps: Sequence[Step], below: Sequence[Step] = (), parent: QWidget | None = None) -> None:
        """`below` are pages that are no step of the work, at the lower end."""
        super().__init__(parent)
        self._steps = (*steps, *below)
        self._buttons = {step.key: self._button_of(step) for step in self._steps}
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 12, 8, 12)
        self._column.setSpacing(4)
        for step in self._steps:
            if step in below and step == below[0]:
                self._column.addStretch(1)
            self._group.addButton(self._buttons[step.key])
            self._column.addWidget(self._buttons[step.key])
        if not below:
            self._column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._tint()

    def _button_of(self, step: Step) -> QToolButton:
        button = QToolButton(self)
        button.setText(step.title)
        button.setAccessibleName(step.title)
        button.setCheckable(True)
        button.setIconSize(QSize(26, 26))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.chosen.emit(step.key))
        return button

    def set_current(self, key: str) -> None:
        self._buttons[key].setChecked(True)
        self._tint()

    @property
    def current(self) -> str:
        """Key of the step that is marked; empty when none is."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_ready(self, key: str, is_ready: bool, why_not: str = "") -> None:
        """May this step be entered? If not, the tip says why."""
        button = self._buttons[key]
        button.setEnabled(is_ready)
        button.setToolTip("" if is_ready else why_not)

    def add_below(self, widget: QWidget) -> None:
        """Something that is no step, at the lower end: settings, about."""
        self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignBottom)

    def button(self, key: str) -> QToolButton:
        return self._buttons[key]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        for step in getattr(self, "_steps", ()):
            button = self._buttons[step.key]
            token = "accent" if button.isChecked() else "muted"
            button.setIcon(icon(step.icon, current_theme().colour(token), 26))
