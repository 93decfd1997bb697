"""Every gate while it is red, on the real page with the simulated camera: one sheet. `make pictures`.

Each picture must be readable as an instruction: what is wrong, and what to do.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui.app import Station, build_window
from gui.main_window import MainWindow
from gui.session.capture.standing import Answers, Phase
from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.model.arrays import Pixels
from imaging.model.camera import CameraInfo
from imaging.model.frame import ControlReading, Frame
from imaging.model.reading import GateState
from tests.pictures.__main__ import SETTLED, SITES, Wall, fill, station_on, wait_for

Spoil = Callable[[Frame], Frame]
GOOD = Answers(True, 30.0, 21.0, 50.0)
COLUMNS = 3
TILE_COLS = 640
_PATIENCE_S, _FADING_S = 60.0, 6.0


def at_ten() -> timedelta:
    """From now to ten o'clock, when the baseline was taken, whatever the time is."""
    now = datetime.now(UTC)
    return now.replace(hour=10, minute=0) - now


def as_it_is(frame: Frame) -> Frame:
    return frame


class SpoiltCamera(SimulatedCamera):
    """What it delivers can be made bad in one way."""

    spoil: Spoil = staticmethod(as_it_is)
    is_builtin = False

    @property
    def info(self) -> CameraInfo:
        return replace(super().info, is_builtin=self.is_builtin)

    def grab(self, timeout_s: float) -> Frame:
        return self.spoil(super().grab(timeout_s))


@dataclass
class Scene:
    """What the world is like while one gate is red."""

    gate: str
    spoil: Spoil = as_it_is
    answers: Answers = GOOD
    after: timedelta = SETTLED
    """Since the subject arrived."""


def seen(change: Callable[[Pixels], Pixels]) -> Spoil:
    """Only the pixels are other ones."""
    return lambda frame: replace(frame, pixels=np.ascontiguousarray(change(frame.pixels)))


def held(right_px: float = 0.0, turned_deg: float = 0.0, size: tuple[float, float] = (1.0, 1.0)) -> Spoil:
    """Moved, turned and stretched about the middle; (across, down) for the size."""

    def move(pixels: Pixels) -> Pixels:
        rows, cols = pixels.shape[:2]
        angle = np.radians(turned_deg)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag(size)
        middle = np.array([cols / 2, rows / 2])
        matrix = np.column_stack([turn, middle - turn @ middle + [right_px, 0]])
        return np.asarray(cv2.warpAffine(pixels, matrix, (cols, rows), borderMode=cv2.BORDER_REFLECT_101))

    return seen(move)


