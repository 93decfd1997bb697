"""Asked at the first visit of a day: check the camera now, or say why not."""

from PySide6.QtWidgets import QWidget

from gui.dialogs.form import text_label
from gui.dialogs.reason import ReasonDialog
from gui.session.calibration.trust import TrustSession
from gui.widgets.buttons import WordButton

CHECK_NOW = 2
"""Result of the dialog, beside rejected and accepted (left out with a reason)."""
_REASONS = (
    "The white card or the scale target is not here",
    "No time before this subject",
    "Camera and lights were not moved since yesterday",
    "Checked on another station today",
    "Demonstration, nothing is measured",
    "Other",
)
_NAMES = {"flat_field": "the white field", "scale": "the scale target"}


class StartOfDayDialog(ReasonDialog):
    """The large button checks; a reason leaves the check out for today."""

    def __init__(self, trust: TrustSession, parent: QWidget | None = None) -> None:
        due = " and ".join(_NAMES[name] for name in ("flat_field", "scale") if name in trust.known.due)
        super().__init__(
            "Check the camera before the first visit",
            f"Two pictures, under a minute: {due}. A camera that drifted is found today, not at the end of the study."
            if len(trust.known.due) > 1
            else f"One picture, half a minute: {due}.",
            _REASONS,
            parent,
        )
        self._trust = trust
        self.check = WordButton("Check now (Space)", "large")
        self.check.setShortcut("Space")
        self.check.setMinimumHeight(60)
        self.check.clicked.connect(lambda: self.done(CHECK_NOW))
        self.body.insertWidget(0, self.check)
        self.body.insertSpacing(1, 16)
        self.body.insertWidget(2, text_label("Or leave it out today; the reason stays with the day's pictures:"))
        self.action.setDefault(False)
        self.check.setDefault(True)
        self.action.setText("Leave out with this reason")
        self.action.set_kind("")
        self.cancel.setText("Back")

    def use(self) -> bool:
        self._trust.leave_out_today(self.reason)
        return True
