"""Where the window stood and how its splitters lay, kept in a file of its own."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter


class WindowState:
    """Geometry of one window in an INI file; holds nothing about subjects."""

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    def restore(self, window: QMainWindow) -> bool:
        """Put the window where it was; False when nothing is known."""
        geometry = self._settings.value("window/geometry")
        known = isinstance(geometry, QByteArray) and window.restoreGeometry(geometry)
        for splitter in window.findChildren(QSplitter):
            state = self._settings.value(f"splitter/{splitter.objectName()}")
            if splitter.objectName() and isinstance(state, QByteArray):
                splitter.restoreState(state)
        return bool(known)

    def save(self, window: QMainWindow) -> None:
        self._settings.setValue("window/geometry", window.saveGeometry())
        for splitter in window.findChildren(QSplitter):
            if splitter.objectName():
                self._settings.setValue(f"splitter/{splitter.objectName()}", splitter.saveState())
        self._settings.sync()
