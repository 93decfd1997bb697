"""How far a device's calibration may be trusted on a day, and how it drifted: values for screens and exports."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from imaging.model.calibration import Check

StateName = Literal["uncalibrated", "verified", "expiring", "expired", "failed", "doubtful"]


@dataclass(frozen=True)
class SectionState:
    """One section of a device file on a day.

    Parameters
    ----------
    section : "scale", "lights", "flat_field", "colour" or "depth"
    name : "uncalibrated" when the section was not made
    sentence : what to show beside its name
    last_check : of its newest verification what came nearest to its limit; None when it was only made
    """

    section: str
    name: StateName
    sentence: str
    made_on: date | None = None
    valid_until: date | None = None
    last_check: Check | None = None


@dataclass(frozen=True)
class CalibrationState:
    """A device on a day, or a capture for good.

    Parameters
    ----------
    name : "uncalibrated" (no device file, or one without scale), "verified", "expiring" (its last day is today or
        tomorrow), "expired", "failed" (a check was off its limit and has not passed since) or "doubtful" (a capture
        taken between the last pass and a failed check)
    sentence : one plain sentence for every page and export
    sections : in the order of `SECTIONS` of `imaging.calibration.verification`
    """

    name: StateName
    sentence: str
    sections: tuple[SectionState, ...] = ()

    @property
    def is_trusted(self) -> bool:
        """Nothing has to be said beside a number; an announced expiry is for the technician, not for the reader."""
        return self.name in ("verified", "expiring")


@dataclass(frozen=True)
class DriftPoint:
    """One check in a drift chart; `is_new`: the section was made anew, deviations count from here."""

    at: datetime
    value: float
    passed: bool
    is_new: bool


@dataclass(frozen=True)
class DriftSeries:
    """One line of a drift chart.

    Parameters
    ----------
    section : of the device file
    quantity : "" when the section has only one, else for example "level"
    limit : largest deviation that passes, either sign
    points : oldest first
    """

    section: str
    quantity: str
    unit: str
    limit: float
    points: tuple[DriftPoint, ...]
