"""QApplication, style, exception hook; builds the window."""

import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from gui.bridge.icons import use_folder
from gui.bridge.theme import apply_theme, theme_named
from gui.main_window import MainWindow
from gui.session.run import Run
from gui.session.station import Station
from imaging.errors import ImagingError
from imaging.model.settings import StationSettings

__all__ = ["Station", "build_window", "run"]

ExceptHook = Callable[[type[BaseException], BaseException, TracebackType | None], None]
_LOG = logging.getLogger(__name__)


def run(station: Station) -> int:
    """Open the station and stay until its window is closed; the answer is the exit status."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    window = build_window(app, station)
    sys.excepthook = message_instead_of_crash(window)
    window.show()
    return app.exec()


def build_window(app: QApplication, station: Station) -> MainWindow:
    """The window with its look, on the archive of the settings."""
    app.setApplicationName("Rhytid")
    use_folder(station.resources / "icons")
    for font in sorted((station.resources / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(font))
    sessions = Run(station)

    worn = theme_named(station.settings.theme)
    apply_theme(app, worn, station.resources / "style.qss")

    def dress(settings: StationSettings) -> None:
        """Only another theme: putting on a style sheet looks at every widget again."""
        nonlocal worn
        if (wanted := theme_named(settings.theme)) != worn:
            worn = wanted
            apply_theme(app, wanted, station.resources / "style.qss")

    window = MainWindow(sessions)
    sessions.setParent(window)
    sessions.study.settings_changed.connect(dress)
    sessions.open_archive()
    return window


def message_instead_of_crash(window: MainWindow) -> ExceptHook:
    """What Python calls for an exception that nobody caught: says so in the window, keeps the trace in the log."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
            return
        _LOG.error("unforeseen: %s", "".join(traceback.format_exception(kind, error, trace)))
        window.fail(str(error) if isinstance(error, ImagingError) else _UNFORESEEN.format(kind.__name__))

    return hook


_UNFORESEEN = "Something went wrong that the program did not expect ({}). What is in the archive is safe; try again."
