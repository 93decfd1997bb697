"""What the compare page shows: two visits, the headline's verdict with its limit, the rest without a verdict."""

from dataclasses import dataclass, replace

from gui.bridge.numbers import GAP, number_text, signed_doubt_text, signed_text, spelled
from gui.pages.compare.followed_state import WrinkleRow, registration_words, wrinkle_rows
from gui.session.arms import arm_words, control_note, place_with_arm
from gui.session.blinding import HIDDEN
from gui.session.chosen import Chosen
from gui.session.compare.comparing import Comparing, Side
from gui.session.names import Badge, method_badge, place_name, visit_badges, visit_name, visit_title
from gui.widgets.empty_words import Empty
from imaging.model.comparison import Change, EndpointChange, Verdict
from imaging.model.endpoint import ENDPOINTS, Endpoint, endpoint
from imaging.model.visit import SiteKey

PROPAGATED, _NO_STUDY = "propagated", "without a day-to-day repeatability study"
HOW_TO_JUDGE = (
    "Same session only: visits are judged once this camera has a repeatability study "
    "(Today, New study, template Repeatability)."
)
MARKED = "Brought together from two points that a person marked."


@dataclass(frozen=True)
class Sentence:
    """The headline endpoint in words."""

    title: str = ""
    verdict: str = ""
    numbers: str = ""
    limit: str = ""
    reason: str = ""
    is_judged: bool = False


@dataclass(frozen=True)
class Line:
    """Another endpoint: then, now, change and its minimal detectable change; never a verdict."""

    group: str
    title: str
    cells: tuple[str, str, str, str]


@dataclass(frozen=True)
class State:
    sites: tuple[tuple[SiteKey, str], ...] = ()
    site: SiteKey | None = None
    visits: tuple[tuple[str, str], ...] = ()
    reference_id: str = ""
    movings: tuple[tuple[tuple[str, SiteKey], str], ...] = ()
    """Visits of the site, then those of the other side."""
    moving_key: tuple[str, SiteKey] | None = None
    reference_title: str = ""
    moving_title: str = ""
    moving_taken_title: str = ""
    """Of the moving picture as it was taken."""
    reference_badges: tuple[Badge, ...] = ()
    moving_badges: tuple[Badge, ...] = ()
    headline: Sentence = Sentence()
    lines: tuple[Line, ...] = ()
    wrinkles: tuple[WrinkleRow, ...] = ()
    registration: str = ""
    """What speaks for it; empty when the visits were not brought together."""
    notes: tuple[str, ...] = ()
    is_together: bool = False
    """The moving picture lies on the reference picture: swipe, blink and change mean something."""
    may_be_marked: bool = False
    is_one_scale: bool = True
    """Depths of both visits were made alike: they can be laid beside each other."""
    is_marked: bool = False
    """Brought together from points that a person marked."""
    offers_points: bool = False
    """Features failed: points may help."""
    is_busy: bool = False
    message: str = ""
    empty: Empty | None = None


def ready(chosen: Chosen) -> str:
    """Why the page cannot be opened; empty when it can."""
    if chosen.subject is None:
        return "Choose a subject first."
    if chosen.hides_results:
        return HIDDEN
    return "" if len(chosen.history) > 1 else "There is one visit only: compare after the next one."


def state_of(chosen: Chosen, comparing: Comparing) -> State:
    """The page for one pair; before there is one, what to do next."""
    if len(comparing.visits) < 2 or comparing.site is None:
        return State(empty=_nothing(chosen, comparing))
    visits = comparing.visits_of(comparing.site)
    base = State(
        sites=tuple((site, place_with_arm(chosen, site)) for site in comparing.sites),
        site=comparing.site,
        visits=tuple((v.identifier, visit_name(v)) for v in visits),
        movings=_movings(chosen, comparing),
        may_be_marked=comparing.may_be_marked,
        is_one_scale=comparing.is_one_scale,
        is_busy=comparing.is_busy,
        message=spelled(comparing.message) or _one_visit(comparing),
    )
    base = _with_sides(base, chosen, comparing)
    if comparing.change is None:
        return base
    if not comparing.is_one_site:
        return replace(
            base, headline=_two_places(chosen, comparing), moving_title=f"{base.moving_title} (another place)"
        )
    offers = not comparing.change.registration.is_trusted and comparing.may_be_marked
    spacing = comparing.reference.shown.surface.spacing if comparing.reference.shown else None
    registration = registration_words(comparing.change, spacing)
    return replace(_with_change(base, chosen, comparing.change), offers_points=offers, registration=registration)


