"""How the camera is to be set: by the station, by a protocol, by a site's baseline; and what it refuses."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.study import StudySession
from imaging.camera.device import Camera, LightController
from imaging.capture.exposing import FoundExposure, find_exposure
from imaging.capture.requests import answer_of
from imaging.model.exposure import EXPOSURE, counts_in_octaves
from imaging.model.frame import ControlReading
from imaging.model.geometry import Roi

Ask = Callable[[Callable[[Camera, LightController], Any]], "Future[Any] | None"]
TITLES = {
    "exposure": "Exposure",
    "white_balance": "White balance",
    "gain": "Gain",
    "focus": "Focus",
    "gamma": "Gamma",
    "sharpness": "Sharpness",
}
"""What a control is called on screen, in the order in which they are shown."""
ANY = ""
"""Whichever camera is open."""


@dataclass(frozen=True)
class ControlRow:
    """One control for the screen.

    Parameters
    ----------
    wanted : what was asked last; None where nothing was
    tone : of `words`: "good", "warn" or "bad"
    """

    name: str
    title: str
    wanted: float | None
    read_back: float | None
    minimum: float | None
    maximum: float | None
    words: str
    tone: str
    unit: str = ""


class ControlsSession(QObject):
    """Values by control; asked again at every opening, and after every replug."""

    failed = Signal(str)
    found = Signal(object)
    """An exposure was found, a `FoundExposure`; it is kept as the station's."""

    def __init__(self, study: StudySession, ask: Ask, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._ask = ask
        self._tasks = Tasks(self, workers=1)
        self._site: tuple[str, dict[str, float]] = ("", {})
        """Identity of a camera, and how it is to be set for what is aimed at."""

    def of_station(self, identity: str | None) -> dict[str, float]:
        """What a technician set for a camera; baselines and protocols come before it."""
        return dict(self._study.settings.controls.get(identity or "", {}))

    def replay(self, identity: str, controls: Sequence[ControlReading]) -> None:
        """Set a camera as it was when these were read; the gate "camera settings" says whether it holds them."""
        self.set_for(identity, {c.name: c.read_back for c in controls if c.read_back is not None})

    def set_for(self, identity: str, wanted: Mapping[str, float]) -> None:
        """Set a camera for what is aimed at; another camera is left alone, unless `identity` is ANY."""
        if (identity, dict(wanted)) != self._site:
            self._site = identity, dict(wanted)
            self.apply()

    def keep(self, name: str, value: float) -> None:
        """This is so already: ask it again whenever the camera is opened."""
        self._site[1][name] = value

    def apply(self) -> None:
        """Ask the camera for everything that is wanted of it; it is told again by the feed after every replug."""
        identity, wanted = self._site

        def verb(camera: Camera, _lights: LightController) -> object:
            own = self.of_station(camera.info.identity)
            own |= wanted if identity in (ANY, camera.info.identity) else {}
            return camera.apply(own) if own else None

        self._ask(verb)

    def choose(self, identity: str, name: str, value: float) -> None:
        """A technician sets a control of the camera that is chosen, from now on."""
        mine = {**self.of_station(identity), name: value}
        settings = self._study.settings
        self._study.remember(replace(settings, controls={**settings.controls, identity: mine}))
        self.set_now({name: value})

    def set_now(self, wanted: Mapping[str, float]) -> None:
        asked = dict(wanted)
        self._ask(lambda camera, _: camera.apply(asked))

    def forget(self, identity: str) -> None:
        """Nothing is wanted of this camera any more, by the station."""
        settings = self._study.settings
        left = {key: values for key, values in settings.controls.items() if key != identity}
        self._study.remember(replace(settings, controls=left))

    def find_exposure(self, roi: Roi | None = None) -> "Future[FoundExposure] | None":
        """Find it on the skin that lies under the camera; None while there is no camera."""
        return self._ask(lambda camera, _: find_exposure(camera, roi))

    def find_for_station(self, identity: str) -> None:
        """Find it, and keep it as the station's; `found` or `failed` follows."""
        coming = self.find_exposure()

        def keep(found: FoundExposure) -> None:
            if found.control.read_back is not None:
                self.choose(identity, EXPOSURE, found.control.read_back)
            self.found.emit(found)

        self._tasks.run("find", lambda: answer_of(coming), keep, self.failed.emit)

    def close(self) -> None:
        self._tasks.close()


def control_rows(readings: Sequence[ControlReading]) -> tuple[ControlRow, ...]:
    """What a technician sees of a camera's controls: those it has in the table's order, then those it has not."""
    known = {reading.name: reading for reading in readings}
    return tuple(_row(name, known.get(name)) for name in TITLES)


def refused_words(readings: Sequence[ControlReading]) -> str:
    """One plain sentence about what the camera does not do; empty when it does all that was asked."""
    refused = [f"{_title(r.name).lower()} ({_difference(r)})" for r in readings if not r.is_held]
    return f"The camera refuses {' and '.join(refused)}." if refused else ""


def _title(name: str) -> str:
    return TITLES.get(name, name.replace("_", " ").capitalize())


def _difference(reading: ControlReading) -> str:
    if reading.read_back is None:
        return "it has none"
    if reading.is_automatic:
        return "it stays automatic"
    return f"asked {reading.asked:g}, reads {reading.read_back:g}"


def _row(name: str, reading: ControlReading | None) -> ControlRow:
    if reading is None or reading.read_back is None:
        asked = reading.asked if reading is not None else None
        words = ("Not there: nothing to set", "") if asked is None else ("Refused: it has none", "bad")
        return ControlRow(name, _title(name), asked, None, None, None, *words)
    words = _state_words(reading)
    unit = _unit(reading)
    return ControlRow(
        name, _title(name), reading.asked, reading.read_back, reading.minimum, reading.maximum, *words, unit
    )


def _state_words(reading: ControlReading) -> tuple[str, str]:
    if not reading.is_held:
        return f"Refused: {_difference(reading)}", "bad"
    if reading.asked is not None:
        return "Held as asked", "good"
    return ("Automatic: switched off with the first value", "warn") if reading.is_automatic else ("As found", "")


def _unit(reading: ControlReading) -> str:
    """Exposure alone has one that is known: steps of a factor 2, or 0.1 ms."""
    if reading.name == "white_balance":
        return "K"
    if reading.name != EXPOSURE:
        return ""
    return "octaves" if counts_in_octaves(reading) else "× 0.1 ms"
