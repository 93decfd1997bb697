"""Lights switched by hand, from the shutter to the archive; the simulated person does as the page asks, or errs."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.session.capture.plan import Shot
from gui.session.capture.standing import NOT_AT_REST, Answers, Phase, Rest
from gui.session.run import Run
from gui.session.station import Station
from imaging.camera.simulated.lamps import LampFaults
from imaging.model.protocol import Laterality
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse, SiteKey
from tests.gui.world import World

LEFT = SiteKey("crows-feet", Laterality.LEFT)
UR, UL, LL, LR = "upper-right", "upper-left", "lower-left", "lower-right"
SOON_MS = 30_000
AT_REST = Rest(is_on_stand=True, is_chin_rested=True)


@pytest.fixture
def station(station: Station) -> Station:
    return replace(station, settings=replace(station.settings, lights="manual"))


@pytest.fixture
def aiming(run: Run, world: World, tmp_path, qapp: QApplication, qtbot: QtBot) -> Iterator[Run]:  # noqa: ARG001
    """On the capture page, camera on its stand, shutter by hand."""
    world.sway = 0.02
    assert run.study.open(tmp_path / "archive")
    template = next(t for t in run.study.templates if t.kind == "study")
    assert run.study.create_study("SC-01", "Four weeks", template)
    consents = tuple(Consent(use, ConsentAnswer.GIVEN, "2.1", run.visit.now.date()) for use in ConsentUse)
    assert run.visit.add_subject("S-001", 1968, consents)
    run.visit.arrive(run.visit.subjects()[0])
    world.pass_time(minutes=25)
    assert run.visit.start_visit(0)
    run.capture.answer(Answers(True, 30.0, 21.0, 50.0))
    run.capture.set_automatic(False)
    run.capture.enter()
    qtbot.waitUntil(lambda: is_live(run), timeout=SOON_MS)
    yield run
    run.capture.leave()


def is_live(run: Run) -> bool:
    view = run.devices.newest()
    is_lit = bool(run.capture.standing.lights.names)
    return is_lit and view is not None and view.state == "live" and view.guidance.may_shoot and bool(view.slow)


def asked(run: Run) -> str | None:
    return run.capture.standing.hand.light if run.capture.standing.hand else None


def press(run: Run, qtbot: QtBot, light: str) -> None:
    """Space once the page asks for this light."""
    qtbot.waitUntil(lambda: asked(run) == light, timeout=SOON_MS)
    run.capture.shoot()


def refusals(run: Run) -> list[str]:
    said: list[str] = []
    run.capture.failed.connect(said.append)
    return said


def test_nothing_is_asked_before_stand_and_chin_rest_are_ticked(aiming: Run) -> None:
    said = refusals(aiming)
    aiming.capture.shoot()
    aiming.capture.rest(Rest(is_on_stand=True))
    aiming.capture.shoot()
    assert said == [NOT_AT_REST] * 2
    assert aiming.capture.standing.phase is Phase.AIMING


def test_light_by_light_into_the_archive(aiming: Run, qtbot: QtBot) -> None:
    aiming.capture.rest(AT_REST)
    aiming.capture.shoot()
    for light in (UR, UL, LL, LR):
        press(aiming, qtbot, light)
    qtbot.waitUntil(lambda: aiming.capture.standing.phase is Phase.LOOKING, timeout=SOON_MS)
    taken, archive = aiming.capture.standing.taken, aiming.study.archive
    assert taken is not None and archive is not None
    assert [o.light for o in taken.capture.originals if o.light] == [UR, UL, LL, LR]
    readings = {reading.gate: reading for reading in archive.captures()[0].facts.readings}
    assert readings["rest"].limit == "camera on its stand, chin on the rest"
    assert readings["stillness"].unit == "mm" and 0 <= readings["stillness"].value < 0.1


def test_a_wrong_light_is_said_and_the_same_is_asked_again(aiming: Run, qtbot: QtBot, world: World) -> None:
    world.opened[-1].lights.faults = LampFaults(wired={UR: LL})
    aiming.capture.rest(AT_REST)
    aiming.capture.shoot()
    press(aiming, qtbot, UR)
    qtbot.waitUntil(lambda: bool(aiming.capture.standing.hand and aiming.capture.standing.hand.hint), timeout=SOON_MS)
    assert aiming.capture.standing.hand.hint == 'That is light "lower-left": switch on light "upper-right" alone.'
    assert asked(aiming) == UR
    world.opened[-1].lights.faults = LampFaults()
    press(aiming, qtbot, UR)
    qtbot.waitUntil(lambda: asked(aiming) == UL, timeout=SOON_MS)


def test_a_stack_in_which_the_skin_moved_is_refused_and_may_be_begun_again(
    aiming: Run, qtbot: QtBot, world: World
) -> None:
    said = refusals(aiming)
    aiming.capture.rest(AT_REST)
    aiming.capture.shoot()
    for light in (UR, UL, LL):
        press(aiming, qtbot, light)
    qtbot.waitUntil(lambda: asked(aiming) == LR, timeout=SOON_MS)
    world.opened[-1].sway = 8.0
    press(aiming, qtbot, LR)
    qtbot.waitUntil(lambda: bool(said), timeout=SOON_MS)
    assert "between the lights, more than 0.3 mm: rest head and camera" in said[0]
    assert aiming.visit.chosen.captures == ()
    assert (aiming.capture.standing.phase, aiming.capture.standing.shot) == (Phase.AIMING, Shot(LEFT, 1))
    world.opened[-1].sway = 0.02
    qtbot.waitUntil(lambda: is_live(aiming), timeout=SOON_MS)
    aiming.capture.shoot()
    qtbot.waitUntil(lambda: asked(aiming) == UR, timeout=SOON_MS)


def test_backspace_stops_asking_and_all_lights_come_on(aiming: Run, qtbot: QtBot, world: World) -> None:
    aiming.capture.rest(AT_REST)
    aiming.capture.shoot()
    press(aiming, qtbot, UR)
    qtbot.waitUntil(lambda: asked(aiming) == UL, timeout=SOON_MS)
    aiming.capture.retake()
    assert aiming.capture.standing.phase is Phase.AIMING
    qtbot.waitUntil(lambda: world.opened[-1].lights.selected is None, timeout=SOON_MS)


def test_with_the_automatic_shutter_each_light_is_recognised(aiming: Run, qtbot: QtBot) -> None:
    aiming.capture.rest(AT_REST)
    aiming.capture.shoot()
    aiming.capture.set_automatic(True)
    seen: list[str | None] = []

    def look() -> bool:
        view = aiming.devices.newest()
        if view is not None and aiming.capture.standing.phase is Phase.LIGHTING:
            aiming.capture.look(view)
            seen.append(asked(aiming))
        return aiming.capture.standing.phase is Phase.LOOKING

    qtbot.waitUntil(look, timeout=2 * SOON_MS)
    assert [light for light in dict.fromkeys(seen) if light] == [UR, UL, LL, LR]


def test_ticks_are_for_one_visit(aiming: Run, world: World) -> None:
    aiming.capture.rest(AT_REST)
    assert aiming.visit.finish_visit()
    world.pass_time(days=28)
    aiming.visit.arrive(aiming.visit.subjects()[0])
    assert aiming.visit.start_visit(4)
    assert aiming.capture.standing.rest == Rest()
    assert aiming.capture.standing.lights.is_manual
