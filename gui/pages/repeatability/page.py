"""How far a camera, its operators and the skin itself repeat: a study's progress, its report, what rests on it."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.repeatability.progress import ProgressPanel
from gui.pages.repeatability.report import ReportView
from gui.pages.repeatability.state import Picked, State, state_of
from gui.session.compare.repeatability import RepeatabilitySession
from gui.session.compare.repeating import Repeating
from gui.widgets.busy_line import BusyLine
from gui.widgets.buttons import WordButton
from gui.widgets.choice import ButtonRow
from gui.widgets.empty_state import EmptyState
from gui.widgets.folder_line import FolderLine
from gui.widgets.message_strip import MessageStrip
from gui.widgets.words import labelled

_PROGRESS, _REPORT = "progress", "report"
_VIEWS = (
    (_PROGRESS, "Progress", "subjects", "What was taken of every subject"),
    (_REPORT, "Report", "repeatability", "How far every endpoint repeats"),
)
_WIDEST = 1600
"""A row of the table longer than this cannot be read across."""
_NO_REPORT = (
    "Every accepted picture is measured, then the report says how far each endpoint repeats. This takes a few seconds "
    "a picture; what was measured once is not measured again."
)


class RepeatabilityPage(QWidget):
    """For studies made from the template "Repeatability"."""

    goes_to = Signal(str)
    """Key of a page."""

    def __init__(self, repeatability: RepeatabilitySession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = repeatability
        self._picked = Picked()
        self._view = _PROGRESS
        self._had_report = False
        self.setProperty("role", "page")
        self.views = ButtonRow(_VIEWS)
        self.make = WordButton("Make the report", "primary", "repeatability")
        self.stop = WordButton("Stop")
        self.message = MessageStrip()
        self.busy = BusyLine("Measuring")
        self.progress = ProgressPanel()
        self.report = ReportView()
        self.nothing = EmptyState("repeatability", "There is no report yet", _NO_REPORT)
        self.empty = EmptyState("repeatability", "This is no repeatability study", "", "Today")
        self.folder_line = FolderLine()
        self.folder = self.folder_line.field
        self.write = WordButton("Write report", icon_name="export")
        self.keep = WordButton("", "primary", "check")
        self._lay_out()
        self._connect()
        self.show_state(State())

    def enter(self) -> None:
        self._session.enter()
        self._refresh(self._session.repeating)

    def leave(self) -> None:
        """What is being measured goes on: it is kept, picture by picture."""

    def show_state(self, state: State) -> None:
        self._whole.setCurrentIndex(0 if state.empty else 1)
        self.empty.show_words("This is no repeatability study", state.empty, "Today")
        self.progress.show_state(state)
        if state.has_report and not self._had_report:
            self._view = _REPORT
        self._had_report = state.has_report
        self.views.show_choice(self._view)
        self._stack.setCurrentIndex(0 if self._view == _PROGRESS else 2 if state.has_report else 1)
        if state.has_report:
            self.report.show_state(state)
        self.busy.show_busy(state.is_busy, state.progress)
        self.stop.setVisible(state.is_busy)
        self.make.setText(state.make_words)
        self.make.set_kind("" if state.has_report else "primary")
        self.make.setEnabled(state.may_make)
        self._show_file(state)
        self._say(state)

    # -- within ----------------------------------------------------------------------------------

    def _show_file(self, state: State) -> None:
        for widget in (self.folder_line, self.write, self.keep):
            widget.setVisible(state.has_report and self._view == _REPORT)
        self.folder_line.show_folder(state.folder)
        self.write.setEnabled(state.may_write)
        self.write.setToolTip("" if state.folder else "Choose a folder to write into.")
        self.keep.setEnabled(state.may_keep)
        self.keep.setText(state.keep_words)
        why_not = "" if state.is_large_enough else "The study is too small: no verdict can rest on it."
        self.keep.setToolTip(why_not or "From now on visits taken with this camera are judged on this study")

    def _say(self, state: State) -> None:
        if state.message:
            if state.message != self.message.text:
                self.message.show_message(state.message, "warning")
        elif state.written:
            if state.written != self.message.text:
                self.message.show_message(state.written, "done")
        else:
            self.message.clear()

    def _refresh(self, repeating: Repeating) -> None:
        self.show_state(state_of(repeating, self._picked))

    def _look_at(self, view: str) -> None:
        self._view = view
        self._refresh(self._session.repeating)

    def _pick(self, **new: str) -> None:
        self._picked = replace(self._picked, **new)
        self._refresh(self._session.repeating)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(labelled("Repeatability", "title"))
        top.addSpacing(16)
        top.addWidget(self.views)
        top.addStretch(1)
        top.addWidget(self.stop)
        top.addWidget(self.make)
        self._stack = QStackedWidget()
        for view in (self.progress, self.nothing, self.report):
            self._stack.addWidget(view)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.folder_line, 1)
        for widget in (self.write, self.keep):
            below.addWidget(widget)
        content, inner = QWidget(), QWidget()
        inner.setMaximumWidth(_WIDEST)
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inner, 100)
        row.addStretch(1)
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addWidget(self.busy)
        column.addWidget(self._stack, 1)
        column.addLayout(below)
        self._whole = QStackedWidget()
        self._whole.addWidget(self.empty)
        self._whole.addWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._whole)

    def _connect(self) -> None:
        session = self._session
        session.changed.connect(self._refresh)
        self.views.picked.connect(self._look_at)
        self.make.clicked.connect(lambda: session.make(session.repeating.device))
        self.stop.clicked.connect(session.stop)
        self.report.device_picked.connect(session.make)
        self.report.site_picked.connect(lambda site: self._pick(site=site))
        self.report.pair_picked.connect(lambda key: self._pick(against=key))
        self.report.endpoint_picked.connect(lambda key: self._pick(endpoint=key))
        self.folder_line.chosen.connect(session.set_folder)
        self.write.clicked.connect(self._write)
        self.keep.clicked.connect(session.keep)
        self.empty.action_asked.connect(lambda: self.goes_to.emit("today"))

    def _write(self) -> None:
        self.folder_line.take()
        self._session.write()
