"""Small pictures in a row: one of them is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QToolButton, QWidget

from gui.bridge.arrays import to_pixmap
from gui.bridge.icons import icon


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """One picture; `pixels` None while it is not read yet."""

    key: str
    words: str
    pixels: npt.NDArray[Any] | None = None
    tip: str = ""


class ThumbnailStrip(QScrollArea):
    """Buttons with pictures, words below them; scrolled sideways where there are more than fit."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._holder = QWidget()
        self.setWidget(self._holder)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._row = QHBoxLayout(self._holder)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_thumbnails(self, thumbnails: Sequence[Thumbnail], chosen: str) -> None:
        if tuple(self._buttons) != tuple(t.key for t in thumbnails):
            self._build([t.key for t in thumbnails])
        for thumbnail in thumbnails:
            self._dress(self._buttons[thumbnail.key], thumbnail)
        if chosen in self._buttons:
            self._buttons[chosen].setChecked(True)
        self._fit()
        if chosen in self._buttons:
            self._holder.resize(self._row.minimumSize().expandedTo(self.viewport().size()))
            self._row.activate()
            self.ensureWidgetVisible(self._buttons[chosen], 0, 0)

    def showEvent(self, event: QShowEvent) -> None:
        """What the style sheet says of a picture is known only now."""
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the pictures, and the bar below them where one is needed."""
        self._row.invalidate()
        needed = self._row.minimumSize()
        bar = self.horizontalScrollBar().sizeHint().height() if needed.width() > self.width() else 0
        self.setFixedHeight(needed.height() + bar)

    def button(self, key: str) -> QToolButton:
        return self._buttons[key]

    def _build(self, keys: Sequence[str]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for key in keys:
            button = QToolButton(self._holder)
            button.setCheckable(True)
            button.setIconSize(QSize(92, 64))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._row.insertWidget(self._row.count() - 1, button)
            button.show()  # a button that is not shown yet takes no room
            self._buttons[key] = button

    @staticmethod
    def _dress(button: QToolButton, thumbnail: Thumbnail) -> None:
        button.setText(thumbnail.words)
        button.setToolTip(thumbnail.tip)
        button.setAccessibleName(thumbnail.words)
        button.setIcon(icon("picture") if thumbnail.pixels is None else QIcon(_small(thumbnail.pixels)))


def _small(pixels: npt.NDArray[Any]) -> QPixmap:
    step = max(1, pixels.shape[1] // 276)
    whole = to_pixmap(pixels[::step, ::step])
    size = QSize(184, 128)
    return whole.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
