"""The row below the picture that asks for the region of a site: accepted as proposed, or drawn."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from gui.session.looking import Looking
from gui.widgets.buttons import WordButton
from gui.widgets.image_view import ImageView
from gui.widgets.region_tool import RegionTool
from gui.widgets.rows import side_by_side
from gui.widgets.words import labelled
from imaging.model.geometry import Roi

PROPOSED = "Endpoints are taken in one region of this site, carried to every later picture. This one is proposed."
DRAWING = "Drag a corner, or the inside. Every picture of this site is measured anew in it."


class RegionRow(QFrame):
    """Seen on a baseline that has no region yet, and while one is drawn."""

    accepted = Signal(object)
    """The `Roi` to keep."""

    def __init__(self, view: ImageView) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._looking = Looking()
        self.tool = RegionTool(view)
        self.words = labelled("", "")
        self.words.setWordWrap(True)
        self.accept = WordButton("Accept region", "primary", "check")
        self.change = WordButton("Change it")
        self.cancel = WordButton("Cancel")
        row = side_by_side(self.words, self.accept, self.change, self.cancel, of=self)
        row.setContentsMargins(16, 8, 8, 8)
        self.accept.clicked.connect(self._accept)
        self.change.clicked.connect(self.begin)
        self.cancel.clicked.connect(self.end)
        self.hide()

    @property
    def proposed(self) -> Roi | None:
        """What may be accepted with one click; None where a region was drawn, or cannot be."""
        looking = self._looking
        picture = looking.photograph
        is_asked = looking.is_baseline and looking.region is None and looking.measured is not None
        return Roi.proposed(picture.shape) if is_asked and picture is not None else None

    def show_looking(self, looking: Looking) -> None:
        is_other = looking.capture is not self._looking.capture
        self._looking = looking
        if is_other or not looking.is_baseline:
            self.tool.end()
        self._show()

    def begin(self) -> None:
        """Draw it, from what is there."""
        start = self._looking.region or self.proposed
        if start is not None and self._looking.is_baseline:
            self.tool.begin(start)
        self._show()

    def end(self) -> None:
        self.tool.end()
        self._show()

    def _accept(self) -> None:
        region = self.tool.region if self.tool.is_on else self.proposed
        self.tool.end()
        self._show()
        if region is not None and region != self._looking.region:
            self.accepted.emit(region)

    def _show(self) -> None:
        is_drawing = self.tool.is_on
        self.words.setText(DRAWING if is_drawing else PROPOSED)
        self.change.setVisible(not is_drawing)
        self.cancel.setVisible(is_drawing)
        self.setVisible(is_drawing or self.proposed is not None)
