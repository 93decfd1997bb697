"""The exposure of a site from its first picture to a later visit on skin of another brightness."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gui.session.capture.standing import Answers, Phase
from gui.session.run import Run
from imaging.camera.simulated.faults import Fault
from imaging.camera.simulated.sensor import KNOBS
from imaging.capture_inputs import inputs_of
from imaging.model.exposure import FOUND, STEP, exposure_factor
from imaging.model.visit import Capture, SiteKey
from tests.gui.world import World

SOON_MS = 30_000
START = KNOBS["exposure"].start


def painted(run: Run) -> None:
    """What the live view does for every frame."""
    view = run.devices.newest()
    if view is not None and view.frame is not None:
        run.capture.look(view)


def wait(run: Run, qtbot: QtBot, words: str) -> None:
    def is_said() -> bool:
        painted(run)
        return words in run.capture.standing.exposure.words

    qtbot.waitUntil(is_said, timeout=SOON_MS)


def shoot(run: Run, qtbot: QtBot) -> Capture:
    def is_taken() -> bool:
        painted(run)
        if run.capture.standing.phase is Phase.AIMING:
            run.capture.shoot()
        return run.capture.standing.phase is Phase.LOOKING

    qtbot.waitUntil(is_taken, timeout=SOON_MS)
    assert run.capture.standing.taken is not None
    return run.capture.standing.taken.capture


def exposure_of(capture: Capture) -> float:
    return next(control.read_back or 0 for control in capture.controls if control.name == "exposure")


def values(capture: Capture, gate: str) -> list[float | None]:
    return [reading.value for reading in capture.facts.readings if reading.gate == gate]


@pytest.fixture
def first_visit(in_visit: Run) -> Iterator[Run]:
    """At the capture page for the first time, the shutter by hand."""
    in_visit.capture.set_automatic(False)
    in_visit.capture.enter()
    yield in_visit
    in_visit.capture.leave()


def next_visit(run: Run, world: World, light: float) -> None:
    """The page was left; four weeks later the skin is darker or lighter."""
    run.capture.accept()
    run.capture.leave()
    assert run.visit.finish_visit()
    world.pass_time(days=28)
    world.light = light
    run.visit.arrive(run.visit.subjects()[0])
    world.pass_time(minutes=25)
    assert run.visit.start_visit(4)
    run.capture.answer(Answers(True, 30.0, 21.0, 50.0))
    run.capture.enter()


def test_it_is_found_on_the_still_skin_and_kept_with_the_picture(first_visit: Run, qtbot: QtBot) -> None:
    wait(first_visit, qtbot, "found on the skin")
    capture = shoot(first_visit, qtbot)
    assert exposure_of(capture) != START
    assert values(capture, FOUND) == [exposure_of(capture)]
    assert exposure_factor(capture.facts.readings) == 1.0
    assert not first_visit.capture.standing.exposure.may_repeat


def test_pressing_the_shutter_at_once_finds_it_first(first_visit: Run, qtbot: QtBot) -> None:
    def may_shoot() -> bool:
        view = first_visit.devices.newest()
        return view is not None and view.state == "live" and view.guidance.may_shoot

    qtbot.waitUntil(may_shoot, timeout=SOON_MS)
    first_visit.capture.shoot()
    qtbot.waitUntil(lambda: first_visit.capture.standing.phase is Phase.LOOKING, timeout=SOON_MS)
    taken = first_visit.capture.standing.taken
    assert taken is not None
    assert values(taken.capture, FOUND) == [exposure_of(taken.capture)]


def test_what_waits_for_the_search_is_not_forgotten_while_it_lasts(first_visit: Run, qtbot: QtBot) -> None:
    done: list[bool] = []
    qtbot.waitUntil(lambda: first_visit.devices.newest_picture() is not None, timeout=SOON_MS)
    first_visit.capture.exposing.find(lambda: done.append(True))

    def is_done() -> bool:
        painted(first_visit)
        first_visit.capture.exposing.find()
        return bool(done)

    qtbot.waitUntil(is_done, timeout=SOON_MS)


@pytest.mark.parametrize("fault", [Fault.STALL, Fault.FROZEN])
def test_a_camera_that_freezes_meanwhile_is_told_and_found_again_by_itself(
    first_visit: Run, qtbot: QtBot, world: World, fault: Fault
) -> None:
    """Pressed, then frozen: told, no picture; once it moves again the exposure is found without anybody's help."""
    run, told = first_visit, []
    run.capture.failed.connect(told.append)
    wait_to_find(run, qtbot)
    run.capture.shoot()
    assert run.capture.standing.exposure.is_busy
    world.faults.begin(fault)
    qtbot.waitUntil(lambda: bool(told), timeout=SOON_MS)
    assert told[0].startswith("No exposure was found. Simulated dermatology camera")
    assert told[0].endswith("plug it in again.")
    exposure = run.capture.standing.exposure
    assert (exposure.words, exposure.tone, exposure.is_busy) == (told[0], "bad", False)
    qtbot.waitUntil(lambda: run.devices.state.name in ("stalled", "lost"), timeout=SOON_MS)
    assert run.capture.standing.phase is Phase.AIMING
    assert run.visit.chosen.captures == ()
    world.faults.end()
    wait(run, qtbot, "found on the skin")
    qtbot.waitUntil(lambda: run.devices.state.name == "live", timeout=SOON_MS)
    assert values(shoot(run, qtbot), FOUND)


def another_site(run: Run) -> SiteKey:
    shot = run.capture.standing.shot
    assert shot is not None
    return next(row.site for row in run.capture.standing.plan.sites if row.site != shot.site)


