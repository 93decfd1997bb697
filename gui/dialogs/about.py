"""What this program is, and the keys that drive it."""

from PySide6.QtWidgets import QGridLayout, QWidget

from gui.dialogs.form import FormDialog, text_label
from gui.session.study import StudySession

_KEYS = (
    ("Space", "Take the picture; keep it and go on"),
    ("Backspace", "Take the last picture again"),
    ("S", "Leave the site out, with a reason"),
    ("G", "All gates with value and rule"),
    ("A, M", "Automatic shutter, sounds: on or off"),
    ("H, W, R", "Depth, wrinkles, region: show or hide"),
    ("1 to 6", "Choose a reason"),
    ("1 to 9", "When comparing: another way to look"),
    ("Ctrl+1 to Ctrl+8", "Open a page"),
)


class AboutDialog(FormDialog):
    """One page; nothing to decide."""

    def __init__(self, study: StudySession, parent: QWidget | None = None) -> None:
        super().__init__(
            "Rhytid",
            "Imaging station for skin clinics: guided capture, wrinkle depth, visit-to-visit comparison. "
            "It supports measurement; it never diagnoses.",
            "Close",
            parent,
        )
        self.cancel.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        folder = str(study.archive.path) if study.archive else "none open"
        facts = (("Version", study.version), ("Operator", study.station.operator), ("Archive", folder))
        for number, (name, words) in enumerate((*facts, *_KEYS)):
            grid.addWidget(text_label(name, "muted"), number, 0)
            grid.addWidget(text_label(words), number, 1)
        self.body.addLayout(grid)
