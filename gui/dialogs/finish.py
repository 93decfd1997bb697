"""Finishing a visit: names what is missing, asks once."""

from PySide6.QtWidgets import QWidget

from gui.dialogs.form import FormDialog, text_label
from gui.session.plan import missing_names
from gui.session.visit import VisitSession


class FinishDialog(FormDialog):
    """A finished visit takes no more pictures."""

    def __init__(self, visit: VisitSession, parent: QWidget | None = None) -> None:
        missing = missing_names(visit.chosen)
        words = "Some pictures are missing." if missing else "Everything the protocol asks for is there."
        super().__init__("Finish visit", f"{words} A finished visit takes no more pictures.", "Finish visit", parent)
        self._visit = visit
        visit.failed.connect(self.say)
        self.cancel.setText("Go on with the visit")
        self.missing = [text_label(f"•  {name}") for name in missing]
        for label in self.missing:
            self.body.addWidget(label)

    def use(self) -> bool:
        return self._visit.finish_visit()
