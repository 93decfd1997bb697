"""Where the capture of a visit stands, as frozen values. Free of Qt."""

from dataclasses import dataclass, field
from enum import StrEnum

from gui.session.capture.plan import Plan, Shot
from gui.session.chosen import Chosen
from imaging.camera.light_choice import MANUAL, NONE
from imaging.model.arrays import Pixels
from imaging.model.geometry import Roi
from imaging.model.visit import Capture, Override


class Phase(StrEnum):
    RESTING = "resting"
    """The page is not open, or no visit is chosen."""
    AIMING = "aiming"
    SHOOTING = "shooting"
    """From the shutter until the originals are in the archive."""
    LIGHTING = "lighting"
    """A person switches one light after the other."""
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
    roi: Roi | None = None
    """On the baseline, where it was drawn."""
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


@dataclass(frozen=True)
class LightsState:
    """How the lights are doing, in words for the capture page.

    Parameters
    ----------
    kind : "none", "manual", "serial" or "kit"
    names : of the lights that can be switched; () for a fixed ring or while the camera is off
    message : what is missing; empty while all is well
    """

    kind: str = NONE
    names: tuple[str, ...] = ()
    message: str = ""

    @property
    def is_fixed(self) -> bool:
        """Nothing to switch, or only what the camera switches by itself."""
        return self.kind == NONE

    @property
    def is_manual(self) -> bool:
        return self.kind == MANUAL


@dataclass(frozen=True)
class ExposureState:
    """How the exposure of the site came about, in words for the capture page.

    Parameters
    ----------
    words : empty while there is nothing to say
    tone : "good", "warn" or "bad"
    is_busy : it is being found
    may_repeat : it may be found once more, since no picture of the site was taken under it yet
    """

    words: str = ""
    tone: str = ""
    is_busy: bool = False
    may_repeat: bool = False


@dataclass(frozen=True)
class HandAsk:
    """The light that a person switches on now: `number` of `count`, and what was wrong with the last try."""

    light: str
    number: int
    count: int
    hint: str = ""


NOT_AT_REST = "Lights by hand need the camera on its stand and the chin on the rest: tick both when they are."


@dataclass(frozen=True)
class Rest:
    """What was ticked before lights are switched by hand; once a visit."""

    is_on_stand: bool = False
    is_chin_rested: bool = False

    @property
    def is_complete(self) -> bool:
        return self.is_on_stand and self.is_chin_rested


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
    lights: LightsState = field(default_factory=LightsState)
    rest: Rest = field(default_factory=Rest)
    exposure: ExposureState = field(default_factory=ExposureState)
    hand: HandAsk | None = None
    """What is asked for while `phase` is LIGHTING; None while the stack is looked at."""

    @property
    def anew(self) -> "Standing":
        """For another visit: what belongs to the station stays."""
        return Standing(is_automatic=self.is_automatic, lights=self.lights)

    @property
    def can_be_lit(self) -> bool:
        """Nothing is known that keeps the lights from being switched."""
        return not self.lights.message and (self.rest.is_complete or not self.lights.is_manual)
