"""At a later visit the page leads to the site: the baseline stands beside the live picture until that lies on it."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.pages.capture.page import CapturePage
from gui.session.capture.standing import Answers, Phase
from gui.session.run import Run
from imaging.camera.device import Target
from imaging.model.protocol import Laterality
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
def page(in_visit: Run, world: World, qtbot: QtBot, qapp: QApplication) -> Iterator[CapturePage]:  # noqa: ARG001
    """The second visit: left and right crow's feet were photographed at the first one."""
    run, world.sway = in_visit, 0.02
    run.capture.set_automatic(False)
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
    opened = CapturePage(run.capture, run.devices, run.hands)
    qtbot.addWidget(opened)
    opened.resize(1280, 720)
    opened.show()
    opened.enter()
    yield opened
    opened.leave()


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
