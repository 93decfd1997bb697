"""Why a picture is taken, or a site left out, all the same."""

from PySide6.QtWidgets import QWidget

from gui.dialogs.reason import NOT_DONE_REASONS, ReasonDialog
from gui.session.capture.red_gates import listed_reasons
from gui.session.capture.session import CaptureSession


class OverrideDialog(ReasonDialog):
    """Asks for the reason and shoots."""

    def __init__(self, capture: CaptureSession, parent: QWidget | None = None) -> None:
        red = capture.open_questions
        what = " ".join(reading.instruction for reading in red)
        super().__init__("Take the picture all the same?", what, listed_reasons(), parent)
        self._capture = capture

    def use(self) -> bool:
        self._capture.shoot(self.reason)
        return True


class NotDoneDialog(ReasonDialog):
    """Asks why the current site is not photographed at this visit."""

    def __init__(self, capture: CaptureSession, parent: QWidget | None = None) -> None:
        shot = capture.standing.shot
        names = {progress.site: progress.name for progress in capture.standing.plan.sites}
        name = names.get(shot.site, "this site") if shot else "this site"
        super().__init__(
            f"Leave out: {name}", "The reason stays with the visit and stands on its exports.", NOT_DONE_REASONS, parent
        )
        self._capture = capture

    def use(self) -> bool:
        self._capture.skip_site(self.reason)
        return True
