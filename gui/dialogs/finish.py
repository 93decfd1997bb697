"""Finishing a visit: names what is missing, asks once."""

from PySide6.QtWidgets import QDialog, QWidget

from gui.dialogs.form import FormDialog, text_label
from gui.dialogs.reason import NOT_DONE_REASONS, ReasonDialog
from gui.session.capture.plan import missing_names, still_different
from gui.session.visit import VisitSession

_FINAL = "A finished visit takes no more pictures."
_GO_ON = "Go on with the visit"


def finish_dialog(visit: VisitSession, parent: QWidget | None = None) -> QDialog:
    """The one that fits: replicates that differ are left as they are only with a reason."""
    return ReplicatesDialog(visit, parent) if still_different(visit.chosen) else FinishDialog(visit, parent)


class FinishDialog(FormDialog):
    """A finished visit takes no more pictures."""

    def __init__(self, visit: VisitSession, parent: QWidget | None = None) -> None:
        missing = missing_names(visit.chosen)
        words = "Some pictures are missing." if missing else "Everything the protocol asks for is there."
        super().__init__("Finish visit", f"{words} {_FINAL}", "Finish visit", parent)
        self._visit = visit
        visit.failed.connect(self.say)
        self.cancel.setText(_GO_ON)
        self.missing = [text_label(f"•  {name}") for name in missing]
        for label in self.missing:
            self.body.addWidget(label)

    def use(self) -> bool:
        return self._visit.finish_visit()


class ReplicatesDialog(ReasonDialog):
    """Why no further replicate is taken, although those there are differ; the reason stays with the visit."""

    def __init__(self, visit: VisitSession, parent: QWidget | None = None) -> None:
        missing = "; ".join(missing_names(visit.chosen))
        words = f"Missing: {missing}. Say why no further replicate is taken. {_FINAL}"
        super().__init__("Finish visit", words, NOT_DONE_REASONS, parent)
        self._visit = visit
        visit.failed.connect(self.say)
        self.cancel.setText(_GO_ON)

    def use(self) -> bool:
        sites = still_different(self._visit.chosen)
        return all(self._visit.skip_site(site, f"No further replicate: {self.reason}") for site in sites) and (
            self._visit.finish_visit()
        )
