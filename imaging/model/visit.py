"""Who came, when, and what was taken."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from imaging.model.calibration import DeviceCalibration
from imaging.model.frame import ControlReading, Encoding
from imaging.model.protocol import Laterality
from imaging.model.reading import GateReading


class ConsentAnswer(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ConsentUse(StrEnum):
    CARE = "care"
    TRIAL = "trial"
    TEACHING = "teaching"
    PUBLICATION = "publication"


@dataclass(frozen=True)
class Consent:
    use: ConsentUse
    answer: ConsentAnswer
    form_version: str
    given_on: date


@dataclass(frozen=True)
class Subject:
    """A person, by code. The name lives apart and never here."""

    identifier: str
    """uuid4 as text."""
    code: str
    birth_year: int | None
    consents: tuple[Consent, ...] = ()
    """The newest answer for each use."""
    sex: str | None = None
    """One of "female", "male" or "other"; None when not recorded."""
    phototype: str | None = None
    """Fitzpatrick "I" to "VI"; None when not recorded."""

    def allows(self, use: ConsentUse) -> bool:
        return any(c.use == use and c.answer == ConsentAnswer.GIVEN for c in self.consents)


@dataclass(frozen=True)
class Study:
    identifier: str
    code: str
    name: str
    protocol_code: str
    created_at: datetime


@dataclass(frozen=True)
class Visit:
    """One attendance of one subject in one study."""

    identifier: str
    subject_id: str
    study_id: str
    week: int | None
    """The planned week; None outside a plan."""
    started_at: datetime
    """UTC."""
    operator: str
    finished_at: datetime | None = None


@dataclass(frozen=True)
class SiteKey:
    """A site on a side: what a baseline, a ghost and an ROI belong to."""

    site: str
    laterality: Laterality

    def __str__(self) -> str:
        return f"{self.site}/{self.laterality.value}"


@dataclass(frozen=True)
class Original:
    """One immutable picture file of a capture."""

    sha256: str
    role: str
    """Either "frame", in the order of the lights, or "overview" (all lights on)."""
    light: str | None
    byte_count: int


@dataclass(frozen=True)
class Override:
    """A gate that was red and a person who shot all the same."""

    gate: str
    reason: str


@dataclass(frozen=True)
class CaptureFacts:
    """What is known about a shot besides its pictures."""

    visit_id: str
    site: SiteKey
    replicate: int
    """1..n within visit and site."""
    taken_at: datetime
    """UTC."""
    camera_identity: str
    camera_name: str
    readings: tuple[GateReading, ...] = ()
    overrides: tuple[Override, ...] = ()
    calibration: DeviceCalibration | None = None
    """The device file as it was when the picture was taken."""


@dataclass(frozen=True)
class Capture:
    """One archived shot. Where it belongs is its newest assignment: `site` here follows that."""

    identifier: str
    subject_id: str
    site: SiteKey
    facts: CaptureFacts
    operator: str
    originals: tuple[Original, ...]
    encoding: Encoding
    transport: str | None
    controls: tuple[ControlReading, ...] = ()
    is_accepted: bool = True
    """False: kept, but out of the endpoints (retaken, or overridden and not yet accepted)."""
    excluded_reason: str = ""
    doubt: str = ""
    """Why the calibration it was taken with is doubtful, until an investigator clears it; empty when it is not."""


@dataclass(frozen=True)
class Assignment:
    """From when on a capture belongs to a site; the newest counts."""

    capture_id: str
    site: SiteKey
    assigned_at: datetime
    operator: str
    reason: str = ""


@dataclass(frozen=True)
class Doubt:
    """That a capture's calibration came into doubt, or was cleared by a person; the newest counts."""

    capture_id: str
    is_doubtful: bool
    reason: str
    decided_at: datetime
    operator: str


@dataclass(frozen=True)
class NotDone:
    """A site that was left out at a visit, and why."""

    visit_id: str
    site: SiteKey
    reason: str
    noted_at: datetime
    operator: str
