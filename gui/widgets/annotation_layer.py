"""Drawing on a picture: arrow, line with length, text, rectangle; select, move, delete, undo."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot
from uuid import uuid4

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit

from gui.bridge.undo import UndoList
from gui.widgets.annotation_drawing import REACH, Placed, distance_to, draw_mark, handle_at, placed
from gui.widgets.image_view import ImageView
from imaging.model.annotation import Annotation, Shape
from imaging.model.geometry import Spacing

_SMALLEST_PX = 6.0
"""A drag shorter than this on the screen draws nothing."""


@dataclass(frozen=True)
class _Gesture:
    """One press and what it holds: a new shape, the end of one, or a whole one."""

    what: str
    """ "draw", "start", "end" or "move"."""
    before: Annotation
    from_row: float
    from_col: float


class AnnotationLayer(QObject):
    """The tool of one `ImageView`. Keeps the annotations with their undo list; hands out frozen tuples."""

    changed = Signal(object)
    """Tuple of annotations, once a gesture is done."""
    shape_changed = Signal(object)
    """The `Shape` that the next drag draws, or None: select and move."""
    state_changed = Signal()
    """Selection, undo or redo became possible or impossible."""

    def __init__(self, view: ImageView) -> None:
        super().__init__(view)
        self._view = view
        self._history: UndoList[tuple[Annotation, ...]] = UndoList(())
        self._shape: Shape | None = None
        self._spacing: Spacing | None = None
        self._selected = ""
        self._gesture: _Gesture | None = None
        self._pending: Annotation | None = None
        self._editor: QLineEdit | None = None
        self._is_visible = True
        view.tool = self
        view.overlays.append(self._draw)
        view.look_changed.connect(self.end_text)

    # --- values

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        return self._history.value

    def set_annotations(self, annotations: tuple[Annotation, ...], spacing: Spacing | None) -> None:
        """Another picture's annotations: nothing to undo yet. The same ones again change nothing."""
        self._spacing = spacing
        if annotations == self.annotations:
            return
        self._close_editor()
        self._history = UndoList(annotations)
        self._gesture, self._pending, self._selected = None, None, ""
        self._refresh()

    @property
    def selected(self) -> Annotation | None:
        return next((a for a in self.annotations if a.identifier == self._selected), None)

    @property
    def shape(self) -> Shape | None:
        return self._shape

    def set_shape(self, shape: Shape | None) -> None:
        """What the next drag draws; None selects and moves."""
        self.end_text()
        self._shape = shape
        cursor = Qt.CursorShape.ArrowCursor if shape is None else Qt.CursorShape.CrossCursor
        self._view.viewport().setCursor(cursor)
        self.shape_changed.emit(shape)

    def set_visible(self, is_visible: bool) -> None:
        self._is_visible = is_visible
        self._view.viewport().update()

    # --- undo

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    def undo(self) -> None:
        self._step(self._history.undo)

    def redo(self) -> None:
        self._step(self._history.redo)

    def delete_selected(self) -> None:
        if self.selected is not None:
            self._keep(tuple(a for a in self.annotations if a.identifier != self._selected))

    # --- the tool of the view

    def press(self, row: float, col: float) -> bool:
        self.end_text()
        if self._shape is not None:
            new = Annotation(self._shape, (row, col), (row, col), identifier=uuid4().hex)
            self._gesture, self._pending = _Gesture("draw", new, row, col), new
            return True
        return self._take_hold(row, col)

    def drag(self, row: float, col: float) -> None:
        if self._gesture is not None:
            self._pending = self._moved(self._gesture, row, col)
            self._view.viewport().update()

    def release(self, row: float, col: float) -> None:
        self.drag(row, col)
        gesture, pending = self._gesture, self._pending
        self._gesture, self._pending = None, None
        if gesture is None or pending is None:
            return
        if gesture.what == "draw":
            self._finish_drawing(pending)
        else:
            self._keep(tuple(pending if a.identifier == pending.identifier else a for a in self.annotations))

    def twice(self, row: float, col: float) -> bool:
        """A double click writes into what lies there."""
        hit = self._hit(row, col)
        if hit is not None:
            self._edit(hit)
        return hit is not None or self._shape is not None

    def key(self, key: int) -> bool:
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.selected is not None:
            self.delete_selected()
            return True
        if key == Qt.Key.Key_Escape and self._editor is not None:
            self._close_editor()
            self._refresh()
            return True
        if key == Qt.Key.Key_Escape and (self._shape is not None or self._selected):
            self._select("")
            self.set_shape(None)
            return True
        return False

    # --- within

    def _take_hold(self, row: float, col: float) -> bool:
        point = self._view.position_of(row, col)
        chosen = self.selected
        handle = handle_at(self._place(chosen), point) if chosen else ""
        hit = chosen if handle else self._hit(row, col)
        self._select(hit.identifier if hit else "")
        if hit is None:
            return False
        self._gesture, self._pending = _Gesture(handle or "move", hit, row, col), hit
        return True

    def _moved(self, gesture: _Gesture, row: float, col: float) -> Annotation:
        row, col = self._inside(row, col)
        if gesture.what in ("draw", "end"):
            return replace(gesture.before, end=(row, col))
        if gesture.what == "start":
            return replace(gesture.before, start=(row, col))
        return gesture.before.moved(row - gesture.from_row, col - gesture.from_col)

    def _inside(self, row: float, col: float) -> tuple[float, float]:
        rows, cols = self._view.shape or (1, 1)
        return min(max(row, -0.5), rows - 0.5), min(max(col, -0.5), cols - 0.5)

    def _finish_drawing(self, drawn: Annotation) -> None:
        shape = self._shape
        mark = self._place(drawn)
        self.set_shape(None)
        if shape is Shape.TEXT:
            self._edit(replace(drawn, end=drawn.start))
        elif hypot(mark.end.x() - mark.start.x(), mark.end.y() - mark.start.y()) >= _SMALLEST_PX:
            self._selected = drawn.identifier
            self._keep((*self.annotations, drawn))
        self._view.viewport().update()

    def _hit(self, row: float, col: float) -> Annotation | None:
        point = self._view.position_of(row, col)
        near = [(distance_to(self._place(a), point), a) for a in reversed(self.annotations)]
        distance, annotation = min(near, key=lambda pair: pair[0], default=(REACH + 1, None))
        return annotation if distance <= REACH else None

    def _place(self, annotation: Annotation) -> Placed:
        return placed(annotation, self._view, self._spacing)

    def _select(self, identifier: str) -> None:
        if identifier != self._selected:
            self._selected = identifier
            self._refresh()

    def _keep(self, annotations: tuple[Annotation, ...]) -> None:
        was = self.annotations
        self._history.push(annotations)
        self._refresh()
        if annotations != was:
            self.changed.emit(annotations)

    def _step(self, step: Callable[[], tuple[Annotation, ...]]) -> None:
        self._close_editor()
        was = self.annotations
        now = step()
        self._refresh()
        if now != was:
            self.changed.emit(now)

    def _refresh(self) -> None:
        if self.selected is None:
            self._selected = ""
        self._view.viewport().update()
        self.state_changed.emit()

    # --- writing

    def _edit(self, annotation: Annotation) -> None:
        """A line to write into, where the words will stand."""
        self._close_editor()
        editor = QLineEdit(annotation.text, self._view.viewport())
        editor.setPlaceholderText("Write, then Enter")
        place = self._place(annotation)
        corner = place.start if annotation.shape is Shape.TEXT else place.word_box.topLeft()
        editor.setGeometry(_within(QRectF(corner.x(), corner.y(), 280, 44), self._view).toRect())
        editor.returnPressed.connect(self.end_text)
        self._editor, self._pending = editor, annotation
        editor.show()
        editor.setFocus()

    def end_text(self) -> None:
        """Take what was written; an empty text annotation is none."""
        editor, annotation = self._editor, self._pending
        if editor is None or annotation is None:
            return
        written = replace(annotation, text=editor.text().strip())
        self._close_editor()
        others = tuple(a for a in self.annotations if a.identifier != written.identifier)
        is_empty = written.shape is Shape.TEXT and not written.text
        self._selected = written.identifier
        self._keep(others if is_empty else (*others, written))

    def _close_editor(self) -> None:
        editor = self._editor
        if editor is not None:
            self._editor, self._pending = None, None
            editor.deleteLater()
            editor.hide()
            self._view.setFocus()

    def _draw(self, painter: QPainter) -> None:
        if not self._is_visible:
            return
        pending = self._pending
        for annotation in self.annotations:
            if pending is None or annotation.identifier != pending.identifier:
                draw_mark(painter, self._place(annotation), annotation.identifier == self._selected)
        if pending is not None and self._editor is None:
            draw_mark(painter, self._place(pending), True)


def _within(box: QRectF, view: ImageView) -> QRectF:
    """The box, moved so that all of it is on the viewport."""
    area = QRectF(view.viewport().rect())
    x = max(min(box.left(), area.right() - box.width()), area.left())
    y = max(min(box.top(), area.bottom() - box.height()), area.top())
    return QRectF(QPointF(x, y), box.size())
