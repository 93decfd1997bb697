"""What a day knows that no archive does: who has arrived, what was answered about skin and room. Free of Qt.

Kept in a small file, so that a window that was closed, or a computer that went out, goes on where it was. Codes of
the archive only: no names, no subject codes.
"""

import json
from collections.abc import Callable
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
    arrivals: dict[str, datetime] = field(default_factory=dict)
    """Identifier of a subject -> when."""
    answers: dict[str, Answers] = field(default_factory=dict)
    """By identifier of a visit."""

    def __post_init__(self) -> None:
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            self._take(json.loads(self.path.read_text(encoding="utf-8")) if self.path else {})

    def arrive(self, subject_id: str) -> None:
        """A second call changes nothing."""
        if subject_id not in self.arrivals:
            self.arrivals[subject_id] = self.now()
            self.keep()

    def leave(self, subject_id: str) -> None:
        if self.arrivals.pop(subject_id, None) is not None:
            self.keep()

    def answer(self, visit_id: str, answers: Answers) -> None:
        self.answers[visit_id] = answers
        self.keep()

    @property
    def climate(self) -> tuple[float, float] | None:
        """Temperature in °C and humidity in % as entered last: one room, one half-day."""
        known = [(a.temperature_c, a.humidity_pct) for a in self.answers.values()]
        return next(((t, h) for t, h in reversed(known) if t is not None and h is not None), None)

    def keep(self) -> None:
        """A place that may not be written keeps nothing; the day goes on."""
        if self.path is None:
            return
        values = {
            "day": self._today(),
            "arrivals": {key: at.isoformat() for key, at in self.arrivals.items()},
            "answers": {key: asdict(answers) for key, answers in self.answers.items()},
        }
        with suppress(OSError, ArchiveError):
            write_whole(self.path, json.dumps(values, indent=1).encode(), ArchiveError)

    def _take(self, values: dict[str, Any]) -> None:
        """Only what is of today."""
        if values.get("day") != self._today():
            return
        self.arrivals = {key: datetime.fromisoformat(at) for key, at in values["arrivals"].items()}
        self.answers = {key: _answers(known) for key, known in values["answers"].items()}

    def _today(self) -> str:
        return self.now().astimezone().date().isoformat()


def _answers(known: dict[str, Any]) -> Answers:
    excused = tuple(Override(**one) for one in known.pop("excused"))
    return Answers(**known, excused=excused)
