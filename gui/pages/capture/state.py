"""What the capture page shows beside the live picture."""

from dataclasses import dataclass

from gui.session.capture.plan import SiteProgress, missing_names
from gui.session.capture.standing import Phase, Standing
from gui.session.chosen import Chosen
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

_SIDES = {
    Laterality.LEFT: "SUBJECT'S LEFT",
    Laterality.RIGHT: "SUBJECT'S RIGHT",
    Laterality.MIDLINE: "MIDLINE",
}

_ALL_TAKEN = "All pictures are taken"


@dataclass(frozen=True)
class Tile:
    """One site in the list of the visit."""

    site: SiteKey
    name: str
    done: int
    wanted: int
    is_current: bool
    note: str = ""
    """Why it is not done, when it is not."""


@dataclass(frozen=True)
class State:
    """`mode` is one of "none" (no visit), "aiming", "shooting", "lighting", "looking", "complete"."""

    mode: str = "none"
    code: str = ""
    born: str = ""
    visit: str = ""
    site: SiteKey | None = None
    side: str = ""
    site_name: str = ""
    placement: str = ""
    count: str = ""
    """How far the visit is: "4 of 12 pictures"."""
    shot: str = ""
    """Which picture is next: "picture 2 of 3"."""
    tiles: tuple[Tile, ...] = ()
    banner: str = ""
    """Under the picture that stays."""
    complete_title: str = ""
    complete_sentence: str = ""
    done_share: float = 0.0
    has_plan: bool = False
    can_retake: bool = False
    move_on: str = ""
    """Said over the picture while the subject moves to the next site."""
    is_automatic: bool = True
    lights: str = ""
    """What switches the lights; empty for a fixed ring."""
    lights_tone: str = ""
    asks_rest: bool = False
    """Lights are switched by hand: stand and chin rest have to be ticked."""
    is_on_stand: bool = False
    is_chin_rested: bool = False
    ask: str = ""
    """Which light to switch on now."""
    ask_progress: float = 0.0
    exposure: str = ""
    """How the exposure of the site came about."""
    exposure_tone: str = ""
    may_find_exposure: bool = False


def state_of(standing: Standing) -> State:
    """The page for this moment of the capture."""
    chosen = standing.chosen
    if chosen.subject is None or chosen.visit is None or chosen.protocol is None:
        return State()
    plan, shot = standing.plan, standing.shot
    site = shot.site if shot else None
    title, sentence = _complete_words(chosen)
    wanted = plan.wanted_count
    lights, tone = lights_words(standing)
    return State(
        mode=_mode(standing),
        code=chosen.subject.code,
        born=f"born {chosen.subject.birth_year}" if chosen.subject.birth_year else "birth year unknown",
        visit=f"Week {chosen.visit.week}" if chosen.visit.week is not None else "Follow-up",
        site=site,
        side=_SIDES[site.laterality] if site else "",
        site_name=chosen.protocol.site(site.site).name if site else "",
        placement=chosen.protocol.site(site.site).placement if site else "",
        count=f"{plan.done_count} of {wanted} pictures" if wanted else _pictures(len(chosen.captures)),
        shot=_shot_words(standing),
        tiles=tuple(_tile(p, site) for p in plan.sites),
        banner=_banner(standing),
        complete_title=title,
        complete_sentence=sentence,
        done_share=plan.done_count / wanted if wanted else 0.0,
        has_plan=wanted > 0,
        can_retake=standing.taken is not None and standing.phase in (Phase.LOOKING, Phase.AIMING),
        move_on=_move_on(standing),
        is_automatic=standing.is_automatic,
        lights=lights,
        lights_tone=tone,
        asks_rest=standing.lights.is_manual,
        is_on_stand=standing.rest.is_on_stand,
        is_chin_rested=standing.rest.is_chin_rested,
        ask=_ask(standing),
        ask_progress=(standing.hand.number - 1) / standing.hand.count if standing.hand else 0.0,
        exposure=standing.exposure.words,
        exposure_tone=standing.exposure.tone,
        may_find_exposure=standing.exposure.may_repeat and _mode(standing) == "aiming",
    )


