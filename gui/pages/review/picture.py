"""The picture of the review page: layers, their switches, the tools, colour bar and read-out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from gui.session.looking import Looking
from gui.widgets.annotation_bar import AnnotationBar
from gui.widgets.annotation_layer import AnnotationLayer
from gui.widgets.buttons import IconButton
from gui.widgets.colour_bar import ColourBar, Scale
from gui.widgets.image_view import ImageView, Layer
from gui.widgets.read_out import ReadOut


class ReviewPicture(QWidget):
    """Shows one capture; opacity and switches stay from one to the next."""

    pointed = Signal(object)
    drawn = Signal(object)
    """Annotations after a gesture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ImageView()
        self.annotations = AnnotationLayer(self.view)
        self.tools = AnnotationBar(self.annotations)
        self.heat_map = IconButton("heat-map", "Show depth as colours (H)", "Depth")
        self.wrinkles = IconButton("wrinkles", "Show the centre lines of the wrinkles (W)", "Wrinkles")
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.fit = IconButton("fit", "Whole picture or one to one (0)")
        self.colour_bar = ColourBar()
        self.read_out = ReadOut(self.view)
        self._shown: Looking | None = None
        self._set_up()
        self._lay_out()

    def _set_up(self) -> None:
        for button, key in ((self.heat_map, "H"), (self.wrinkles, "W")):
            button.setCheckable(True)
            button.setChecked(True)
            button.setShortcut(key)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(70)
        self.opacity.setAccessibleName("Opacity of the depth colours")
        self.opacity.setToolTip("How strongly the depth colours cover the skin")
        self.opacity.setFixedWidth(140)
        self.opacity.valueChanged.connect(self._show_layers)
        self.heat_map.toggled.connect(self._show_layers)
        self.wrinkles.toggled.connect(self._show_layers)
        self.fit.clicked.connect(lambda: self.view.toggle_fit())
        self.view.pointed.connect(self.pointed)
        self.annotations.changed.connect(self.drawn)
        self._show_layers()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.wrinkles)
        bar.addStretch(1)
        bar.addWidget(self.tools)
        bar.addSpacing(8)
        bar.addWidget(self.fit)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        for widget in (self.heat_map, self.opacity):
            foot.addWidget(widget)
        foot.addWidget(self.colour_bar, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    def show_looking(self, looking: Looking) -> None:
        """Only what differs is handed on: a picture of the same capture keeps its zoom."""
        was, self._shown = self._shown, looking
        if was is None or was.photograph is not looking.photograph:
            self.view.set_picture(looking.photograph)
        if was is None or was.depth is not looking.depth:
            self._show_depth(looking)
        if was is None or was.measured is not looking.measured:
            items = looking.measured.measurement.items if looking.measured else ()
            self.view.set_outlines([wrinkle.centre_line for wrinkle in items])
        spacing = looking.measured.surface.spacing if looking.measured else None
        if not self._is_same_capture(was, looking):
            self.annotations.set_annotations((), spacing)
        self.annotations.set_annotations(looking.annotations, spacing)
        self._show_layers()

    def choose_wrinkle(self, index: int | None) -> None:
        """Let one wrinkle stand out."""
        self.view.outlines.choose(index)

    @staticmethod
    def _is_same_capture(was: Looking | None, now: Looking) -> bool:
        keys = [looking.capture.identifier if looking and looking.capture else "" for looking in (was, now)]
        return keys[0] == keys[1]

    def _show_depth(self, looking: Looking) -> None:
        depth = looking.depth
        self.view.set_layer(Layer.HEAT_MAP, depth.heat_map if depth else None)
        scale = depth.scale if depth else None
        self.colour_bar.show_scale(
            Scale(scale.colours, scale.limit, scale.unit, scale.title, scale.kind) if scale else None
        )

    def _show_layers(self) -> None:
        self.view.set_visible(Layer.HEAT_MAP, self.heat_map.isChecked())
        self.view.set_opacity(Layer.HEAT_MAP, self.opacity.value() / 100)
        self.view.outlines.set_visible(self.wrinkles.isChecked())
        self.opacity.setEnabled(self.heat_map.isChecked())