def shining(share: float, colour: tuple[int, int, int]) -> Spoil:
    """Small bright spots over a share of the picture, as from sweat."""

    def shine(pixels: Pixels) -> Pixels:
        rows, cols = pixels.shape[:2]
        spots, veil = np.random.default_rng(3), np.zeros((rows, cols), np.float32)
        while veil.mean() < share:
            at = int(spots.integers(cols // 5, 4 * cols // 5)), int(spots.integers(rows // 5, 4 * rows // 5))
            cv2.circle(veil, at, cols // 160, 1.0, -1)
        soft = cv2.GaussianBlur(veil, (0, 0), 0.8)[..., None]
        return np.asarray(pixels * (1 - soft) + np.array(colour) * soft, dtype=np.uint8)

    return seen(shine)


def _jitter() -> Spoil:
    """From frame to frame it jumps to and fro."""
    return lambda frame: held(right_px=9.0 if frame.sequence % 2 else 0.0)(frame)


def _refused(frame: Frame) -> Frame:
    others = tuple(control for control in frame.controls if control.name != "exposure")
    return replace(frame, controls=(*others, ControlReading("exposure", asked=156, read_back=312)))


SCENES = (
    Scene("site"),
    Scene("calibration"),
    Scene("skin", answers=replace(GOOD, is_skin_clean=False)),
    Scene("settings", _refused),
    Scene("focus", seen(lambda p: cv2.GaussianBlur(p, (0, 0), 7))),
    Scene("place"),
    Scene("scale", held(size=(1.03, 1.03))),
    Scene("pose", held(right_px=150)),
    Scene("expression", held(size=(1.022, 0.978))),
    Scene("glare", shining(0.035, (240, 236, 232))),
    Scene("clipping", shining(0.012, (255, 178, 150))),
    Scene("motion", _jitter()),
    Scene("acclimatisation", after=timedelta(minutes=4)),
    Scene("climate", answers=replace(GOOD, temperature_c=25.0)),
    Scene("time-of-day", after=timedelta(hours=5)),
    Scene("replicates"),
    # The station itself mends an exposure, by a step that stays: this one comes last.
    Scene("exposure", seen(lambda p: cv2.convertScaleAbs(p, alpha=0.3))),
)


class Gallery:
    """The window, one subject at the last visit, the shutter by hand."""

    def __init__(self, app: QApplication, archive: Path, theme: str, size: tuple[int, int]) -> None:
        self.wall = Wall(ahead=at_ten())
        self._arrived = self.wall.ahead
        self.is_expired = False
        self.window: MainWindow = build_window(app, self._station(archive, theme))
        self.window.resize(*size)
        self.window.show()

    def _station(self, archive: Path, theme: str) -> Station:
        plain = station_on(archive, theme, self.wall)

        def open_camera(_identity: str) -> tuple[SimulatedCamera, object]:
            self.camera = SpoiltCamera(Population(seed=1, subjects=2), sway=0.1)
            return self.camera, self.camera.lights

        def calibration(identity: str) -> object:
            known = plain.calibration(identity)
            if known is None or known.scale is None or not self.is_expired:
                return known
            past = replace(known.scale.validity, valid_until=date(2020, 1, 1))
            return replace(known, scale=replace(known.scale, validity=past))

        return replace(plain, open_camera=open_camera, calibration=calibration)

    def enter(self) -> None:
        run = self.window._run
        second = run.visit.subjects()[1]
        run.visit.arrive(second)
        self.wall.ahead = self._arrived + SETTLED
        run.visit.choose_subject(second)
        run.visit.start_visit(4)
        run.capture.set_automatic(False)
        run.capture.answer(GOOD)
        self.window.go_to("capture")
        wait_for(lambda: run.capture.standing.phase is Phase.AIMING and bool(self._readings()), _PATIENCE_S)

    def show(self, scene: Scene) -> QImage:
        """The page once the gate's own instruction is the one that is told."""
        run = self.window._run
        self.wall.ahead, self.camera.spoil = self._arrived + scene.after, scene.spoil
        self.is_expired, self.camera.is_builtin = scene.gate == "calibration", scene.gate == "site"
        code = run.visit.chosen.subject.code if run.visit.chosen.subject else ""
        run.devices.aim(Target(code, SITES[1 if scene.gate == "place" else 0], 4, 1))
        run.capture.answer(scene.answers)
        spreads = {SITES[0]: 7.4} if scene.gate == "replicates" else {}
        run.visit.chosen = replace(run.visit.chosen, spreads=spreads)
        run.visit.changed.emit(run.visit.chosen)
        self.window.strip.clear()
        try:
            wait_for(lambda: self._is_told(scene.gate), _PATIENCE_S)
        except TimeoutError as error:
            red = [f"{r.gate}: {r.instruction}" for r in self._readings() if r.state is GateState.RED]
            raise TimeoutError(f"The gate {scene.gate} is not the one that is told. Red are {red}") from error
        with suppress(TimeoutError):  # lamps of the scene before
            wait_for(lambda: self._is_alone(scene.gate), _FADING_S)
        return self.window.grab().toImage()

    def _readings(self) -> tuple:
        view = self.window._run.devices.newest()
        return view.guidance.readings if view is not None else ()

    def _is_alone(self, gate: str) -> bool:
        return self._is_told(gate) and [r.gate for r in self._readings() if r.state is GateState.RED] == [gate]

    def _is_told(self, gate: str) -> bool:
        view = self.window._run.devices.newest()
        red = next((r for r in self._readings() if r.gate == gate and r.state is GateState.RED), None)
        shown = self.window.pages["capture"].stage.live._cue.instruction
        return red is not None and view is not None and view.guidance.instruction == red.instruction == shown


def sheet(pictures: list[QImage]) -> QImage:
    """All of them side by side, small enough to show that they are still read."""
    tiles = [one.scaledToWidth(TILE_COLS, Qt.TransformationMode.SmoothTransformation) for one in pictures]
    rows, gap = tiles[0].height(), 12
    lines = -(-len(tiles) // COLUMNS)
    made = QImage(COLUMNS * (TILE_COLS + gap) - gap, lines * (rows + gap) - gap, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.gray)
    painter = QPainter(made)
    for number, tile in enumerate(tiles):
        at = (number % COLUMNS) * (TILE_COLS + gap), (number // COLUMNS) * (rows + gap)
        painter.drawImage(QRect(*at, TILE_COLS, rows), tile)
    painter.end()
    return made


def save_gates(app: QApplication, archive: Path, target: Path, look: tuple[str, tuple[int, int]]) -> None:
    """One sheet of a filled archive, in a theme and a size of the window (cols, rows)."""
    gallery = Gallery(app, archive, *look)
    gallery.enter()
    shown = [gallery.show(scene) for scene in SCENES]
    gallery.window.close()
    sheet(shown).save(str(target), "JPG", 88)


def main(target: Path, theme: str = "light", size: tuple[int, int] = (1366, 768)) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    with tempfile.TemporaryDirectory() as scratch:
        fill(Path(scratch) / "archive")
        save_gates(app, Path(scratch) / "archive", target, (theme, size))


if __name__ == "__main__":
    given = sys.argv[1:]
    cols_rows = tuple(int(n) for n in given[2].split("x")) if len(given) > 2 else (1366, 768)
    main(Path(given[0]), *given[1:2], size=cols_rows)  # type: ignore[arg-type]