def _two_places(chosen: Chosen, comparing: Comparing) -> Sentence:
    """Any two sides can be looked at, none can be judged against the other."""
    assert comparing.change is not None
    places = [place_name(chosen.protocol, site) for site in (comparing.site, comparing.moving_site) if site]
    other = f"{places[-1][:1].lower()}{places[-1][1:]}"
    reason = f"{places[0]} and {other} are different skin: nothing can be judged between them. "
    title = endpoint(comparing.change.headline).title
    return Sentence(title, "Cannot judge", reason=f"{reason}Compare each side with itself.")


def read_out(comparing: Comparing, place: tuple[int, int] | None) -> str:
    """Depth then and now and the change of height under the pointer."""
    change, reference, moving = comparing.change, comparing.reference.depth, comparing.moving.depth
    if place is None or change is None or reference is None or moving is None or not change.registration.is_trusted:
        return ""
    then, now, step = (float(values[place]) for values in (reference.depth, moving.depth, change.change))
    if step != step:
        return "not measured at both visits here"
    unit, doubt = reference.scale.unit, change.change_uncertainty
    height = signed_doubt_text(step, None if doubt is None else float(doubt[place]), unit)
    return f"depth {number_text(then)} → {number_text(now, unit)}    height {height}"


def _nothing(chosen: Chosen, comparing: Comparing) -> Empty:
    if chosen.subject is None:
        return Empty("No subject is chosen", "Choose a subject with two visits or more.", "Subjects", "subjects")
    if comparing.visits:
        sentence = "One visit was photographed. After the next one, both stand here side by side."
        return Empty("Nothing to compare yet", sentence, "Review this visit", "review")
    return Empty("Nothing was taken yet", "Take the first pictures: they become the baseline.", "Capture", "capture")


def _one_visit(comparing: Comparing) -> str:
    if comparing.reference.visit is None or comparing.moving.visit is None:
        return "This site was photographed at one visit only: choose another site, or take it at the next visit."
    if comparing.reference.visit == comparing.moving.visit and comparing.is_one_site:
        return "Both sides are the same visit: choose two different ones."
    return ""


def _movings(chosen: Chosen, comparing: Comparing) -> tuple[tuple[tuple[str, SiteKey], str], ...]:
    """Any visit of either side; the other side is named, the same one goes without saying."""
    found: list[tuple[tuple[str, SiteKey], str]] = []
    for site in comparing.sides_of(comparing.site):
        where = "" if site == comparing.site else f" · {place_with_arm(chosen, site)}"
        found += [((v.identifier, site), f"{visit_name(v)}{where}") for v in comparing.visits_of(site)]
    return tuple(found)


def _with_sides(base: State, chosen: Chosen, comparing: Comparing) -> State:
    reference, moving = comparing.reference, comparing.moving
    other = comparing.moving_site or comparing.site
    name = place_name(chosen.protocol, other) if other and not comparing.is_one_site else ""
    place = f", {name[:1].lower()}{name[1:]}" if name else ""
    title = f"{_title(moving, comparing)}{place}"
    return replace(
        base,
        reference_id=reference.visit.identifier if reference.visit else "",
        moving_key=(moving.visit.identifier, other) if moving.visit and other else None,
        reference_title=_title(reference, comparing),
        moving_title=title,
        moving_taken_title=title,
        reference_badges=_badges(chosen, comparing, reference, comparing.site),
        moving_badges=_badges(chosen, comparing, moving, other),
    )


def _badges(chosen: Chosen, comparing: Comparing, side: Side, site: SiteKey | None) -> tuple[Badge, ...]:
    return (*_arm_badge(chosen, comparing, site), *visit_badges(side.captures), *method_badge(side.shown))


def _arm_badge(chosen: Chosen, comparing: Comparing, site: SiteKey | None) -> tuple[Badge, ...]:
    """Only where both sides are looked at: one site has its arm in its name."""
    arm = "" if comparing.is_one_site else arm_words(chosen.allocation, site)
    return (Badge(f"{arm} side"),) if arm else ()


