"""Which shots a visit asks for, which are there, which comes next. Free of Qt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gui.session.chosen import Chosen
from imaging.guidance.asked import FURTHER_REPLICATES, MAX_REPLICATE_CV_PCT
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import Capture, SiteKey


@dataclass(frozen=True)
class Shot:
    """One picture to take: a site on a side, and which replicate of it."""

    site: SiteKey
    replicate: int


@dataclass(frozen=True)
class SiteProgress:
    """How far one site is."""

    site: SiteKey
    name: str
    wanted: int
    done: int
    not_done_reason: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.not_done_reason) or self.done >= self.wanted


@dataclass(frozen=True)
class Plan:
    """The shots of a visit in the order in which they are taken."""

    sites: tuple[SiteProgress, ...]
    missing: tuple[Shot, ...]
    done_count: int
    wanted_count: int

    @property
    def next_shot(self) -> Shot | None:
        return self.missing[0] if self.missing else None

    @property
    def is_complete(self) -> bool:
        return not self.missing

    def asks_for(self, site: SiteKey) -> bool:
        """A picture of this site is still missing."""
        return any(shot.site == site for shot in self.missing)


def site_keys(protocol: StudyProtocol) -> tuple[SiteKey, ...]:
    """Every site of a protocol on every side, in the protocol's order."""
    return tuple(SiteKey(site.code, side) for site in protocol.sites for side in site.sides)


def site_name(protocol: StudyProtocol, key: SiteKey) -> str:
    """As on screen: "Left crow's feet", "Forehead"."""
    name = protocol.site(key.site).name
    if key.laterality == "midline":
        return name
    return f"{key.laterality.value.capitalize()} {name[:1].lower()}{name[1:]}"


def plan_visit(chosen: Chosen) -> Plan:
    """The shots of the chosen visit; rounds: every site once, then every site again.

    A follow-up asks for the sites of the visit before; its other sites are offered, not missed.
    """
    protocol = chosen.protocol
    if protocol is None or chosen.visit is None:
        return Plan((), (), 0, 0)
    progress = tuple(_progress(key, chosen, protocol) for key in site_keys(protocol))
    rounds = range(1, max((p.wanted for p in progress), default=0) + 1)
    missing = tuple(
        Shot(p.site, number) for number in rounds for p in progress if not p.is_complete and p.done < number <= p.wanted
    )
    wanted = sum(min(p.done, p.wanted) if p.not_done_reason else p.wanted for p in progress)
    return Plan(progress, missing, sum(min(p.done, p.wanted) for p in progress), wanted)


def next_replicate(chosen: Chosen, key: SiteKey) -> int:
    """The number the next picture of this site gets."""
    return len(counting(c for c in chosen.captures if c.site == key)) + 1


def counting(captures: Iterable[Capture]) -> tuple[Capture, ...]:
    """Captures that fill a place in the plan: all but the retaken and the excluded ones.

    One that was overridden and waits for an investigator fills its place.
    """
    return tuple(c for c in captures if not c.excluded_reason)


def missing_names(chosen: Chosen) -> tuple[str, ...]:
    """What is missing in words, one entry a site: "Forehead: 2 of 3"."""
    plan = plan_visit(chosen)
    return tuple(
        f"{p.name}: {p.done} of {p.wanted}{_why_more(chosen, p.site)}" for p in plan.sites if not p.is_complete
    )


def _why_more(chosen: Chosen, site: SiteKey) -> str:
    return f", they differ by {chosen.spreads[site]:.1f} %" if differs_too_much(chosen, site) else ""


def _progress(key: SiteKey, chosen: Chosen, protocol: StudyProtocol) -> SiteProgress:
    done = len(counting(c for c in chosen.captures if c.site == key))
    reason = next((n.reason for n in chosen.not_done if n.site == key), "")
    wanted = _wanted(key, chosen, protocol)
    if differs_too_much(chosen, key) and done >= wanted:
        wanted = max(done, min(done + 1, wanted + FURTHER_REPLICATES))
    return SiteProgress(key, site_name(protocol, key), wanted, done, reason)


def _wanted(key: SiteKey, chosen: Chosen, protocol: StudyProtocol) -> int:
    if protocol.kind != "follow-up" or key in chosen.earlier_sites:
        return protocol.replicates
    return 0


def differs_too_much(chosen: Chosen, key: SiteKey) -> bool:
    """The replicates of a site are known to differ by more than they should."""
    return chosen.spreads.get(key, 0.0) > MAX_REPLICATE_CV_PCT


def still_different(chosen: Chosen) -> tuple[SiteKey, ...]:
    """Sites of which a further replicate is asked for, because those there are differ too much."""
    plan, protocol = plan_visit(chosen), chosen.protocol
    return tuple(
        p.site
        for p in plan.sites
        if protocol is not None
        and not p.is_complete
        and p.done >= _wanted(p.site, chosen, protocol)
        and differs_too_much(chosen, p.site)
    )


def newly_different(chosen: Chosen, known: Mapping[SiteKey, float]) -> tuple[str, ...]:
    """What is said once when the replicates of a site turn out to differ, and another one is asked for."""
    plan, protocol = plan_visit(chosen), chosen.protocol
    return tuple(
        f"{site_name(protocol, site)}: the replicates differ by {chosen.spreads[site]:.1f} %. "
        "Another one is asked for, placed anew."
        for site in chosen.spreads.keys() - known.keys()
        if protocol is not None and plan.asks_for(site) and differs_too_much(chosen, site)
    )


def first_shot(chosen: Chosen) -> Shot | None:
    """The first missing one; in a visit without a plan, the first site while there is no picture at all."""
    missing = plan_visit(chosen).next_shot
    if missing is not None or chosen.protocol is None or chosen.visit is None or counting(chosen.captures):
        return missing
    return Shot(site_keys(chosen.protocol)[0], 1)
