"""The line that asks for a folder: typed, or chosen."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from gui.widgets.buttons import IconButton
from gui.widgets.rows import side_by_side

_NAME = "Folder to write into"


class FolderLine(QWidget):
    """A field and the button that browses."""

    chosen = Signal(object)
    """The `Path` as it stands there now, typed or chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setPlaceholderText(_NAME)
        self.field.setAccessibleName("Folder")
        self.browse = IconButton("folder", "Choose the folder")
        side_by_side(self.field, self.browse, of=self)
        self.field.textEdited.connect(lambda _: self.take())
        self.field.editingFinished.connect(self.take)
        self.browse.clicked.connect(self._browse)

    def show_folder(self, folder: str) -> None:
        """Says nothing; what is being typed stays, also the slash at its end."""
        if not self.field.hasFocus() and Path(self.field.text()) != Path(folder):
            self.field.setText(folder)

    def take(self) -> None:
        """Say what stands in the field, if anything does."""
        words = self.field.text().strip()
        if words:
            self.chosen.emit(Path(words).expanduser())

    def _browse(self) -> None:
        found = QFileDialog.getExistingDirectory(self, _NAME, self.field.text())
        if found:
            self.field.setText(found)
            self.take()
