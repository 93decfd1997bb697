"""The page leads to the site: another one of the subject is named, the baseline stands beside the live picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.pages.capture.page import CapturePage
from gui.session.capture.standing import Answers, Phase
from gui.session.run import Run
from imaging.camera.device import Target
from imaging.model.protocol import Laterality
from imaging.model.reading import GateState
from imaging.model.visit import SiteKey
from tests.gui.world import World

LEFT, RIGHT = SiteKey("crows-feet", Laterality.LEFT), SiteKey("crows-feet", Laterality.RIGHT)
SOON_MS = 60_000


def shoot(run: Run, qtbot: QtBot) -> None:
    def is_taken() -> bool:
        if run.capture.standing.phase is Phase.AIMING:
            run.capture.shoot()
        return run.capture.standing.phase is Phase.LOOKING

    qtbot.waitUntil(is_taken, timeout=SOON_MS)
    run.capture.accept()


@pytest.fixture
def first_visit(in_visit: Run, world: World) -> Run:
    """The camera is on, on its stand, the shutter by hand; nothing is photographed yet."""
    world.sway = 0.02
    in_visit.capture.set_automatic(False)
    return in_visit


@contextmanager
def opened(run: Run, qtbot: QtBot) -> Iterator[CapturePage]:
    page = CapturePage(run.capture, run.devices, run.hands)
    qtbot.addWidget(page)
    page.resize(1280, 720)
    page.show()
    page.enter()
    yield page
    page.leave()


@pytest.fixture
def first_page(first_visit: Run, qtbot: QtBot) -> Iterator[CapturePage]:
    """The first visit: the left crow's feet were just photographed, the right ones are next."""
    with opened(first_visit, qtbot) as page:
        shoot(first_visit, qtbot)
        yield page


@pytest.fixture
def page(first_visit: Run, world: World, qtbot: QtBot) -> Iterator[CapturePage]:
    """The second visit: left and right crow's feet were photographed at the first one."""
    run = first_visit
    run.capture.enter()
    for site in (LEFT, RIGHT):
        assert run.capture.standing.shot is not None and run.capture.standing.shot.site == site
        shoot(run, qtbot)
    run.capture.leave()
    assert run.visit.finish_visit()
    world.pass_time(days=28)
    run.visit.arrive(run.visit.subjects()[0])
    world.pass_time(minutes=25)
    assert run.visit.start_visit(4)
    run.capture.answer(Answers(True, 30.0, 21.0, 50.0))
    with opened(run, qtbot) as page:
        yield page


def told(page: CapturePage) -> str:
    return page.stage.live._cue.instruction


def test_the_other_side_is_recognised_and_the_baseline_leads_back(
    page: CapturePage, in_visit: Run, qtbot: QtBot
) -> None:
    code = in_visit.visit.chosen.subject.code if in_visit.visit.chosen.subject else ""
    qtbot.waitUntil(lambda: in_visit.devices.context.baseline is not None, timeout=SOON_MS)
    qtbot.waitUntil(lambda: len(in_visit.devices.context.others) == 1, timeout=SOON_MS)
    in_visit.devices.aim(Target(code, RIGHT, 4, 1))
    wrong = "This looks like the RIGHT crow's feet: go to the subject's LEFT side."
    qtbot.waitUntil(lambda: told(page) == wrong, timeout=SOON_MS)
    assert page.stage.baseline.isVisible()
    assert page.stage.live.isVisible()
    in_visit.devices.aim(Target(code, LEFT, 4, 1))
    qtbot.waitUntil(lambda: not page.stage.baseline.isVisible(), timeout=SOON_MS)


def test_at_a_site_that_is_not_known_the_protocol_says_where_it_lies(
    page: CapturePage, in_visit: Run, qtbot: QtBot
) -> None:
    code = in_visit.visit.chosen.subject.code if in_visit.visit.chosen.subject else ""
    qtbot.waitUntil(lambda: in_visit.devices.context.baseline is not None, timeout=SOON_MS)
    in_visit.devices.aim(Target(code, SiteKey("forehead", Laterality.MIDLINE), 4, 1))
    qtbot.waitUntil(lambda: told(page).startswith("Not the site yet. It lies here: 15 mm lateral"), timeout=SOON_MS)


def place(run: Run) -> GateState | None:
    """What the last picture says of its place, once that was looked at."""
    view = run.devices.newest()
    return next((r.state for r in view.slow if r.gate == "place"), None) if view is not None else None


