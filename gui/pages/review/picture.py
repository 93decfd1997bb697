"""The picture of the review page: layers, their switches, the tools, colour bar and read-out."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from gui.pages.review.region import RegionRow
from gui.session.colours import PREVIEW
from gui.session.looking import Looking
from gui.widgets.annotation_bar import AnnotationBar
from gui.widgets.annotation_layer import AnnotationLayer
from gui.widgets.buttons import IconButton
from gui.widgets.colour_bar import ColourBar, Scale
from gui.widgets.corner_mark import CornerMark
from gui.widgets.image_view import ImageView, Layer
from gui.widgets.read_out import ReadOut
from imaging.model.geometry import Roi

_REACH_PX = 14
"""On the screen: so near to a line it is meant."""
_SET = "Draw the region in which the endpoints of this site are taken"
_ON_BASELINE = "The region is drawn on the site's first picture and carried to this one"


class ReviewPicture(QWidget):
    """Shows one capture; opacity and switches stay from one to the next."""

    pointed = Signal(object)
    drawn = Signal(object)
    """Annotations after a gesture."""
    wrinkle_pressed = Signal(int)
    """Index of the wrinkle whose line was pressed."""
    region_accepted = Signal(object)
    """The `Roi` in which the site is measured from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ImageView()
        self.annotations = AnnotationLayer(self.view)
        self.tools = AnnotationBar(self.annotations)
        self.heat_map = IconButton("heat-map", "Show depth as colours (H)", "Depth")
        self.wrinkles = IconButton("wrinkles", "Show the centre lines of the wrinkles (W)", "Wrinkles")
        self.region = IconButton("region", "Show the region in which endpoints are taken (R)")
        self.set_region = IconButton("region-edit", _SET)
        self.region_row = RegionRow(self.view)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.fit = IconButton("fit", "Whole picture or one to one (0)")
        self.colour_bar = ColourBar()
        self.read_out = ReadOut(self.view)
        self.preview_mark = CornerMark(self.view, self.heat_map.isChecked)
        self._shown: Looking | None = None
        self._set_up()
        self._lay_out()

    def _set_up(self) -> None:
        for button, key in ((self.heat_map, "H"), (self.wrinkles, "W"), (self.region, "R")):
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
        self.region.toggled.connect(self._show_layers)
        self.set_region.clicked.connect(self.region_row.begin)
        self.region_row.accepted.connect(self.region_accepted)
        self.fit.clicked.connect(lambda: self.view.toggle_fit())
        self.view.pointed.connect(self.pointed)
        self.view.clicked.connect(self._press)
        self.annotations.changed.connect(self.drawn)
        self._show_layers()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.wrinkles)
        bar.addWidget(self.region)
        bar.addWidget(self.set_region)
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
        column.addWidget(self.region_row)
        column.addLayout(foot)

    def show_looking(self, looking: Looking) -> None:
        """Only what differs is handed on: a picture of the same capture keeps its zoom."""
        was, self._shown = self._shown, looking
        if was is None or was.photograph is not looking.photograph:
            self.view.set_picture(looking.photograph)
        if was is None or was.seen_depth is not looking.seen_depth:
            self._show_depth(looking)
        if was is None or was.measured is not looking.measured:
            items = looking.measured.measurement.items if looking.measured else ()
            self.view.set_outlines([wrinkle.centre_line for wrinkle in items])
            suspects = [index for index, wrinkle in enumerate(items) if wrinkle.is_pigment_suspect]
            words = [f"{wrinkle.label}{'?' if wrinkle.is_pigment_suspect else ''}" for wrinkle in items]
            self.view.outlines.set_numbers(words, suspects)
        self.region_row.show_looking(looking)
        self.set_region.setEnabled(looking.is_baseline and looking.measured is not None)
        self.set_region.setToolTip(_SET if looking.is_baseline else _ON_BASELINE)
        spacing = looking.measured.surface.spacing if looking.measured else None
        if not self._is_same_capture(was, looking):
            self.annotations.set_annotations((), spacing)
        self.annotations.set_annotations(looking.annotations, spacing)
        self._show_layers()

    def choose_wrinkle(self, index: int | None) -> None:
        """Let one wrinkle stand out."""
        self.view.outlines.choose(index)

    def _press(self, place: QPointF) -> None:
        outlines, reach = self.view.outlines, _REACH_PX / self.view.zoom
        index = outlines.nearest(self.view.to_scene(*self.view.row_col_at(place)), reach)
        if index is not None and self.wrinkles.isChecked():
            self.wrinkle_pressed.emit(index)

    @staticmethod
    def _is_same_capture(was: Looking | None, now: Looking) -> bool:
        keys = [looking.capture.identifier if looking and looking.capture else "" for looking in (was, now)]
        return keys[0] == keys[1]

    def _show_depth(self, looking: Looking) -> None:
        depth = looking.seen_depth
        is_measured = looking.depth is not None
        self.preview_mark.set_text("" if depth is None or is_measured else PREVIEW)
        self.view.set_layer(Layer.HEAT_MAP, depth.heat_map if depth else None)
        self.heat_map.setText("Shading" if depth is not None and depth.scale.title.startswith("Relative") else "Depth")
        scale = depth.scale if depth else None
        self.colour_bar.show_scale(
            Scale(scale.colours, scale.limit, scale.unit, scale.title, scale.kind, is_measured) if scale else None
        )

    def _show_layers(self) -> None:
        self.view.set_visible(Layer.HEAT_MAP, self.heat_map.isChecked())
        self.view.set_opacity(Layer.HEAT_MAP, self.opacity.value() / 100)
        self.view.outlines.set_visible(self.wrinkles.isChecked())
        region = self.region_row.proposed or _region_of(self._shown)
        self.view.set_frame(region if self.region.isChecked() else None)
        self.opacity.setEnabled(self.heat_map.isChecked())


def _region_of(looking: Looking | None) -> Roi | None:
    """Where the endpoints of what is seen are taken."""
    if looking is None or (looking.is_baseline and looking.region is not None):
        return looking.region if looking else None
    return looking.measured.measurement.roi if looking.measured else None
