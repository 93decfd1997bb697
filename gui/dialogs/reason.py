"""One reason out of six, by key or by click."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QWidget

from gui.dialogs.form import CardButton, FormDialog

NOT_DONE_REASONS = (
    "Subject does not want it",
    "Wound, inflammation or dressing",
    "Hair or beard covers the site",
    "No time left",
    "Camera or lights failed",
    "Other",
)


class ReasonDialog(FormDialog):
    """Keys 1 to 6 choose and confirm at once; the last one, "other", needs words."""

    def __init__(
        self, headline: str, explanation: str, reasons: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(headline, explanation, "Use this reason", parent)
        self._reasons = reasons
        self.buttons = QButtonGroup(self)
        for number, reason in enumerate(reasons):
            button = CardButton(f"{number + 1}    {reason}")
            self.buttons.addButton(button, number)
            self.body.addWidget(button)
        self.words = QLineEdit()
        self.words.setPlaceholderText("In your words")
        self.words.setAccessibleName("Reason in words")
        self.words.setVisible(False)
        self.body.addWidget(self.words)
        self.buttons.idClicked.connect(self.choose)

    @property
    def reason(self) -> str:
        """The reason as it is kept; empty while there is none."""
        number = self.buttons.checkedId()
        if number < 0:
            return ""
        return self.words.text().strip() if self._is_other(number) else self._reasons[number]

    def choose(self, number: int) -> None:
        """Choose a reason; all but the last one are confirmed by that."""
        self.buttons.button(number).setChecked(True)
        self.words.setVisible(self._is_other(number))
        if self._is_other(number):
            self.action.setDefault(True)
            self.words.setFocus()
        else:
            self.accept()

    def what_is_wrong(self) -> str:
        if self.buttons.checkedId() < 0:
            return "Choose a reason: press 1 to 6."
        return "" if self.reason else "Write the reason in a few words."

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < len(self._reasons):
            self.choose(number)
            return
        super().keyPressEvent(event)

    def _is_other(self, number: int) -> bool:
        return number == len(self._reasons) - 1
