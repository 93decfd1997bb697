"""The station's settings: look, camera, lights, archive, automatic shutter."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPushButton, QWidget

from gui.dialogs.camera_controls import CameraControlsDialog
from gui.dialogs.form import ChoiceRow, FormDialog
from gui.session.capture.hands import TAKEN_KEYS
from gui.session.devices import DeviceSession
from gui.session.study import StudySession
from gui.widgets.key_catcher import KeyCatcher
from gui.widgets.rows import side_by_side
from imaging.model.camera import CameraInfo
from imaging.model.lights import LightsChoice

_THEMES = {"system": "As the computer", "light": "Light", "dark": "Dark"}

_PACES = {"4": "Quickly", "8": "As usual", "16": "With care"}
"""Frames in a row on which all gates are green."""

_WIDTH = 760
REPLACE_CAMERA = 5
"""Result of the dialog: kept as it stands, and on to "Replace camera"."""


class SettingsDialog(FormDialog):
    """Everything takes effect with "Save"."""

    def __init__(self, study: StudySession, devices: DeviceSession, parent: QWidget | None = None) -> None:
        super().__init__("Settings", "", "Save", parent)
        self.setMinimumWidth(_WIDTH)
        self._study = study
        self._devices = devices
        study.failed.connect(self.say)
        self._add_theme()
        self._add_camera()
        self._add_lights()
        self._add_archive()
        self.frames = ChoiceRow(_PACES)
        if str(study.settings.auto_shutter_frames) in _PACES:
            self.frames.choose(str(study.settings.auto_shutter_frames))
        self.add_field("Automatic shutter fires", self.frames)
        self._add_pedal()

    def what_is_wrong(self) -> str:
        if self.camera.currentText() and not self.camera_identity():
            return "Choose a camera."
        if self.pedal.key in TAKEN_KEYS:
            return (
                f"The key {self.pedal.key} does something else while pictures are taken: set the pedal to another one."
            )
        return self._devices.lights.what_is_wrong(self.lights_line())

    def camera_identity(self) -> str:
        """Identity of the camera chosen, or what was typed: a video file or the address of a stream."""
        text = self.camera.currentText().strip()
        index = self.camera.findText(text)
        return str(self.camera.itemData(index)) if index >= 0 else text

    def lights_line(self) -> str:
        """The lights chosen, or what was typed, as the settings keep them."""
        text = self.lights.currentText().strip()
        index = self.lights.findText(text)
        return str(self.lights.itemData(index)) if index >= 0 else text or self._devices.lights.line

    def use(self) -> bool:
        wanted = replace(
            self._study.settings,
            theme=self.theme.answer or "system",
            pedal=self.pedal.key,
            auto_shutter_frames=int(self.frames.answer or self._study.settings.auto_shutter_frames),
        )
        self._study.remember(wanted)
        if self.camera_identity():
            self._devices.choose(self.camera_identity())
        self._devices.choose_lights(self.lights_line())
        folder = self.archive.text().strip()
        is_new = folder and (self._study.archive is None or Path(folder) != self._study.archive.path)
        return self._study.open(Path(folder)) if is_new else True

    def _add_pedal(self) -> None:
        self.pedal = KeyCatcher("Press here, then the pedal", "Press the pedal now (Esc: leave it)")
        self.pedal.set_key(self._study.settings.pedal)
        row = side_by_side(self.pedal, _button("Forget", lambda: self.pedal.set_key("")))
        self.add_field("Pedal: the key it sends takes the picture, as Space and the camera's button do", row)
        self.pedal.setAccessibleName("Pedal")

    def _add_theme(self) -> None:
        self.theme = ChoiceRow(_THEMES)
        self.theme.choose(self._study.settings.theme)
        self.add_field("Look", self.theme)

    def _add_camera(self) -> None:
        self.camera = QComboBox()
        self.camera.setEditable(True)
        self.camera.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.camera.setEditText(self._devices.identity or "")
        self.search = _button("Search again", self._devices.find, self._devices.lights.find)
        self.set_camera = _button("Controls…", self._ask_for_controls)
        self.set_camera.setEnabled(self._devices.identity is not None)
        self.replace_camera = _button("Replace…", self._go_on_to_replace)
        self.replace_camera.setToolTip("Keeps these settings and goes on to: another camera takes this one's place")
        self.replace_camera.setEnabled(self._study.archive is not None)
        row = side_by_side(self.camera, self.search, self.set_camera, self.replace_camera)
        self.add_field("Camera", row, "A camera found here, a video file, or the address of a stream (http://…).")
        self.camera.setAccessibleName("Camera")
        self._devices.found.connect(self._show_cameras)
        self._devices.find()

    def _go_on_to_replace(self) -> None:
        if self.say(self.what_is_wrong()) and self.use():
            self.done(REPLACE_CAMERA)

    def _ask_for_controls(self) -> None:
        """Of the camera that is used now, not of one that is only looked at in the list."""
        self.controls = CameraControlsDialog(self._devices, self)
        self.controls.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.controls.open()

    def _add_lights(self) -> None:
        self.lights = QComboBox()
        self.lights.setEditable(True)
        self.lights.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.lights.setEditText(self._devices.lights.line)
        hint = "A light controller is known again by its USB device. A port may be typed: serial:COM3."
        self.add_field("Lights", self.lights, hint)
        self._devices.lights.found.connect(self._show_lights)
        self._devices.lights.find()

    def _add_archive(self) -> None:
        folder = self._study.archive.path if self._study.archive else ""
        self.archive = QLineEdit(str(folder))
        self.add_field("Archive folder", side_by_side(self.archive, _button("Browse…", self._browse)))
        self.archive.setAccessibleName("Archive folder")

    def _show_cameras(self, cameras: tuple[CameraInfo, ...]) -> None:
        self.camera.clear()
        for info in cameras:
            builtin = " · built into the computer" if info.is_builtin else ""
            self.camera.addItem(f"{info.name} · {info.identity}{builtin}", info.identity)
        index = self.camera.findData(self._devices.identity, Qt.ItemDataRole.UserRole)
        if index >= 0:
            self.camera.setCurrentIndex(index)
        else:
            self.camera.setEditText(self._devices.identity or "")
        _show_beginning(self.camera)

    def _show_lights(self, choices: tuple[LightsChoice, ...]) -> None:
        chosen = self.lights_line()
        self.lights.clear()
        for choice in choices:
            self.lights.addItem(choice.title, choice.line)
        index = self.lights.findData(chosen, Qt.ItemDataRole.UserRole)
        if index >= 0:
            self.lights.setCurrentIndex(index)
        else:
            self.lights.setEditText(chosen)
        _show_beginning(self.lights)

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Archive folder", self.archive.text())
        if folder:
            self.archive.setText(folder)


def _button(word: str, *acts: Callable[[], object]) -> QPushButton:
    """One that Return in a field does not press."""
    made = QPushButton(word)
    made.setAutoDefault(False)
    for act in acts:
        made.clicked.connect(lambda _checked=False, act=act: act())
    return made


def _show_beginning(combo: QComboBox) -> None:
    """Of a text that is longer than its field."""
    line = combo.lineEdit()
    if line is not None:
        line.setCursorPosition(0)
