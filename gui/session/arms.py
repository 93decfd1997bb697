"""Treated and control sides in words, as far as they may be known. Free of Qt."""

from gui.session.chosen import Chosen
from gui.session.names import place_name
from imaging.export.change_words import NO_CONTROL
from imaging.model.allocation import Allocation, Arm, Treated
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import SiteKey

NOT_RECORDED = "Which side is the control is not recorded: set it on the page Subjects."
HIDDEN = "Blinded: which side is treated is told once the study is unblinded."
SIDE_NAMES = {Treated.LEFT: "Left", Treated.RIGHT: "Right", Treated.BOTH: "Both", Treated.NEITHER: "Neither"}
_SUBJECT_WORDS = {
    Treated.LEFT: "Left side treated, right side control",
    Treated.RIGHT: "Right side treated, left side control",
    Treated.BOTH: "Both sides treated, no control",
    Treated.NEITHER: "Control subject: neither side treated",
}
_KINDS = "study", "follow-up"
"""Protocols under which something may be treated."""


def may_treat(protocol: StudyProtocol | None) -> bool:
    """Studies of unchanged skin and of two cameras treat nobody."""
    return protocol is not None and protocol.kind in _KINDS


def arm_words(allocation: Allocation, site: SiteKey | None) -> str:
    """ "treated" or "control"; empty when it is not known."""
    arm = allocation.arm_of(site.laterality) if site else None
    return arm.value if arm else ""


def place_with_arm(chosen: Chosen, site: SiteKey) -> str:
    """The site as the protocol calls it, and what its side gets."""
    arm = arm_words(chosen.allocation, site)
    name = place_name(chosen.protocol, site)
    return f"{name} · {arm}" if arm else name


def is_control(chosen: Chosen, site: SiteKey) -> bool:
    return chosen.allocation.arm_of(site.laterality) is Arm.CONTROL


def treatment_words(chosen: Chosen) -> str:
    """What is known of the chosen subject's treatment, in one sentence; empty where nothing is treated."""
    if not may_treat(chosen.protocol):
        return ""
    known = chosen.allocation
    if known.treated is not None:
        return _SUBJECT_WORDS[known.treated]
    if chosen.is_blinded:
        return "Recorded; hidden until the study is unblinded" if known.is_hidden else "Not on the randomisation list"
    return "Treated side not recorded"


def control_note(chosen: Chosen) -> str:
    """What has to be said beside a change of one subject; empty when a side is known to be the control."""
    if chosen.allocation.has_control:
        return ""
    if chosen.allocation.is_hidden:
        return HIDDEN
    expects_one = chosen.protocol is not None and chosen.protocol.has_control_site
    is_open = not chosen.is_blinded and chosen.allocation.treated is None
    return NOT_RECORDED if expects_one and is_open else NO_CONTROL


def paper_note(chosen: Chosen) -> str:
    """The same on an export, which tells nobody where to click."""
    note = control_note(chosen)
    return NO_CONTROL if note == NOT_RECORDED else note
