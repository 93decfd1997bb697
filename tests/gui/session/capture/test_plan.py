"""Rounds, resuming, leaving out: the plan of a visit without a window."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gui.session.capture.plan import Shot, missing_names, newly_different, next_replicate, plan_visit, site_name
from gui.session.chosen import Chosen
from imaging.model.protocol import Laterality, Site, StudyProtocol, VisitWindow
from imaging.model.visit import Capture, CaptureFacts, NotDone, SiteKey, Subject, Visit

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEFT, RIGHT = SiteKey("crows-feet", Laterality.LEFT), SiteKey("crows-feet", Laterality.RIGHT)
FOREHEAD = SiteKey("forehead", Laterality.MIDLINE)


@pytest.fixture
def protocol() -> StudyProtocol:
    sites = (
        Site("crows-feet", "Crow's feet", "37671003", (Laterality.LEFT, Laterality.RIGHT)),
        Site("forehead", "Forehead", "68698007", (Laterality.MIDLINE,)),
    )
    return StudyProtocol("x", "X", "study", "1", sites, (VisitWindow(0, 0, 0),), 2, "wrinkles.count", "forehead")


@pytest.fixture
def chosen(protocol: StudyProtocol) -> Chosen:
    return Chosen(protocol=protocol, subject=Subject("s", "S-001", 1968), visit=Visit("v", "s", "st", 0, AT, "tester"))


def taken(site: SiteKey, replicate: int, excluded_reason: str = "") -> Capture:
    facts = CaptureFacts("v", site, replicate, AT, "simulated", "camera")
    is_accepted = not excluded_reason
    return Capture(
        f"{site}{replicate}{excluded_reason}", "s", site, facts, "tester", (), "srgb", None,
        is_accepted=is_accepted, excluded_reason=excluded_reason,
    )  # fmt: skip


def test_every_site_once_then_every_site_again(chosen: Chosen) -> None:
    shots = plan_visit(chosen).missing
    assert [shot.site for shot in shots] == [LEFT, RIGHT, FOREHEAD] * 2
    assert [shot.replicate for shot in shots] == [1, 1, 1, 2, 2, 2]


def test_resumes_at_the_first_missing_shot(chosen: Chosen) -> None:
    chosen = replace(chosen, captures=(taken(LEFT, 1), taken(FOREHEAD, 1)))
    assert plan_visit(chosen).next_shot == Shot(RIGHT, 1)
    assert (plan_visit(chosen).done_count, plan_visit(chosen).wanted_count) == (2, 6)


def test_a_retaken_picture_fills_no_place(chosen: Chosen) -> None:
    chosen = replace(chosen, captures=(taken(LEFT, 1, "retaken"),))
    assert plan_visit(chosen).next_shot == Shot(LEFT, 1)
    assert next_replicate(chosen, LEFT) == 1


def test_a_picture_that_waits_for_an_investigator_fills_its_place(chosen: Chosen) -> None:
    waiting = replace(taken(LEFT, 1), is_accepted=False)
    assert plan_visit(replace(chosen, captures=(waiting,))).next_shot == Shot(RIGHT, 1)


def test_a_site_left_out_is_not_missed(chosen: Chosen) -> None:
    chosen = replace(chosen, not_done=(NotDone("v", LEFT, "No time left", AT, "tester"),))
    plan = plan_visit(chosen)
    assert LEFT not in {shot.site for shot in plan.missing}
    assert plan.wanted_count == 4
    assert missing_names(chosen) == ("Right crow's feet: 0 of 2", "Forehead: 0 of 2")


def test_complete_when_all_are_there(chosen: Chosen) -> None:
    captures = tuple(taken(site, n) for site in (LEFT, RIGHT, FOREHEAD) for n in (1, 2))
    plan = plan_visit(replace(chosen, captures=captures))
    assert plan.is_complete
    assert plan.next_shot is None


def test_replicates_that_differ_ask_for_up_to_two_more(chosen: Chosen) -> None:
    spreads = {LEFT: 7.25}
    there = tuple(taken(site, n) for site in (LEFT, RIGHT, FOREHEAD) for n in (1, 2))
    first = replace(chosen, captures=there, spreads=spreads)
    assert plan_visit(first).missing == (Shot(LEFT, 3),)
    assert missing_names(first) == ("Left crow's feet: 2 of 3, they differ by 7.2 %",)
    second = replace(first, captures=(*there, taken(LEFT, 3)))
    assert plan_visit(second).missing == (Shot(LEFT, 4),)
    last = replace(first, captures=(*there, taken(LEFT, 3), taken(LEFT, 4)))
    assert plan_visit(last).is_complete
    assert plan_visit(last).wanted_count == 8


def test_replicates_that_agree_or_are_not_compared_yet_ask_for_nothing(chosen: Chosen) -> None:
    there = tuple(taken(site, n) for site in (LEFT, RIGHT, FOREHEAD) for n in (1, 2))
    assert plan_visit(replace(chosen, captures=there)).is_complete
    assert plan_visit(replace(chosen, captures=there, spreads={LEFT: 5.0})).is_complete


def test_a_site_given_up_keeps_the_pictures_it_has(chosen: Chosen) -> None:
    given_up = NotDone("v", LEFT, "Subject cannot hold still", AT, "tester")
    there = tuple(taken(site, n) for site in (LEFT, RIGHT, FOREHEAD) for n in (1, 2))
    plan = plan_visit(replace(chosen, captures=there, spreads={LEFT: 9.0}, not_done=(given_up,)))
    assert plan.is_complete
    assert (plan.done_count, plan.wanted_count) == (6, 6)


def test_a_spread_that_is_new_and_too_large_is_said_once(chosen: Chosen) -> None:
    there = tuple(taken(site, n) for site in (LEFT, RIGHT, FOREHEAD) for n in (1, 2))
    known = replace(chosen, captures=there, spreads={LEFT: 7.25, RIGHT: 2.0})
    (words,) = newly_different(known, {})
    assert words == "Left crow's feet: the replicates differ by 7.2 %. Another one is asked for, placed anew."
    assert newly_different(known, known.spreads) == ()


def test_a_follow_up_asks_for_the_sites_of_before_only(chosen: Chosen, protocol: StudyProtocol) -> None:
    follow_up = replace(chosen, protocol=replace(protocol, kind="follow-up", replicates=1, visits=()))
    assert plan_visit(follow_up).is_complete
    again = replace(follow_up, earlier_sites=frozenset({FOREHEAD}))
    assert plan_visit(again).missing == (Shot(FOREHEAD, 1),)


def test_nothing_is_planned_without_a_visit() -> None:
    assert plan_visit(Chosen()).sites == ()


def test_names_say_the_side(protocol: StudyProtocol) -> None:
    assert site_name(protocol, LEFT) == "Left crow's feet"
    assert site_name(protocol, FOREHEAD) == "Forehead"
