"""The window: step rail, page stack, message strip."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui.bridge.window_state import WindowState
from gui.dialogs.about import AboutDialog
from gui.dialogs.archive import ArchiveDialog
from gui.dialogs.finish import finish_dialog
from gui.dialogs.new_study import NewStudyDialog
from gui.dialogs.new_subject import NewSubjectDialog
from gui.dialogs.override import NotDoneDialog, OverrideDialog
from gui.dialogs.replace_camera import CALIBRATE, PHOTOGRAPH, ReplaceCameraDialog
from gui.dialogs.settings import REPLACE_CAMERA, SettingsDialog
from gui.dialogs.skin import SkinDialog
from gui.dialogs.start_of_day import CHECK_NOW, StartOfDayDialog
from gui.dialogs.treated_side import TreatedSideDialog
from gui.dialogs.treated_sides import TreatedSidesDialog
from gui.pages.calibration.page import BACK, CalibrationPage
from gui.pages.capture import state as capture_state
from gui.pages.capture.page import CapturePage
from gui.pages.compare import state as compare_state
from gui.pages.compare.page import ComparePage
from gui.pages.export import state as export_state
from gui.pages.export.page import ExportPage
from gui.pages.repeatability import state as repeatability_state
from gui.pages.repeatability.page import RepeatabilityPage
from gui.pages.review import state as review_state
from gui.pages.review.page import ReviewPage
from gui.pages.subjects import state as subjects_state
from gui.pages.subjects.page import SubjectsPage
from gui.pages.today.page import TodayPage
from gui.session.calibration.calibrating import Mode
from gui.session.calibration.trusted import REPLACE, banner_words
from gui.session.capture.standing import Phase, Standing
from gui.session.chosen import Chosen
from gui.session.devices import DeviceState
from gui.session.run import Run
from gui.widgets.buttons import IconButton
from gui.widgets.message_strip import MessageStrip
from gui.widgets.step_rail import Step, StepRail
from gui.widgets.trust_banner import TrustBanner


@dataclass(frozen=True)
class PageRow:
    """One step of the work. `why_not` says why it cannot be entered; empty when it can."""

    step: Step
    make: Callable[[Run], Any]
    why_not: Callable[[Chosen], str]
    is_step: bool = True
    """Of the work; what is none stands at the lower end."""


# fmt: off
PAGES: tuple[PageRow, ...] = (
    PageRow(Step("today", "Today", "today"), lambda r: TodayPage(r.study, r.visit), lambda _: ""),
    PageRow(Step("subjects", "Subjects", "subjects"), lambda r: SubjectsPage(r.visit), subjects_state.ready),
    PageRow(
        Step("capture", "Capture", "capture"),
        lambda r: CapturePage(r.capture, r.devices, r.hands), capture_state.ready,
    ),
    PageRow(Step("review", "Review", "review"), lambda r: ReviewPage(r.visit, r.review), review_state.ready),
    PageRow(
        Step("compare", "Compare", "compare"),
        lambda r: ComparePage(r.visit, r.compare, r.course), compare_state.ready,
    ),
    PageRow(Step("export", "Export", "export"), lambda r: ExportPage(r.visit, r.export), export_state.ready),
    PageRow(
        Step("repeatability", "Repeatability", "repeatability"),
        lambda r: RepeatabilityPage(r.repeatability), repeatability_state.ready, is_step=False,
    ),
    PageRow(
        Step("calibration", "Calibration", "calibration"),
        lambda r: CalibrationPage(r.calibration, r.trust, r.devices), lambda _: "", is_step=False,
    ),
)
DIALOGS: dict[str, Callable[[Run, QWidget], QDialog]] = {
    "archive": lambda r, w: ArchiveDialog(r.study, w),
    "new-study": lambda r, w: NewStudyDialog(r.study, w),
    "new-subject": lambda r, w: NewSubjectDialog(r.visit, w),
    "treated-side": lambda r, w: TreatedSideDialog(r.visit, w),
    "treated-sides": lambda r, w: TreatedSidesDialog(r.visit, w),
    "skin": lambda r, w: SkinDialog(r.capture, r.visit, w),
    "override": lambda r, w: OverrideDialog(r.capture, w),
    "not-done": lambda r, w: NotDoneDialog(r.capture, w),
    "finish": lambda r, w: finish_dialog(r.visit, w),
    "start-of-day": lambda r, w: StartOfDayDialog(r.trust, w),
    "replace-camera": lambda r, w: ReplaceCameraDialog(r.replacement, r.study.headline, w),
    "settings": lambda r, w: SettingsDialog(r.study, r.devices, w),
    "about": lambda r, w: AboutDialog(r.study, w),
}
# fmt: on
_AFTER: dict[tuple[str, int], str] = {
    ("finish", QDialog.DialogCode.Accepted): "today",
    ("replace-camera", CALIBRATE): "calibration",
    ("replace-camera", PHOTOGRAPH): "today",
}
"""Where a dialog leads when it ended so."""
_REPLACE = "replace-camera"
_THEN_ASK: dict[tuple[str, int], str] = {("settings", REPLACE_CAMERA): _REPLACE}
"""Which dialog follows when one ended so."""


class MainWindow(QMainWindow):
    """Knows which page is open and which dialog was asked for, and nothing else."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        self._rows = {row.step.key: row for row in PAGES}
        steps, below = ([row.step for row in PAGES if row.is_step is kind] for kind in (True, False))
        self.rail = StepRail(steps, below)
        self.strip = MessageStrip()
        self.banner = TrustBanner()
        self.pages: dict[str, Any] = {key: row.make(run) for key, row in self._rows.items()}
        self.dialog: QDialog | None = None
        self._stack = QStackedWidget()
        self._current = ""
        self._before = "today"
        self._was_lost = False
        state_file = run.station.state_file
        self._memory = WindowState(state_file) if state_file else None
        self._lay_out()
        self._connect()
        if self._memory is None or not self._memory.restore(self):
            self.resize(1366, 768)
        self._follow(run.visit.chosen)
        self.go_to("today")

    @property
    def current(self) -> str:
        """Key of the open page."""
        return self._current

    def go_to(self, key: str) -> None:
        """Open a page, if it may be entered; otherwise say why not."""
        key = self._before if key == BACK else key
        why_not = self._rows[key].why_not(self._run.visit.chosen)
        if why_not:
            self.strip.show_message(why_not)
        elif key == "capture" and self._run.trust.asks_today:
            self.ask("start-of-day")
        elif key != self._current:
            self._open(key)
        self.rail.set_current(self._current)

    def ask(self, name: str) -> None:
        """Open a dialog above the window; one at a time."""
        if self.dialog is not None:
            return
        self.dialog = DIALOGS[name](self._run, self)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.finished.connect(lambda result: self._answered(name, result))
        self._run.capture.hold(True)
        self.dialog.open()

    def fail(self, message: str) -> None:
        """Say what went wrong."""
        self.strip.show_message(message, "error")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Out of sight at once; what is being written is finished, and a camera that hangs is waited for, unseen."""
        if self._memory is not None:
            self._memory.save(self)
        self.hide()
        self.pages[self._current].leave()
        self._run.close()
        super().closeEvent(event)

    # -- within ----------------------------------------------------------------------------------

    def _open(self, key: str) -> None:
        if self._current:
            self.pages[self._current].leave()
            self._before = self._current
        self._current = key
        self.strip.clear()
        self._stack.setCurrentWidget(self.pages[key])
        self.pages[key].enter()
        self._show_trust()

    def _lay_out(self) -> None:
        for page in self.pages.values():
            self._stack.addWidget(page)
        self.rail.add_below(self._small_buttons())
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.strip)
        column.addWidget(self._stack, 1)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.setCentralWidget(holder)

    def _small_buttons(self) -> QWidget:
        """Settings and about, beside each other: the rail has no room to waste."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for name, icon in (("settings", "settings"), ("about", "about")):
            button = IconButton(icon, name.capitalize())
            button.setProperty("kind", "quiet")
            button.clicked.connect(lambda _=False, name=name: self.ask(name))
            row.addWidget(button)
        return holder

    def _connect(self) -> None:
        self.rail.chosen.connect(self.go_to)
        for page in self.pages.values():
            page.goes_to.connect(self.go_to)
            if hasattr(page, "asks_for"):
                page.asks_for.connect(self.ask)
        run = self._run
        for session in (run.study, run.visit, run.devices, run.capture, run.review, run.export, run.trust):
            session.failed.connect(self.fail)
        run.capture.told.connect(self.strip.show_message)
        run.presets.told.connect(self.strip.show_message)
        run.presets.failed.connect(self.fail)
        run.capture.changed.connect(self._follow_capture)
        run.devices.state_changed.connect(self._tell_device)
        run.visit.changed.connect(self._follow)
        run.trust.changed.connect(lambda _: self._show_trust())
        self.banner.action_asked.connect(self._act_on_banner)
        for number, key in enumerate(self._rows, 1):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self, lambda key=key: self.go_to(key))

    def _answered(self, name: str, result: int) -> None:
        self.dialog = None
        self._run.capture.hold(False)
        self.activateWindow()
        self.pages[self._current].setFocus()
        if name == "start-of-day":
            self._answer_day(result)
        elif (name, result) in _AFTER:
            self.go_to(_AFTER[name, result])
        elif (name, result) in _THEN_ASK:
            self.ask(_THEN_ASK[name, result])

    def _answer_day(self, result: int) -> None:
        """Check first, or go on to the capture page without."""
        if result == QDialog.DialogCode.Accepted:
            self.go_to("capture")
        elif result == CHECK_NOW:
            self._open("calibration")
            self._before = "capture"
            self._run.calibration.begin(Mode.DAILY)
        self.rail.set_current(self._current)

    def _act_on_banner(self) -> None:
        if self.banner.button.text() == REPLACE:
            self.ask(_REPLACE)
        else:
            self.go_to("calibration")

    def _show_trust(self) -> None:
        words = banner_words(self._run.trust.known, self._run.trust.why_left_out)
        action = "" if self._current == "calibration" and words.action != REPLACE else words.action
        self.banner.show_words(words.sentence, words.tone, action)

    def _follow(self, chosen: Chosen) -> None:
        for key, row in self._rows.items():
            why_not = row.why_not(chosen)
            self.rail.set_ready(key, not why_not, why_not)
        parts = ["Rhytid", chosen.study.code if chosen.study else "", chosen.subject.code if chosen.subject else ""]
        self.setWindowTitle(" – ".join(part for part in parts if part))

    def _follow_capture(self, standing: Standing) -> None:
        """A picture that was taken is the answer to whatever kept one from being taken before."""
        if standing.phase is Phase.LOOKING and self.strip.level in ("warning", "error"):
            self.strip.clear()

    def _tell_device(self, state: DeviceState) -> None:
        if state.name == "lost" and state.message not in self.strip.text:
            self.strip.show_message(state.message, "error")
        elif state.name == "live" and self._was_lost:
            self.strip.show_message("The camera is back.", "done")
        self._was_lost = state.name == "lost" or (self._was_lost and state.name != "live")
