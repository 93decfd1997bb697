"""Where the pictures are kept: the folder of the archive."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from gui.dialogs.form import FormDialog
from gui.session.study import StudySession
from gui.widgets.rows import side_by_side


class ArchiveDialog(FormDialog):
    """Opens the archive in a folder, or makes one in an empty folder."""

    def __init__(self, study: StudySession, parent: QWidget | None = None) -> None:
        super().__init__(
            "Archive folder",
            "All originals and records of the station lie in one folder on a local disk. "
            "Choose an empty or a new folder to start an archive, or the folder of one to open it.",
            "Use this folder",
            parent,
        )
        self._study = study
        study.failed.connect(self.say)
        proposed = study.settings.archive or study.station.proposed_archive or Path.home()
        self.folder = QLineEdit(str(proposed))
        browse = QPushButton("Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        self.add_field("Folder", side_by_side(self.folder, browse))
        self.folder.setAccessibleName("Folder")

    def what_is_wrong(self) -> str:
        return "" if self.folder.text().strip() else "Name a folder first."

    def use(self) -> bool:
        return self._study.open(Path(self.folder.text().strip()).expanduser())

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Archive folder", self.folder.text())
        if folder:
            self.folder.setText(folder)