def lights_words(standing: Standing) -> tuple[str, str]:
    """What is said about the lights, and the tone of the badge it is said in."""
    lights = standing.lights
    if lights.message:
        return lights.message, "bad"
    if lights.is_manual and not standing.rest.is_complete:
        return "Lights by hand: tick what is done.", "warn"
    if lights.is_manual:
        return f"Lights by hand: {len(lights.names)}, asked for one after the other.", "good"
    if lights.is_fixed:
        return "", ""
    return (f"Light controller: {len(lights.names)} lights.", "good") if lights.names else ("Light controller …", "")


def _ask(standing: Standing) -> str:
    """The light to switch on, and what was wrong with the last try."""
    if standing.phase is not Phase.LIGHTING:
        return ""
    hand = standing.hand
    if hand is None:
        return "Looking at the pictures. Switch all lights on again."
    key = "It is recognised by itself, or press Space." if standing.is_automatic else "Then press Space."
    asked = f"Light {hand.number} of {hand.count}: switch on only {light_title(hand.light)}."
    return f"{hand.hint or asked} {key}"


def light_title(name: str) -> str:
    """A light's name as it is read from two metres."""
    return name.replace("-", " ").replace("_", " ").upper()


def ready(chosen: Chosen) -> str:
    """Why the page cannot be opened; empty when it can."""
    is_open = chosen.visit is not None and chosen.visit.finished_at is None
    return "" if is_open else "Choose a subject and start a visit first."


def _mode(standing: Standing) -> str:
    if standing.phase is Phase.SHOOTING:
        return "shooting"
    if standing.phase is Phase.LIGHTING:
        return "lighting"
    if standing.phase is Phase.LOOKING:
        return "looking"
    return "aiming" if standing.shot is not None else "complete"


def _shot_words(standing: Standing) -> str:
    shot = standing.shot
    if shot is None:
        return ""
    wanted = next((p.wanted for p in standing.plan.sites if p.site == shot.site), 0)
    if wanted <= 1 and shot.replicate == 1:
        return ""
    return f"picture {shot.replicate} of {wanted}" if shot.replicate <= wanted else f"extra picture {shot.replicate}"


def _tile(progress: SiteProgress, current: SiteKey | None) -> Tile:
    is_current = progress.site == current
    return Tile(progress.site, progress.name, progress.done, progress.wanted, is_current, progress.not_done_reason)


def _banner(standing: Standing) -> str:
    if standing.taken is None:
        return ""
    facts = standing.taken.capture.facts
    name = next((p.name for p in standing.plan.sites if p.site == facts.site), "")
    kept = f"In the archive: {name}, picture {facts.replicate}."
    if standing.lights.is_manual:
        kept += " Switch all lights on again."
    return kept if standing.taken.capture.is_accepted else f"{kept} It waits for an investigator."


def _move_on(standing: Standing) -> str:
    if not standing.is_seating or standing.shot is None or standing.phase is not Phase.AIMING:
        return ""
    name = next((p.name for p in standing.plan.sites if p.site == standing.shot.site), "the next site")
    return f"Next: {name}"


def _complete_words(chosen: Chosen) -> tuple[str, str]:
    missing = missing_names(chosen)
    if chosen.measuring and not missing:
        return (
            "All pictures are taken",
            "The replicates are still being compared. The visit can be finished all the same.",
        )
    if missing:
        return "Visit not complete", "Missing: " + "; ".join(missing) + "."
    if chosen.protocol is not None and chosen.protocol.kind == "follow-up":
        return "Picture taken", "Choose another site at the right, or finish the visit."
    return _ALL_TAKEN, "The visit can be finished."


def _pictures(count: int) -> str:
    return f"{count} picture{'' if count == 1 else 's'}"