def test_at_a_first_visit_the_site_before_is_recognised_and_stops_the_shutters(
    first_page: CapturePage, first_visit: Run, qtbot: QtBot
) -> None:
    run, page = first_visit, first_page
    shot, code = run.capture.standing.shot, run.visit.chosen.subject.code if run.visit.chosen.subject else ""
    assert shot is not None and shot.site == RIGHT
    qtbot.waitUntil(lambda: not run.capture.standing.is_seating, timeout=SOON_MS)
    run.devices.aim(Target(code, LEFT, 0, 1))
    wrong = "This looks like the LEFT crow's feet: go to the subject's RIGHT side."
    qtbot.waitUntil(lambda: told(page) == wrong, timeout=SOON_MS)
    assert run.devices.context.baseline is None
    view = run.devices.newest()
    assert view is not None and not view.is_ready and view.guidance.needs_reason
    assert view.guidance.may_shoot, "the shutter by hand fires with a reason"
    wait_for_exposure(run, qtbot)
    with qtbot.waitSignal(run.capture.reason_needed, timeout=SOON_MS) as asked:
        QTest.keyClick(page.stage.live, Qt.Key.Key_Space)
    assert [reading.gate for reading in asked.args[0]] == ["place"]
    assert run.capture.standing.phase is Phase.AIMING
    run.devices.aim(Target(code, RIGHT, 0, 1))
    qtbot.waitUntil(lambda: place(run) is GateState.GREY and told(page) != wrong, timeout=SOON_MS)
    QTest.keyClick(page.stage.live, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(run.visit.chosen.captures) == 2, timeout=SOON_MS)
    assert all(not capture.facts.overrides for capture in run.visit.chosen.captures)


def test_a_camera_that_was_set_otherwise_is_set_again_by_the_site_s_name(
    first_page: CapturePage, first_visit: Run, world: World, qtbot: QtBot
) -> None:
    """Another program, or a knob, changed the white balance since the baseline."""
    run, page = first_visit, first_page
    tile = next(tile for tile in page.panel.sites.tiles if tile.tile.site == LEFT)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run.devices.context.baseline is not None, timeout=SOON_MS)
    qtbot.waitUntil(lambda: settings(run) is GateState.GREEN, timeout=SOON_MS)
    words = "The camera does not hold white balance: press the site's name to set it again, or shoot with a reason."

    def is_told() -> bool:
        """The station may just be setting the camera once more: the knob is turned until it counts."""
        world.opened[-1].apply({"white_balance": 6200.0})
        return told(page) == words

    qtbot.waitUntil(is_told, timeout=SOON_MS)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settings(run) is GateState.GREEN and told(page) != words, timeout=SOON_MS)


def settings(run: Run) -> GateState | None:
    """Of the camera, as the gate sees them; not while the simulated patient sits down."""
    view = run.devices.newest()
    is_asked = view is not None and not run.capture.standing.is_seating
    return next((r.state for r in view.cheap if r.gate == "settings"), None) if view is not None and is_asked else None


def wait_for_exposure(run: Run, qtbot: QtBot) -> None:
    """Nothing is left to look up or to find before a picture."""

    def is_settled() -> bool:
        view = run.devices.newest()
        return view is not None and not run.capture.exposing.is_pending(view)

    qtbot.waitUntil(is_settled, timeout=SOON_MS)


def test_a_press_just_after_the_known_sites_changed_waits_until_the_place_was_read_on_them(
    first_page: CapturePage, first_visit: Run, qtbot: QtBot
) -> None:
    """The camera looks at the other side; the gates have not seen a frame since they know that side."""
    run, page = first_visit, first_page
    code = run.visit.chosen.subject.code if run.visit.chosen.subject else ""
    qtbot.waitUntil(lambda: not run.capture.standing.is_seating, timeout=SOON_MS)
    run.devices.aim(Target(code, LEFT, 0, 1))
    qtbot.waitUntil(lambda: told(page).startswith("This looks like the LEFT crow's feet"), timeout=SOON_MS)
    wait_for_exposure(run, qtbot)
    known = run.devices.context

    def knows_no_other() -> bool:
        run.devices.set_context(replace(known, others=()))
        view = run.devices.newest()
        return view is not None and view.context.others == () and not view.guidance.needs_reason

    qtbot.waitUntil(knows_no_other, timeout=SOON_MS)
    with qtbot.waitSignal(run.capture.reason_needed, timeout=SOON_MS) as asked:
        run.devices.set_context(known)
        QTest.keyClick(page.stage.live, Qt.Key.Key_Space)
        assert run.capture.standing.phase is Phase.AIMING
    assert [reading.gate for reading in asked.args[0]] == ["place"]
    assert len(run.visit.chosen.captures) == 1
