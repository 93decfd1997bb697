"""Who and where, always in sight: subject, side with a face, site, how far the visit is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from gui.pages.capture.face import FaceSign
from gui.pages.capture.state import State
from gui.widgets.buttons import WordButton
from gui.widgets.short_label import ShortLabel
from gui.widgets.words import labelled


class IdentityBar(QFrame):
    """The bar above the live picture; a wrong person or a wrong side has to be seen here at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setFixedHeight(72)
        self._code = ShortLabel("title")
        self._born = labelled("", "muted")
        self._face = FaceSign(64)
        self._side = labelled("", "title")
        self._site = ShortLabel("heading", Qt.TextElideMode.ElideMiddle)
        self._count = labelled("", "muted")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setFixedWidth(168)
        self.finish = WordButton("Finish visit", icon_name="check")
        self._lay_out()

    def show_state(self, state: State) -> None:
        self._code.setText(state.code)
        self._born.setText(" · ".join(part for part in (state.born, state.visit) if part))
        self._face.show_site(state.site)
        self._face.setVisible(state.site is not None)
        self._side.setText(state.side)
        self._site.setText(" · ".join(part for part in (state.site_name, state.shot) if part))
        self._count.setText(state.count)
        self._progress.setValue(round(1000 * state.done_share))
        self._progress.setVisible(state.has_plan)
        self.finish.setVisible(bool(state.code))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 4, 24, 4)
        row.setSpacing(16)
        row.addLayout(_stacked(self._code, self._born), 2)
        row.addWidget(self._face)
        row.addLayout(_stacked(self._side, self._site), 6)
        progress = _stacked(self._count, self._progress)
        progress.setSpacing(6)
        row.addLayout(progress)
        row.addWidget(self.finish)


def _stacked(upper: QWidget, lower: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addStretch(1)
    column.addWidget(upper)
    column.addWidget(lower)
    column.addStretch(1)
    return column
