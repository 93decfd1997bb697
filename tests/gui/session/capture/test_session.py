"""Taking pictures with the real simulated camera into a real archive."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.session.capture.plan import Shot
from gui.session.capture.standing import Answers, Phase
from gui.session.run import Run
from imaging.camera.simulated.faults import Fault
from imaging.model.protocol import Laterality
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse, SiteKey
from tests.gui.world import World

LEFT, RIGHT = SiteKey("crows-feet", Laterality.LEFT), SiteKey("crows-feet", Laterality.RIGHT)
SOON_MS = 20_000


@pytest.fixture
def aiming(in_visit: Run, qtbot: QtBot) -> Iterator[Run]:
    """The capture page is open, the shutter by hand, the camera live."""
    in_visit.capture.set_automatic(False)
    in_visit.capture.enter()
    wait_for_picture(in_visit, qtbot)
    yield in_visit
    in_visit.capture.leave()


def wait_for_picture(run: Run, qtbot: QtBot) -> None:
    def has_readings() -> bool:
        view = run.devices.newest()
        return view is not None and view.state == "live" and view.guidance.may_shoot and bool(view.slow)

    qtbot.waitUntil(has_readings, timeout=SOON_MS)


def shoot(run: Run, qtbot: QtBot) -> None:
    run.capture.shoot()
    qtbot.waitUntil(lambda: run.capture.standing.phase is Phase.LOOKING, timeout=SOON_MS)


def pressed_until_taken(run: Run) -> bool:
    """Presses the shutter whenever nothing is being taken: right after a replug the picture may stall once more."""
    if run.capture.standing.phase is Phase.AIMING:
        run.capture.shoot()
    return run.capture.standing.phase is Phase.LOOKING


def refusals(run: Run) -> list[str]:
    said: list[str] = []
    run.capture.failed.connect(said.append)
    return said


def test_begins_with_the_first_missing_shot(aiming: Run) -> None:
    assert aiming.capture.standing.shot == Shot(LEFT, 1)


def test_the_originals_are_in_the_archive_before_the_answer(aiming: Run, qtbot: QtBot) -> None:
    shoot(aiming, qtbot)
    taken, archive = aiming.capture.standing.taken, aiming.study.archive
    assert taken is not None
    assert archive is not None
    assert all(archive.original_path(taken.capture, original).is_file() for original in taken.capture.originals)
    assert taken.capture.site == LEFT
    assert taken.capture.is_accepted
    assert taken.capture.facts.calibration is not None
    assert {reading.gate for reading in taken.capture.facts.readings} >= {"focus", "exposure", "skin", "place"}


def test_a_picture_that_stays_is_accepted_by_itself(aiming: Run, qtbot: QtBot) -> None:
    shoot(aiming, qtbot)
    qtbot.waitUntil(lambda: aiming.capture.standing.phase is Phase.AIMING, timeout=SOON_MS)
    assert aiming.capture.standing.shot == Shot(RIGHT, 1)
    assert aiming.capture.standing.plan.done_count == 1


def test_retaking_keeps_the_original_and_offers_the_shot_again(aiming: Run, qtbot: QtBot) -> None:
    shoot(aiming, qtbot)
    aiming.capture.retake()
    assert aiming.capture.standing.shot == Shot(LEFT, 1)
    assert aiming.capture.standing.phase is Phase.AIMING
    assert [c.excluded_reason for c in aiming.visit.chosen.captures] == ["retaken"]
    assert aiming.capture.standing.plan.done_count == 0


def test_the_last_picture_can_be_retaken_after_it_was_accepted(aiming: Run, qtbot: QtBot) -> None:
    shoot(aiming, qtbot)
    aiming.capture.accept()
    aiming.capture.retake()
    assert aiming.capture.standing.shot == Shot(LEFT, 1)


def test_coming_back_resumes_at_the_first_missing_shot(aiming: Run, qtbot: QtBot) -> None:
    shoot(aiming, qtbot)
    aiming.capture.leave()
    assert aiming.capture.standing.phase is Phase.RESTING
    aiming.capture.enter()
    assert aiming.capture.standing.shot == Shot(RIGHT, 1)


def test_a_chosen_site_comes_next(aiming: Run) -> None:
    forehead = SiteKey("forehead", Laterality.MIDLINE)
    aiming.capture.choose_site(forehead)
    assert aiming.capture.standing.shot == Shot(forehead, 1)


def test_a_site_left_out_is_passed_over(aiming: Run) -> None:
    aiming.capture.skip_site("No time left")
    assert aiming.capture.standing.shot == Shot(RIGHT, 1)


def test_make_up_asks_for_a_reason_and_the_capture_waits(aiming: Run, qtbot: QtBot) -> None:
    aiming.capture.answer(Answers(False, 30.0, 21.0, 50.0))
    qtbot.waitUntil(lambda: needs_reason(aiming), timeout=SOON_MS)
    with qtbot.waitSignal(aiming.capture.reason_needed, timeout=SOON_MS) as asked:
        aiming.capture.shoot()
    assert [reading.gate for reading in asked.args[0]] == ["skin"]
    aiming.capture.shoot("Make-up cannot be removed")
    qtbot.waitUntil(lambda: aiming.capture.standing.phase is Phase.LOOKING, timeout=SOON_MS)
    taken = aiming.capture.standing.taken
    assert taken is not None
    assert not taken.capture.is_accepted
    assert [(o.gate, o.reason) for o in taken.capture.facts.overrides] == [("skin", "Make-up cannot be removed")]
    assert aiming.capture.standing.plan.done_count == 1


def needs_reason(run: Run) -> bool:
    view = run.devices.newest()
    return view is not None and view.guidance.needs_reason


def test_all_green_fires_by_itself(aiming: Run, qtbot: QtBot) -> None:
    aiming.capture.set_automatic(True)

    def has_fired() -> bool:
        view = aiming.devices.newest()
        if view is not None:
            aiming.capture.look(view)
        return aiming.capture.standing.phase is Phase.LOOKING

    qtbot.waitUntil(has_fired, timeout=SOON_MS)


def test_a_question_on_the_screen_holds_the_automatic_shutter(aiming: Run) -> None:
    aiming.capture.set_automatic(True)
    aiming.capture.hold(True)
    view = aiming.devices.newest()
    assert view is not None
    aiming.capture.look(view)
    assert aiming.capture.standing.phase is Phase.AIMING
    assert aiming.capture.shutter_progress == 0


def test_no_consent_no_picture(enrolled: Run, qtbot: QtBot) -> None:
    refused = Consent(ConsentUse.TRIAL, ConsentAnswer.REFUSED, "2.1", enrolled.visit.now.date())
    assert enrolled.visit.add_subject("S-002", 1971, (refused,))
    enrolled.visit.start_visit(0)
    enrolled.capture.set_automatic(False)
    said = refusals(enrolled)
    enrolled.capture.enter()
    qtbot.waitUntil(lambda: bool((view := enrolled.devices.newest()) and view.guidance.readings), timeout=SOON_MS)
    enrolled.capture.shoot()
    enrolled.capture.leave()
    assert len(said) == 1
    assert "consent" in said[0].lower()
    assert enrolled.visit.chosen.captures == ()


def test_an_archive_that_cannot_be_written_offers_the_shot_again(aiming: Run, qtbot: QtBot, tmp_path: Path) -> None:
    said = refusals(aiming)
    originals = tmp_path / "archive" / "originals"
    shutil.rmtree(originals, ignore_errors=True)
    originals.write_text("a file where a folder has to be")
    aiming.capture.shoot()
    qtbot.waitUntil(lambda: bool(said), timeout=SOON_MS)
    assert aiming.capture.standing.phase is Phase.AIMING
    assert aiming.capture.standing.shot == Shot(LEFT, 1)
    originals.unlink()
    shoot(aiming, qtbot)
    assert aiming.capture.standing.plan.done_count == 1


def test_unplugged_while_shooting_loses_nothing(aiming: Run, qtbot: QtBot, world: World) -> None:
    said = refusals(aiming)
    world.faults.begin(Fault.UNPLUG)
    aiming.capture.shoot()
    qtbot.waitUntil(lambda: bool(said), timeout=SOON_MS)
    assert aiming.capture.standing.shot == Shot(LEFT, 1)
    world.faults.end()
    wait_for_picture(aiming, qtbot)
    qtbot.waitUntil(lambda: pressed_until_taken(aiming), timeout=SOON_MS)
    assert len(aiming.visit.chosen.captures) == 1


def test_the_second_round_has_the_first_picture_as_its_ghost(aiming: Run, qtbot: QtBot) -> None:
    assert aiming.capture.standing.pictures.baseline is None
    shoot(aiming, qtbot)
    aiming.capture.accept()
    aiming.capture.choose_site(LEFT)
    qtbot.waitUntil(lambda: aiming.capture.standing.pictures.baseline is not None, timeout=SOON_MS)
    assert aiming.capture.standing.pictures.last is None


def test_other_sites_of_the_subject_are_known_to_the_gates(aiming: Run, qtbot: QtBot) -> None:
    shoot(aiming, qtbot)
    aiming.capture.accept()
    aiming.capture.choose_site(LEFT)
    qtbot.waitUntil(lambda: aiming.capture.standing.pictures.baseline is not None, timeout=SOON_MS)
    aiming.capture.choose_site(RIGHT)
    assert [other.name for other in aiming.devices.context.others] == ["the LEFT crow's feet"]


def test_a_press_that_waited_does_not_accept_the_picture_of_the_next(aiming: Run, qtbot: QtBot) -> None:
    """Pressed twice: the first press still waits for the place to be looked at when the second takes the picture."""
    shoot(aiming, qtbot)
    aiming.capture.accept()
    qtbot.waitUntil(lambda: aiming.devices.context.others != (), timeout=SOON_MS)

    def is_taken() -> bool:
        if aiming.capture.standing.phase is Phase.AIMING:
            aiming.capture.shoot("It is the site")
            aiming.capture.shoot("It is the site", has_waited=True)
        return aiming.capture.standing.phase is Phase.LOOKING

    qtbot.waitUntil(is_taken, timeout=SOON_MS)
    qtbot.wait(600)
    assert aiming.capture.standing.phase is Phase.LOOKING
