"""What stands below a picture: codes, when, how, and what the numbers may be believed to mean. Never a name."""

from dataclasses import dataclass
from datetime import date

from imaging.model.surface import Surface

UNCALIBRATED = "Uncalibrated: no lengths, no depths in µm"
UNVERIFIED = "Optical depth, not verified on living skin"
RELATIVE = "Relative shading, not depth"
METHOD_NAMES = {"photometric": "Photometric stereo", "single-light": "Single-light estimate"}


@dataclass(frozen=True)
class CaptionFacts:
    """What is known about a picture besides its pixels; what is empty is left out.

    Parameters
    ----------
    subject : code
    site, side, visit : in words, for example "Crow's feet", "left", "week 4"
    taken_on : day the picture was taken, UTC
    method : one of `METHOD_NAMES`, or empty when nothing was measured
    calibration : a sentence of `calibration_words`
    overridden : gates that were red when the picture was taken, with the reason given
    remarks : further lines, for example warnings
    """

    subject: str = ""
    site: str = ""
    side: str = ""
    visit: str = ""
    replicate: int | None = None
    taken_on: date | None = None
    method: str = ""
    light_count: int | None = None
    calibration: str = ""
    overridden: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def caption_lines(facts: CaptionFacts) -> tuple[str, ...]:
    """Title and lines, as they are printed below the picture."""
    day = facts.taken_on.isoformat() if facts.taken_on else ""
    title = " · ".join(part for part in (facts.subject, _place(facts), facts.visit, day) if part)
    method = METHOD_NAMES.get(facts.method, facts.method)
    if method and facts.light_count and facts.light_count > 1:
        method = f"{method}, {facts.light_count} lights"
    replicate = f"replicate {facts.replicate}" if facts.replicate else ""
    how = " · ".join(part for part in (method, replicate) if part)
    overridden = f"Overridden: {', '.join(facts.overridden)}" if facts.overridden else ""
    return tuple(line for line in (title, how, facts.calibration, overridden, *facts.remarks) if line)


def _place(facts: CaptionFacts) -> str:
    """Sides are the subject's, and the caption says so."""
    if facts.side in ("left", "right"):
        return f"{facts.site}, subject's {facts.side}".lstrip(", ")
    return ", ".join(part for part in (facts.site, facts.side) if part)


def calibration_words(surface: Surface, state: str = "") -> str:
    """How far the numbers of a surface may be trusted.

    Parameters
    ----------
    state : of the device file on that day ("expired", "failed"), empty or "calibrated" when nothing is wrong
    """
    if surface.spacing is None:
        words = UNCALIBRATED if surface.method == "photometric" else f"{RELATIVE}; uncalibrated"
    else:
        words = RELATIVE if surface.height_unit == "rel" else UNVERIFIED
    return f"{words}; calibration {state}" if state in ("expired", "failed") else words
