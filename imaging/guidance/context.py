"""What the gates judge a frame against. All frozen: a new site is a new context, swapped whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imaging.guidance.focus import sharpness
from imaging.guidance.light import linear_grey
from imaging.model.arrays import Pixels
from imaging.model.frame import ControlReading, Encoding, Frame
from imaging.model.geometry import Roi, Spacing
from imaging.model.protocol import GateLimits
from imaging.model.reading import GateReading, GateState
from imaging.model.visit import SiteKey

if TYPE_CHECKING:
    from imaging.alignment.pose import PoseReference, PoseTracker


@dataclass(frozen=True)
class CaptureAnswers:
    """What the gates are told because no picture shows it. None: not answered yet."""

    missing_choice: str = ""
    """What is not chosen yet, for example "the side"; empty when subject, visit, site and side are."""
    has_consent: bool = True
    is_known_camera: bool = True
    calibration: str = "uncalibrated"
    """As `DeviceCalibration.state_on` says: "calibrated", "expired", "failed" or "uncalibrated"."""
    is_skin_clean: bool | None = None
    minutes_since_washing: float | None = None
    minutes_since_arrival: float | None = None
    temperature_c: float | None = None
    humidity_pct: float | None = None
    hours_from_baseline: float | None = None
    """Difference in time of day to the baseline, either sign; None without a baseline."""
    replicate_cv_pct: float | None = None
    """Coefficient of variation of the headline endpoint over the replicates so far."""
    may_repeat: bool = True
    """A further replicate may still be taken at this visit."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """The picture a site is brought back to, with what is worth keeping about it."""

    pose: "PoseReference"
    tracker: "PoseTracker"
    """Follows the live picture on it; used by one thread only."""
    sharpness: float
    controls: tuple[ControlReading, ...] = ()
    """Camera controls as read back when it was taken."""


@dataclass(frozen=True)
class BaselineFacts:
    roi: Roi | None = None
    encoding: Encoding = "srgb"
    controls: tuple[ControlReading, ...] = ()


def make_baseline(picture: Pixels, facts: BaselineFacts | None = None) -> Baseline:
    """Everything the gates need of a site's baseline, worked out once (up to a second: not on the GUI thread).

    Parameters
    ----------
    picture : (rows, cols, 3) RGB uint8, evenly lit, as the live picture is
    facts : where the ROI lies on it, how it is encoded, and the camera's controls at the time
    """
    from imaging.alignment.pose import PoseReference, PoseTracker

    facts = facts or BaselineFacts()
    grey = linear_grey(picture, facts.roi, facts.encoding)
    reference = PoseReference(picture, facts.roi)
    return Baseline(reference, PoseTracker(reference), sharpness(grey), facts.controls)


@dataclass(frozen=True, eq=False)
class OtherSite:
    """Another site of the subject, which a live picture may show instead."""

    name: str
    """In a sentence: "the RIGHT crow's feet"."""
    baseline: Baseline
    site: SiteKey | None = None


@dataclass(frozen=True)
class SiteWords:
    """The site that is wanted, in words.

    Parameters
    ----------
    name : in a sentence, "the LEFT cheek"
    placement : where it lies, as the protocol says
    """

    name: str = "the site chosen"
    placement: str = ""


@dataclass(frozen=True, eq=False)
class GateContext:
    """One site's limits, baseline and answers.

    Parameters
    ----------
    roi : where the skin is judged, in pixels of the live frame; None for the middle of the picture
    spacing : None when uncalibrated; offsets are then told as shares of the picture
    scale_shape : rows and columns of the pictures the scale was made on; None when uncalibrated
    words : what the site is called, and where it lies
    others : the subject's other sites, for "this looks like ..."
    previous : the frame before, for motion; the feed fills it in
    excused : gates for which a reason was given already
    """

    limits: GateLimits = field(default_factory=GateLimits)
    answers: CaptureAnswers = field(default_factory=CaptureAnswers)
    site: SiteKey | None = None
    spacing: Spacing | None = None
    scale_shape: tuple[int, int] | None = None
    roi: Roi | None = None
    baseline: Baseline | None = None
    words: SiteWords = field(default_factory=SiteWords)
    others: tuple[OtherSite, ...] = ()
    previous: Frame | None = None
    excused: frozenset[str] = frozenset()

    def is_same_place(self, other: "GateContext") -> bool:
        """Would the gates that need the baseline read the same? Answers and reasons do not matter to them."""
        mine, theirs = (
            (one.baseline, one.roi, one.spacing, one.limits, one.site, tuple(known.baseline for known in one.others))
            for one in (self, other)
        )
        return mine == theirs

    def is_compared(self, slow: Sequence[GateReading]) -> bool:
        """Do readings of the slow gates say where the camera looks? Without a baseline it may still be another site."""
        if self.baseline is None:
            return bool(slow) or not self.others
        return any(reading.state is not GateState.GREY for reading in slow)
