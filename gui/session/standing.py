"""Where the capture of a visit stands, as frozen values. Free of Qt."""

from dataclasses import dataclass, field
from enum import StrEnum

from gui.session.chosen import Chosen
from gui.session.plan import Plan, Shot
from imaging.model.arrays import Pixels
from imaging.model.visit import Capture, Override


class Phase(StrEnum):
    RESTING = "resting"
    """The page is not open, or no visit is chosen."""
    AIMING = "aiming"
    SHOOTING = "shooting"
    """From the shutter until the originals are in the archive."""
    LOOKING = "looking"
    """The picture just taken stays; it is accepted by itself unless somebody retakes it."""


@dataclass(frozen=True, eq=False)
class Taken:
    """A shot that is in the archive, and the picture to show of it."""

    capture: Capture
    picture: Pixels


@dataclass(frozen=True, eq=False)
class SitePictures:
    """What is known of a site from earlier."""

    baseline: Pixels | None = None
    """The ghost."""
    last: Pixels | None = None
    """Of the visit before this one."""
    last_caption: str = ""


@dataclass(frozen=True, eq=False)
class Answers:
    """What is asked at a visit because no picture shows it. None: not answered yet."""

    is_skin_clean: bool | None = None
    minutes_since_washing: float | None = None
    temperature_c: float | None = None
    humidity_pct: float | None = None
    excused: tuple[Override, ...] = ()
    """Gates of the kind `warn` that were red, with the reason; it holds for the whole visit."""

    @property
    def is_complete(self) -> bool:
        return self.is_skin_clean is not None


@dataclass(frozen=True, eq=False)
class Standing:
    """One moment of the capture page."""

    phase: Phase = Phase.RESTING
    chosen: Chosen = field(default_factory=Chosen)
    plan: Plan = field(default_factory=lambda: Plan((), (), 0, 0))
    shot: Shot | None = None
    """The picture to take now; None when nothing is left to take."""
    taken: Taken | None = None
    """The picture that stays while `phase` is LOOKING."""
    pictures: SitePictures = field(default_factory=SitePictures)
    answers: Answers = field(default_factory=Answers)
    is_seating: bool = False
    """A simulated patient is sitting down for this shot; the picture still shows the one before."""
    is_automatic: bool = True
    """The shutter fires by itself when all gates stay green."""
