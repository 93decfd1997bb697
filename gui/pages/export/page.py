"""The picture as it will be written, and the button that writes it."""

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.export.options import OptionsPanel
from gui.pages.export.state import State, state_of
from gui.session.export import ExportSession
from gui.session.publishing import Publishing
from gui.session.visit import VisitSession
from gui.widgets.busy_line import BusyLine
from gui.widgets.empty_state import EmptyState
from gui.widgets.image_view import ImageView
from gui.widgets.message_strip import MessageStrip
from gui.widgets.words import labelled


class ExportPage(QWidget):
    """What is previewed is what is written, pixel by pixel."""

    goes_to = Signal(str)
    """Key of a page."""
    folder_asked = Signal(object)
    """A folder a person wants to see in the desktop's own file browser."""

    def __init__(self, visit: VisitSession, export: ExportSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._export = export
        self._said: tuple[str, ...] = ()
        self.setProperty("role", "page")
        self.preview = ImageView()
        self.options = OptionsPanel()
        self.message = MessageStrip()
        self.busy = BusyLine("Drawing")
        self.empty = EmptyState("export", "", "", "Look at pictures")
        self._lay_out()
        self._connect()
        self.show_state(State())

    def enter(self) -> None:
        self._export.enter()
        self._refresh(self._export.publishing)

    def leave(self) -> None:
        self._export.leave()

    def show_state(self, state: State) -> None:
        self.options.show_state(state)
        self.busy.show_busy(state.is_busy)
        self._stack.setCurrentIndex(0 if state.empty_title else 1)
        self.empty.show_words(state.empty_title, state.empty_sentence, "" if state.is_busy else "Look at pictures")
        self._say(state)

    # -- within ----------------------------------------------------------------------------------

    def _say(self, state: State) -> None:
        """What was written stays until something else is said."""
        if state.message:
            if state.message != self.message.text:
                self.message.show_message(state.message, "warning")
        elif state.written and state.written != self._said:
            self.message.show_message(state.written[-1], "done", "Open the folder")
        elif not state.written and self.message.level != "error":
            self.message.clear()
        self._said = state.written

    def _refresh(self, publishing: Publishing) -> None:
        self.show_state(state_of(self._visit.chosen, publishing))
        self.preview.set_picture(publishing.preview)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.preview)
        self.options.setFixedWidth(384)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(labelled("Export", "title"))
        left.addWidget(self.message)
        left.addWidget(self.busy)
        left.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(self.options)

    def _connect(self) -> None:
        self._export.changed.connect(self._refresh)
        self._export.failed.connect(lambda words: self.message.show_message(words, "error"))
        self.options.options_changed.connect(self._export.set_options)
        self.options.folder_chosen.connect(self._export.set_folder)
        self.options.write_asked.connect(self._export.write)
        self.empty.action_asked.connect(lambda: self.goes_to.emit("review"))
        self.message.action_asked.connect(self._ask_for_folder)
        self.folder_asked.connect(_open_folder)

    def _ask_for_folder(self) -> None:
        written = self._export.publishing.written
        if written:
            self.folder_asked.emit(written[-1].parent)


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
