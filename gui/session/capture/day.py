"""What a day knows that no archive does: who has arrived, what was answered about skin and room. Free of Qt.

Kept in a small file, so that a window that was closed, or a computer that went out, goes on where it was. Codes of
the archive only: no names, no subject codes.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from gui.session.capture.standing import Answers
from imaging.errors import ArchiveError
from imaging.files import write_whole
from imaging.model.visit import Override


@dataclass
class Day:
    """Of one station, on one day; tomorrow it begins empty.

    Parameters
    ----------
    path : None remembers nothing beyond this run
    now : the clock on the wall
    """

    path: Path | None
    now: Callable[[], datetime]
    _arrivals: dict[str, datetime] = field(default_factory=dict)
    _answers: dict[str, Answers] = field(default_factory=dict)
    _climate: tuple[str, float, float] | None = None
    """Half-day, temperature in °C and humidity in %."""
    _day: str = ""

    def __post_init__(self) -> None:
        self._day = self._today()
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            self._take(json.loads(self.path.read_text(encoding="utf-8")) if self.path else {})

    @property
    def arrivals(self) -> Mapping[str, datetime]:
        """Identifier of a subject -> when."""
        self._turn_the_page()
        return self._arrivals

    @property
    def answers(self) -> Mapping[str, Answers]:
        """By identifier of a visit."""
        self._turn_the_page()
        return self._answers

    def arrive(self, subject_id: str) -> None:
        """A second call changes nothing."""
        if subject_id not in self.arrivals:
            self._arrivals[subject_id] = self.now()
            self.keep()

    def leave(self, subject_id: str) -> None:
        if self._arrivals.pop(subject_id, None) is not None:
            self.keep()

    def answer(self, visit_id: str, answers: Answers) -> None:
        self._turn_the_page()
        self._answers[visit_id] = answers
        if answers.temperature_c is not None and answers.humidity_pct is not None:
            self._climate = (self._half_day(), answers.temperature_c, answers.humidity_pct)
        self.keep()

    @property
    def climate(self) -> tuple[float, float] | None:
        """Temperature in °C and humidity in % as entered last: one room, one half-day."""
        known = self._climate
        return known[1:] if known is not None and known[0] == self._half_day() else None

    def keep(self) -> None:
        """A place that may not be written keeps nothing; the day goes on."""
        if self.path is None:
            return
        values = {
            "day": self._today(),
            "arrivals": {key: at.isoformat() for key, at in self.arrivals.items()},
            "answers": {key: asdict(answers) for key, answers in self.answers.items()},
            "climate": self._climate,
        }
        with suppress(OSError, ArchiveError):
            write_whole(self.path, json.dumps(values, indent=1).encode(), ArchiveError)

    def _take(self, values: dict[str, Any]) -> None:
        """Only what is of today."""
        if values.get("day") != self._today():
            return
        self._arrivals = {key: datetime.fromisoformat(at) for key, at in values["arrivals"].items()}
        self._answers = {key: _answers(known) for key, known in values["answers"].items()}
        half_day, temperature_c, humidity_pct = values.get("climate") or ("", 0, 0)
        self._climate = (str(half_day), float(temperature_c), float(humidity_pct))

    def _turn_the_page(self) -> None:
        """A window that stays open over night begins the next day empty, too."""
        if self._day != self._today():
            self._day, self._climate = self._today(), None
            self._arrivals.clear()
            self._answers.clear()

    def _half_day(self) -> str:
        return f"{self.now().astimezone():%Y-%m-%d %p}"

    def _today(self) -> str:
        return self.now().astimezone().date().isoformat()


def _answers(known: dict[str, Any]) -> Answers:
    excused = tuple(Override(**one) for one in known.pop("excused"))
    return Answers(**known, excused=excused)
