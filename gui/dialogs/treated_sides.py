"""The treated sides of a whole study: a randomisation list read, a blinded study unblinded."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from gui.dialogs.form import FormDialog, text_label
from gui.session.visit import VisitSession
from gui.widgets.buttons import IconButton, WordButton
from gui.widgets.rows import side_by_side

_WHAT = (
    "A randomisation list is a CSV file with the columns subject and treated (left, right, both or neither). Subjects "
    "who come later have their side from the start."
)
_BLINDED = "This study is blinded: sides, and results to who takes its pictures, are shown once it is unblinded."


class TreatedSidesDialog(FormDialog):
    """All of a list is recorded, or nothing."""

    def __init__(self, visit: VisitSession, parent: QWidget | None = None) -> None:
        super().__init__("Treated sides", _WHAT, "Read list", parent)
        self._visit = visit
        visit.failed.connect(self.say)
        self.list = QLineEdit()
        self.list.setAccessibleName("Randomisation list")
        browse = IconButton("folder", "Choose the list")
        browse.clicked.connect(self._browse)
        self.add_field("Randomisation list", side_by_side(self.list, browse))
        self._first = self.list
        self.reason = QLineEdit()
        self.add_field("Reason", self.reason, "For sides that are corrected, and for unblinding.")
        self.unblind = WordButton("Unblind for good", icon_name="unlink")
        self.unblind.clicked.connect(self._unblind)
        if visit.chosen.is_blinded:
            self.body.addSpacing(8)
            self.body.addWidget(text_label(_BLINDED, "muted"))
            self.body.addWidget(self.unblind)

    def what_is_wrong(self) -> str:
        return "" if self.list.text().strip() else "Name the file of the list first."

    def use(self) -> bool:
        return self._visit.read_randomisation(Path(self.list.text().strip()).expanduser(), self.reason.text().strip())

    def _unblind(self) -> None:
        reason = self.reason.text().strip()
        if self.say("" if reason else "Write the reason for unblinding: it cannot be taken back.") and (
            self._visit.unblind(reason)
        ):
            super(FormDialog, self).accept()

    def _browse(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, "Randomisation list", self.list.text(), "Lists (*.csv *.txt)")
        if found:
            self.list.setText(found)
