"""Below the live picture: ghost, automatic shutter, retake, not done, and the large shutter."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSlider, QWidget

from gui.pages.capture.state import State
from gui.session.capture.live_map import LiveMapState
from gui.widgets.buttons import IconButton, WordButton
from gui.widgets.words import labelled


class Controls(QWidget):
    """Every button says its key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ghost = QSlider(Qt.Orientation.Horizontal)
        self.ghost.setRange(0, 100)
        self.ghost.setValue(40)
        self.ghost.setFixedWidth(64)
        self.ghost.setAccessibleName("Opacity of the ghost")
        self.automatic = QCheckBox("Auto (A)")
        self.live_map = IconButton("heat-map", _MAP_TIP)
        self.live_map.setCheckable(True)
        self.automatic.setToolTip("The picture is taken by itself while all gates stay green (A)")
        self.sounds = IconButton("sound", "")
        self.retake = WordButton("Retake (⌫)", icon_name="retake")
        self.skip = WordButton("Not done (S)", icon_name="skip")
        self.shutter = WordButton("Take picture (Space)", "large")
        self._ghost_words = labelled("Ghost", "")
        self._lay_out()

    def show_state(self, state: State) -> None:
        is_aiming = state.mode == "aiming"
        is_lighting = state.mode == "lighting"
        self.retake.setEnabled(state.can_retake or is_lighting)
        self.retake.setText("Stop (⌫)" if is_lighting else "Retake (⌫)")
        self.skip.setEnabled(is_aiming)
        self.shutter.setEnabled(state.mode in ("aiming", "looking", "lighting"))
        self.shutter.setText(_SHUTTER_WORDS.get(state.mode, "Take picture (Space)"))
        self.automatic.setChecked(state.is_automatic)

    def show_sounds(self, is_on: bool) -> None:
        self.sounds.set_icon("sound" if is_on else "sound-off")
        words = "Sounds are on: mute them (M)" if is_on else "Sounds are off: let them be heard (M)"
        self.sounds.setToolTip(words)
        self.sounds.setAccessibleName(words)

    def show_map(self, state: LiveMapState) -> None:
        """Pressed while the map is shown; the tip says why where it cannot be."""
        self.live_map.setChecked(state.is_on)
        self.live_map.setToolTip(state.why_not or _MAP_TIP)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._ghost_words)
        row.addWidget(self.ghost)
        row.addWidget(self.automatic)
        row.addWidget(self.live_map)
        row.addWidget(self.sounds)
        row.addStretch(1)
        row.addWidget(self.skip)
        row.addWidget(self.retake)
        row.addWidget(self.shutter)
        self.shutter.setMinimumWidth(236)
        for button in (self.live_map, self.sounds, self.skip, self.retake, self.shutter):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)


_MAP_TIP = "Lay the relative shading of furrows over the live picture as colours (H)"
_SHUTTER_WORDS = {
    "shooting": "Taking the picture …",
    "lighting": "It is on (Space)",
    "looking": "Keep it (Space)",
}
