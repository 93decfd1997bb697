"""Which side of the subject is treated; a correction needs its reason."""

from PySide6.QtWidgets import QLineEdit, QWidget

from gui.dialogs.form import ChoiceRow, FormDialog
from gui.session.arms import SIDE_NAMES
from gui.session.visit import VisitSession
from imaging.model.allocation import Treated


class TreatedSideDialog(FormDialog):
    """Opened for the chosen subject, never in a blinded study."""

    def __init__(self, visit: VisitSession, parent: QWidget | None = None) -> None:
        subject = visit.chosen.subject
        code = subject.code if subject else "the subject"
        super().__init__(
            f"Treated side of {code}",
            "The subject's own side. The other one is the control. It stays with the subject and stands on exports.",
            "Record",
            parent,
        )
        self._visit = visit
        self._earlier = visit.chosen.allocation.treated
        visit.failed.connect(self.say)
        self.sides = ChoiceRow({side.value: name for side, name in SIDE_NAMES.items()})
        if self._earlier is not None:
            self.sides.choose(self._earlier.value)
        self.body.addWidget(self.sides)
        self.reason = QLineEdit()
        if self._earlier is not None:
            self.add_field("Reason for the correction", self.reason, "The earlier record stays in the archive.")

    def what_is_wrong(self) -> str:
        if self.sides.answer is None:
            return "Choose the side that is treated."
        if self._is_correction and not self.reason.text().strip():
            return "Write the reason for the correction in a few words."
        return ""

    def use(self) -> bool:
        assert self.sides.answer is not None
        return self._visit.set_treated(Treated(self.sides.answer), self.reason.text().strip())

    @property
    def _is_correction(self) -> bool:
        return self._earlier is not None and self.sides.answer != self._earlier.value