def _title(side: Side, comparing: Comparing) -> str:
    if side.visit is None:
        return ""
    name = visit_title(side.visit)
    return f"Baseline, {name[:1].lower()}{name[1:]}" if side.visit == comparing.visits[0] else name


def _with_change(base: State, chosen: Chosen, change: Change) -> State:
    by_key = {item.endpoint: item for item in change.endpoints}
    head = by_key.get(change.headline)
    others = [(e, by_key[e.key]) for e in ENDPOINTS if e.key in by_key and e.key != change.headline]
    is_together = change.registration.is_trusted
    headline = _refused(change) if head is None else _sentence(endpoint(change.headline), head)
    return replace(
        base,
        headline=headline,
        lines=tuple(_line(item, value) for item, value in others) if is_together else (),
        wrinkles=wrinkle_rows(change),
        notes=_notes(chosen, change, headline.reason),
        is_together=is_together,
        is_marked=change.start is not None,
        moving_title=base.moving_title if is_together else f"{base.moving_title} (not brought together)",
    )


def _refused(change: Change) -> Sentence:
    reason = change.registration.reason or "The headline endpoint was not measured at both visits."
    return Sentence(endpoint(change.headline).title, "Cannot judge", reason=_full_sentence(reason))


def _sentence(item: Endpoint, value: EndpointChange) -> Sentence:
    is_judged = value.verdict is not Verdict.CANNOT_JUDGE
    words = {
        Verdict.INCREASE: item.more.capitalize(),
        Verdict.DECREASE: item.less.capitalize(),
        Verdict.NO_CHANGE: "No detectable change",
        Verdict.CANNOT_JUDGE: "Cannot judge",
    }
    numbers = ""
    if value.reference is not None and value.moving is not None:
        numbers = f"{number_text(value.reference)} → {number_text(value.moving, item.unit)}"
        numbers += f"   {signed_text(value.change, item.unit)} ({_percent(value.change_pct)})"
    return Sentence(item.title, words[value.verdict], numbers, _limit(item, value), _reason(value), is_judged)


def _reason(value: EndpointChange) -> str:
    """The engine's sentence; where a study is missing, how to get one."""
    if value.mdc95_source == PROPAGATED and _NO_STUDY in value.reason:
        return HOW_TO_JUDGE
    return _full_sentence(value.reason)


def _limit(item: Endpoint, value: EndpointChange) -> str:
    if value.mdc95 is None:
        return "Minimal detectable change: not known"
    source = " (same session only)" if value.mdc95_source == PROPAGATED else ""
    return f"Minimal detectable change {number_text(value.mdc95, item.unit)}{source}"


def _line(item: Endpoint, value: EndpointChange) -> Line:
    change = "–" if value.change is None else f"{signed_text(value.change)} ({_percent(value.change_pct)})"
    unit = f", {item.unit}" if item.unit else ""
    cells = (number_text(value.reference), number_text(value.moving), change, number_text(value.mdc95))
    return Line(item.group.capitalize(), f"{item.title}{unit}", cells)


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    words = f"{share:+.1f}{GAP}%".replace("-", "−")
    return words[1:] if words[1:4] == "0.0" else words


def _notes(chosen: Chosen, change: Change, reason: str) -> tuple[str, ...]:
    """What else has to be known; what the reason says already is not said again."""
    told = change.warnings if change.registration.is_trusted else ()
    notes = [note for note in map(_full_sentence, told) if note not in reason]
    is_partial = change.registration.is_trusted and 0.8 <= change.common_area_fraction < 0.9
    if is_partial and not any("region" in words for words in (reason, *notes)):
        notes.append(f"Common area {change.common_area_fraction * 100:.0f}{GAP}% of the region.")
    if change.start is not None and change.registration.is_trusted:
        notes.append(MARKED)
    notes.append(control_note(chosen))
    return tuple(note for note in notes if note)


def _full_sentence(words: str) -> str:
    words = spelled(words.strip())
    return words if not words or words.endswith((".", "!", "?")) else f"{words[:1].upper()}{words[1:]}."
