"""Replicates of a site: compared while the visit goes on, and what their gate says then."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.dialogs.finish import finish_dialog
from gui.session.capture.plan import Shot
from gui.session.capture.standing import Phase
from gui.session.run import Run
from imaging.model.protocol import Laterality
from imaging.model.reading import GateReading, GateState
from imaging.model.visit import SiteKey
from imaging.repeatability_study import read_patch

LEFT = SiteKey("crows-feet", Laterality.LEFT)
SOON_MS = 60_000


@pytest.fixture
def aiming(in_visit: Run) -> Iterator[Run]:
    in_visit.capture.set_automatic(False)
    in_visit.capture.enter()
    yield in_visit
    in_visit.capture.leave()


def shoot(run: Run, qtbot: QtBot) -> None:
    def is_taken() -> bool:
        if run.capture.standing.phase is Phase.AIMING:
            run.capture.shoot()
        return run.capture.standing.phase is Phase.LOOKING

    qtbot.waitUntil(is_taken, timeout=SOON_MS)


def replicates_gate(run: Run) -> GateReading | None:
    view = run.devices.newest()
    return next((r for r in view.cheap if r.gate == "replicates"), None) if view is not None else None


def test_the_gate_says_how_far_the_replicates_of_the_site_differ(aiming: Run, qtbot: QtBot) -> None:
    shoot(aiming, qtbot)
    grey = replicates_gate(aiming)
    assert grey is not None and grey.state is GateState.GREY
    aiming.capture.choose_site(LEFT)
    shoot(aiming, qtbot)
    aiming.capture.choose_site(LEFT)
    qtbot.waitUntil(lambda: LEFT in aiming.visit.chosen.spreads, timeout=3 * SOON_MS)  # measures two pictures
    spread = aiming.visit.chosen.spreads[LEFT]
    visit, archive = aiming.visit.chosen.visit, aiming.study.archive
    assert visit is not None and archive is not None
    readings, _ = read_patch(archive, (visit,), LEFT)
    headline = archive.protocol_of(visit.study_id).headline_endpoint
    one, other = (reading.values[headline] or 0.0 for reading in readings)
    assert spread == pytest.approx(100 * abs(one - other) / 2**0.5 / ((one + other) / 2))
    qtbot.waitUntil(lambda: (gate := replicates_gate(aiming)) is not None and gate.value == spread, timeout=SOON_MS)


def test_replicates_that_differ_lead_back_to_their_site(aiming: Run, qtbot: QtBot) -> None:
    """Every other site is left out; the spread is given, so that it is too large."""
    said: list[str] = []
    aiming.capture.told.connect(said.append)
    for _ in range(aiming.visit.chosen.protocol.replicates if aiming.visit.chosen.protocol else 0):
        aiming.capture.choose_site(LEFT)
        shoot(aiming, qtbot)
        aiming.capture.accept()
    while (shot := aiming.capture.standing.shot) is not None:
        assert shot.site != LEFT
        aiming.capture.skip_site("No time left")
    assert aiming.capture.standing.plan.is_complete
    chosen = replace(aiming.visit.chosen, spreads={LEFT: 8.0})
    aiming.visit.chosen = chosen
    aiming.visit.changed.emit(chosen)
    assert aiming.capture.standing.shot == Shot(LEFT, 4)
    assert said and "differ by 8.0 %" in said[-1]

    def is_told() -> bool:
        view = aiming.devices.newest()
        return view is not None and "differ by 8.0 %: take another" in view.guidance.instruction

    qtbot.waitUntil(is_told, timeout=SOON_MS)
    view = aiming.devices.newest()
    assert view is not None
    assert not view.guidance.needs_reason
    assert_finishing_asks_why(aiming, qtbot)


def assert_finishing_asks_why(run: Run, qtbot: QtBot) -> None:
    """By key; the reason stays with the visit."""
    dialog = finish_dialog(run.visit)
    qtbot.addWidget(dialog)
    dialog.show()
    visit, archive = run.visit.chosen.visit, run.study.archive
    assert visit is not None and archive is not None
    QTest.keyClick(dialog, Qt.Key.Key_4)
    assert archive.visit(visit.identifier).finished_at is not None
    reasons = {entry.site: entry.reason for entry in archive.not_done(visit.identifier)}
    assert reasons[LEFT] == "No further replicate: No time left"
