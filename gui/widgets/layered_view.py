"""A picture with layers, zoom and pan: the only place where row/col meets Qt's x/y.

Rows and columns are pixel centres: the middle of the first pixel is (0, 0) and lies at (0.5, 0.5) of the scene.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from gui.bridge.arrays import to_pixmap
from gui.bridge.theme import current_theme
from gui.widgets.outlines import Outlines
from imaging.model.geometry import Roi


class Layer(StrEnum):
    """Bottom first."""

    PICTURE = "picture"
    GHOST = "ghost"
    HEAT_MAP = "heat map"


_LAYERS = tuple(Layer)
OUTLINE_Z, ANNOTATION_Z = len(_LAYERS), len(_LAYERS) + 1
_LARGEST = 32.0


@dataclass(frozen=True)
class Look:
    """Which part of a picture is seen: its middle as shares of height and width, and screen pixels per pixel."""

    row_share: float
    col_share: float
    zoom: float
    is_fitted: bool


class LayeredView(QGraphicsView):
    """Shows (rows, cols, 3) pictures with layers over them; moved by code only (see `ImageView`)."""

    look_changed = Signal(object)
    """`Look`, when a person zoomed or panned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self._layers = {layer: self._new_layer(z) for z, layer in enumerate(_LAYERS)}
        self.outlines = Outlines(self.scene(), OUTLINE_Z)
        self._frame = Outlines(self.scene(), OUTLINE_Z, is_dashed=True)
        self._shape: tuple[int, int] | None = None
        self._is_fitted = True
        self._set_up()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(QSize(160, 120))
        self._paint_canvas()

    def _new_layer(self, z: int) -> QGraphicsPixmapItem:
        item = QGraphicsPixmapItem()
        item.setZValue(z)
        item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.scene().addItem(item)
        return item

    # --- what is shown

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns of the picture; None when there is none."""
        return self._shape

    def set_picture(self, pixels: npt.NDArray[Any] | None) -> None:
        """Another picture of the same size keeps zoom and pan; another size is fitted."""
        before = self._shape
        self._shape = None if pixels is None else (int(pixels.shape[0]), int(pixels.shape[1]))
        self.set_layer(Layer.PICTURE, pixels)
        if self._shape != before:
            for layer in _LAYERS:
                self._stretch(layer)
            self._measure_scene()
            self.fit()

    def set_layer(self, layer: Layer, pixels: npt.NDArray[Any] | None) -> None:
        """Lay grey, RGB or RGBA over the picture, stretched to its size; None takes the layer away."""
        self._layers[layer].setPixmap(QPixmap() if pixels is None else to_pixmap(pixels))
        self._stretch(layer)

    def _stretch(self, layer: Layer) -> None:
        """To the size of the picture, whichever of the two came first."""
        item = self._layers[layer]
        width = item.pixmap().width()
        if width and self._shape is not None and layer is not Layer.PICTURE:
            item.setScale(self._shape[1] / width)

    def set_part(self, layer: Layer, pixmap: QPixmap, first_col: int) -> None:
        """A layer that begins at a column of the picture."""
        self._layers[layer].setPixmap(pixmap)
        self._layers[layer].setOffset(first_col, 0)

    def has_layer(self, layer: Layer) -> bool:
        return not self._layers[layer].pixmap().isNull()

    def set_opacity(self, layer: Layer, opacity: float) -> None:
        self._layers[layer].setOpacity(opacity)

    def set_visible(self, layer: Layer, is_visible: bool) -> None:
        self._layers[layer].setVisible(is_visible)

    def draw_layer(self, painter: QPainter, layer: Layer) -> None:
        """A layer as strong as it is set, whether or not it is visible; in pixels of the viewport."""
        item = self._layers[layer]
        painter.save()
        painter.setOpacity(item.opacity())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(item.sceneTransform() * self.viewportTransform(), True)
        painter.drawPixmap(item.offset(), item.pixmap())
        painter.restore()

    def set_outlines(self, lines: Sequence[npt.NDArray[Any]]) -> None:
        """Lines of (n, 2) points (row, col), sharp at every zoom."""
        self.outlines.set_lines([self.to_polygon(line) for line in lines])

    def set_frame(self, region: Roi | None) -> None:
        """A thin dashed line around a region; none around the whole picture, whose edge is seen anyway."""
        is_part = region is not None and self._shape is not None and region != Roi.whole(self._shape)
        self._frame.set_lines([self.to_polygon(_around(region))] if region is not None and is_part else [])

    @property
    def has_frame(self) -> bool:
        return len(self._frame) > 0

    # --- where things are

    def to_scene(self, row: float, col: float) -> QPointF:
        return QPointF(col + 0.5, row + 0.5)

    def to_row_col(self, scene: QPointF) -> tuple[float, float]:
        return scene.y() - 0.5, scene.x() - 0.5

    def to_polygon(self, points: npt.NDArray[Any]) -> QPolygonF:
        return QPolygonF([self.to_scene(float(row), float(col)) for row, col in points])

    def row_col_at(self, position: QPointF) -> tuple[float, float]:
        """(row, col) under a point of the viewport, also outside the picture."""
        return self.to_row_col(self.viewportTransform().inverted()[0].map(position))

    def pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        """The pixel under a point of the viewport; None outside the picture."""
        row, col = (int(np.floor(value + 0.5)) for value in self.row_col_at(position))
        if self._shape is None or not (0 <= row < self._shape[0] and 0 <= col < self._shape[1]):
            return None
        return row, col

    def position_of(self, row: float, col: float) -> QPointF:
        """Where (row, col) lies in the viewport."""
        return self.viewportTransform().map(self.to_scene(row, col))

    # --- zoom and pan

    @property
    def zoom(self) -> float:
        """Screen pixels per pixel of the picture."""
        return self.transform().m11()

    @property
    def look(self) -> Look:
        rows, cols = self._shape or (1, 1)
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        seen = self.viewportTransform().inverted()[0].map(middle)
        return Look(seen.y() / rows, seen.x() / cols, self.zoom, self._is_fitted)

    def set_look(self, look: Look) -> None:
        """Look at the same place as another view; says nothing."""
        self._is_fitted = look.is_fitted
        if look.is_fitted:
            self.fit()
            return
        rows, cols = self._shape or (1, 1)
        self._show(QPointF(look.col_share * cols, look.row_share * rows), look.zoom)

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self._is_fitted = True
        if self._shape is None:
            return
        rows, cols = self._shape
        self._show(QPointF(cols / 2, rows / 2), self._fitting_zoom())

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom, holding what lies under `about` (viewport; its middle when None)."""
        if self._shape is None:
            return
        smallest = min(self._fitting_zoom(), 1.0)
        zoom = min(max(self.zoom * factor, smallest), _LARGEST)
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        about = about if about is not None else middle
        held = self.viewportTransform().inverted()[0].map(about)
        self._is_fitted = zoom <= smallest * 1.001 and smallest < 1.0
        self._show(held + (middle - about) / zoom, zoom)
        self._say_look()

    def toggle_fit(self, about: QPointF | None = None) -> None:
        """Between the whole picture and one screen pixel per pixel."""
        if self._is_fitted:
            self.zoom_by(1.0 / self.zoom, about)
        else:
            self.fit()
            self._say_look()

    def pan_by(self, right: float, down: float) -> None:
        """Move the picture on the screen by so many screen pixels."""
        look = self.look
        rows, cols = self._shape or (1, 1)
        self.set_look(
            replace(
                look,
                row_share=look.row_share - down / self.zoom / rows,
                col_share=look.col_share - right / self.zoom / cols,
                is_fitted=False,
            )
        )
        self._say_look()

    def _say_look(self) -> None:
        self.look_changed.emit(self.look)

    def _fitting_zoom(self) -> float:
        rows, cols = self._shape or (1, 1)
        return max(min(self.viewport().width() / cols, self.viewport().height() / rows), 1e-3)

    def _show(self, middle: QPointF, zoom: float) -> None:
        rows, cols = self._shape or (1, 1)
        inside = QPointF(min(max(middle.x(), 0), cols), min(max(middle.y(), 0), rows))
        self.resetTransform()
        self.scale(zoom, zoom)
        self.centerOn(inside)

    def _measure_scene(self) -> None:
        """Room on every side, so that any point of the picture can lie in the middle."""
        rows, cols = self._shape or (1, 1)
        self.setSceneRect(QRectF(-20 * cols, -20 * rows, 41 * cols, 41 * rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()
        elif event.oldSize().isValid():
            was = QPointF(event.oldSize().width() / 2, event.oldSize().height() / 2)
            self._show(self.viewportTransform().inverted()[0].map(was), self.zoom)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_canvas()

    def _paint_canvas(self) -> None:
        self.setBackgroundBrush(current_theme().colour("canvas"))
        self.setRenderHint(QPainter.RenderHint.Antialiasing)


def _around(region: Roi) -> npt.NDArray[np.float64]:
    """(5, 2) corners at the outer edge of the pixels."""
    top, left, low, right = region.row0 - 0.5, region.col0 - 0.5, region.row1 - 0.5, region.col1 - 0.5
    return np.array([(top, left), (top, right), (low, right), (low, left), (top, left)])
