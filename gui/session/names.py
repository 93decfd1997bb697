"""What visits, sites and captures are called on the screen, and what has to be known beside their pictures. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gui.session.capture.plan import site_name
from imaging.calibration.state import capture_state
from imaging.model.measurement import MeasuredCapture
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import Capture, SiteKey, Visit

_BY_TARGET = "Depths of furrows are by the depth target: optical depth, not verified on living skin."
_CALIBRATION_PLACE = 2
"""Among the badges of a capture."""


@dataclass(frozen=True)
class Badge:
    """A short fact beside a picture; the tone is "", "good", "warn" or "bad"."""

    words: str
    tone: str = ""
    tip: str = ""


def visit_title(visit: Visit) -> str:
    """ "Week 4" or "Visit"."""
    return "Visit" if visit.week is None else f"Week {visit.week}"


def visit_name(visit: Visit) -> str:
    """ "Week 4 · 12 Mar 2026"."""
    return f"{visit_title(visit)} · {visit.started_at.astimezone():%d %b %Y}"


def place_name(protocol: StudyProtocol | None, site: SiteKey) -> str:
    """The site as the protocol calls it; its code when the protocol does not know it."""
    if protocol is None or all(known.code != site.site for known in protocol.sites):
        return str(site)
    return site_name(protocol, site)


def capture_badges(capture: Capture, replicates: int) -> tuple[Badge, ...]:
    """When, how many, calibrated or not, which gates were overridden, whether it counts."""
    taken = capture.facts.taken_at
    badges = [
        Badge(f"{taken.astimezone():%d %b %Y, %H:%M}"),
        Badge(_replicates(replicates)),
        calibration_badge(capture),
    ]
    badges += _override_badge(capture)
    if not capture.is_accepted:
        badges.append(Badge(capture.excluded_reason or "not accepted yet", "bad"))
    return tuple(badges)


def visit_badges(captures: Sequence[Capture]) -> tuple[Badge, ...]:
    """The same of all replicates of a visit together: the worst calibration, every gate overridden."""
    if not captures:
        return ()
    first = captures[0]
    overrides = tuple(dict.fromkeys(one for capture in captures for one in capture.facts.overrides))
    together = replace(first, facts=replace(first.facts, overrides=overrides))
    doubtful = next((c for c in captures if calibration_badge(c).tone != "good"), first)
    badges = list(capture_badges(together, len(captures)))
    badges[_CALIBRATION_PLACE] = calibration_badge(doubtful)
    return tuple(badges)


def calibration_badge(capture: Capture) -> Badge:
    """In one word how far its calibration may be trusted; the whole sentence is its tip."""
    state = capture_state(capture)
    if state.is_trusted:
        return Badge("calibrated", "good", state.sentence)
    words = f"calibration {state.name}" if state.name != "uncalibrated" else state.name
    return Badge(words, "warn", state.sentence)


def method_words(measured: MeasuredCapture) -> str:
    """How the numbers were made and how far they may be trusted."""
    surface = measured.surface
    if measured.measurement.depth_unit == "rel":
        return "Single light: relative shading, not depth."
    if surface.method == "single-light":
        return f"Single light: the map is relative shading, not depth. {_BY_TARGET}"
    if not surface.is_calibrated:
        return "Uncalibrated: depths in pixels, no length and no depth here is a measurement."
    return "Photometric stereo: optical depth, not verified on living skin."


def method_badge(measured: MeasuredCapture | None) -> tuple[Badge, ...]:
    """How a map that lies beside another one was made; the whole sentence is its tip."""
    if measured is None:
        return ()
    words = "single light" if measured.surface.method == "single-light" else "photometric stereo"
    return (Badge(words, "", method_words(measured)),)


def _override_badge(capture: Capture) -> list[Badge]:
    """All gates that were overridden, as one badge; which and why stands in its tip."""
    overrides = capture.facts.overrides
    if not overrides:
        return []
    words = "1 gate overridden" if len(overrides) == 1 else f"{len(overrides)} gates overridden"
    return [Badge(words, "warn", "\n".join(f"{o.gate.replace('_', ' ')}: {o.reason}" for o in overrides))]


def _replicates(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} replicates"
