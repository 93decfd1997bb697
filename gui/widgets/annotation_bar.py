"""The tools of the annotation layer as buttons."""

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from gui.widgets.annotation_layer import AnnotationLayer
from gui.widgets.buttons import IconButton
from imaging.model.annotation import Shape

_TOOLS: tuple[tuple[Shape | None, str, str], ...] = (
    (None, "select", "Select and move"),
    (Shape.ARROW, "arrow", "Draw an arrow: press where it starts, let go where it points"),
    (Shape.LINE, "line", "Draw a line; its length stands beside it"),
    (Shape.TEXT, "text", "Write: click where the words should stand"),
    (Shape.RECTANGLE, "rectangle", "Draw a rectangle"),
)


class AnnotationBar(QWidget):
    """Select, four shapes, undo, redo, delete."""

    def __init__(self, layer: AnnotationLayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = layer
        self._tools = {shape: IconButton(name, tip) for shape, name, tip in _TOOLS}
        self.undo = IconButton("undo", "Undo (Ctrl+Z)")
        self.redo = IconButton("redo", "Redo (Ctrl+Shift+Z)")
        self.delete = IconButton("delete", "Delete the selected annotation (Del)")
        self._lay_out()
        self._connect()
        self._show_shape(layer.shape)
        self._show_state()

    def tool(self, shape: Shape | None) -> IconButton:
        """The button of a shape; None is the one that selects."""
        return self._tools[shape]

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        group = QButtonGroup(self)
        for button in self._tools.values():
            button.setCheckable(True)
            group.addButton(button)
            row.addWidget(button)
        row.addSpacing(12)
        for button in (self.undo, self.redo, self.delete):
            row.addWidget(button)

    def _connect(self) -> None:
        for shape, button in self._tools.items():
            button.clicked.connect(lambda _=False, shape=shape: self._layer.set_shape(shape))
        self.undo.clicked.connect(self._layer.undo)
        self.redo.clicked.connect(self._layer.redo)
        self.delete.clicked.connect(self._layer.delete_selected)
        for keys, act in (("Ctrl+Z", self._layer.undo), ("Ctrl+Shift+Z", self._layer.redo)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self._layer.shape_changed.connect(self._show_shape)
        self._layer.state_changed.connect(self._show_state)

    def _show_shape(self, shape: Shape | None) -> None:
        self._tools[shape].setChecked(True)

    def _show_state(self) -> None:
        self.undo.setEnabled(self._layer.can_undo)
        self.redo.setEnabled(self._layer.can_redo)
        self.delete.setEnabled(self._layer.selected is not None)