def wait_to_find(run: Run, qtbot: QtBot) -> None:
    """Until a press would have the exposure found first."""

    def is_first() -> bool:
        view = run.devices.newest()
        may_shoot = view is not None and view.state == "live" and view.guidance.may_shoot
        return may_shoot and run.capture.exposing.must_find(view)

    qtbot.waitUntil(is_first, timeout=SOON_MS)


def test_a_press_while_the_site_is_looked_up_is_not_lost(first_visit: Run, qtbot: QtBot) -> None:
    """Another site is chosen and the shutter pressed at once: its exposure is found, then the picture taken."""
    capture, site = first_visit.capture, another_site(first_visit)
    wait_to_find(first_visit, qtbot)
    capture.choose_site(site)
    capture.shoot()
    qtbot.waitUntil(lambda: capture.standing.phase is Phase.LOOKING, timeout=SOON_MS)
    taken = capture.standing.taken
    assert taken is not None
    assert taken.capture.facts.site == site
    assert values(taken.capture, FOUND) == [exposure_of(taken.capture)]


def test_a_press_for_one_site_takes_no_picture_of_the_next(first_visit: Run, qtbot: QtBot) -> None:
    capture = first_visit.capture
    wait_to_find(first_visit, qtbot)
    capture.shoot()
    assert capture.standing.exposure.is_busy
    capture.choose_site(another_site(first_visit))
    wait(first_visit, qtbot, "found on the skin")
    qtbot.wait(300)
    assert capture.standing.phase is Phase.AIMING
    assert capture.standing.taken is None


def test_it_may_be_found_once_more_before_the_first_picture(first_visit: Run, qtbot: QtBot) -> None:
    wait(first_visit, qtbot, "found on the skin")
    assert first_visit.capture.standing.exposure.may_repeat
    first_visit.capture.exposing.find()
    wait(first_visit, qtbot, "Finding")
    wait(first_visit, qtbot, "found on the skin")


@pytest.mark.parametrize("case", [(0.62, 0, "as at the baseline"), (0.25, 1, "one step longer")])
def test_a_later_visit_replays_it_and_takes_one_step_where_the_skin_fell_below_half(
    first_visit: Run, qtbot: QtBot, world: World, case: tuple[float, int, str]
) -> None:
    light, steps, words = case
    before = shoot(first_visit, qtbot)
    world.sway = 0.02
    next_visit(first_visit, world, light)
    wait(first_visit, qtbot, words)
    later = settled(first_visit, qtbot)
    assert exposure_of(later) == pytest.approx(exposure_of(before) * 2**steps, abs=1)
    assert values(later, STEP) == ([steps] if steps else [])
    settings = next(r for r in later.facts.readings if r.gate == "settings")
    assert settings.state == "green"
    archive = first_visit.study.archive
    assert archive is not None
    assert inputs_of(archive.read_stack(later), later).exposure == 2.0**steps


def settled(run: Run, qtbot: QtBot) -> Capture:
    """In place and judged."""

    def is_judged() -> bool:
        painted(run)
        view = run.devices.newest()
        return view is not None and view.frame is not None and not run.capture.exposing.is_pending(view)

    qtbot.waitUntil(is_judged, timeout=SOON_MS)
    return shoot(run, qtbot)


def test_a_protocol_that_gives_the_exposure_leaves_nothing_to_find(in_visit: Run, qtbot: QtBot) -> None:
    run, protocol = in_visit, in_visit.visit.chosen.protocol
    assert protocol is not None
    protocol.camera["exposure"] = 200.0  # type: ignore[index]
    run.capture.set_automatic(False)
    run.capture.enter()
    qtbot.waitUntil(lambda: held(run) == 200.0, timeout=SOON_MS)
    capture = shoot(run, qtbot)
    assert exposure_of(capture) == 200.0
    assert values(capture, FOUND) == []
    run.capture.leave()


def held(run: Run) -> float | None:
    view = run.devices.newest()
    controls = view.frame.controls if view is not None and view.frame is not None else ()
    return next((c.read_back for c in controls if c.name == "exposure"), None)


def test_another_camera_than_the_baseline_s_starts_anew(first_visit: Run, qtbot: QtBot, world: World) -> None:
    shoot(first_visit, qtbot)
    world.identity = "simulated-2"
    next_visit(first_visit, world, 0.62)
    wait(first_visit, qtbot, "found on the skin")


def test_no_picture_is_taken_of_a_site_that_is_still_looked_up(first_visit: Run, qtbot: QtBot) -> None:
    """Neither by itself nor by a press: what is known is of the site before."""
    wait(first_visit, qtbot, "found on the skin")
    capture, site = first_visit.capture, another_site(first_visit)
    capture.choose_site(site)
    view = first_visit.devices.newest()
    assert view is not None
    assert capture.exposing.is_pending(view)
    assert capture.exposing.must_find(view)
    capture.shoot()
    assert capture.standing.phase is Phase.AIMING
    qtbot.waitUntil(lambda: capture.standing.phase is Phase.LOOKING, timeout=SOON_MS)
    assert capture.standing.taken is not None
    assert capture.standing.taken.capture.facts.site == site


def test_other_settings_leave_what_is_known_of_a_site(first_visit: Run, qtbot: QtBot, world: World) -> None:
    """Muting the sounds in the middle of a visit took the baseline away."""
    shoot(first_visit, qtbot)
    next_visit(first_visit, world, 0.62)
    qtbot.waitUntil(lambda: first_visit.devices.context.baseline is not None, timeout=SOON_MS)
    settings = first_visit.study.settings
    first_visit.study.remember(replace(settings, has_sounds=not settings.has_sounds))
    first_visit.capture.answer(first_visit.capture.standing.answers)
    assert first_visit.devices.context.baseline is not None
