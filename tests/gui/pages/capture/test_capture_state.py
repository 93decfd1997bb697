"""The capture page as a value."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gui.pages.capture.cues import cue_of
from gui.pages.capture.face import FaceSign
from gui.pages.capture.state import State, ready, state_of
from gui.session.chosen import Chosen
from gui.session.plan import Shot, plan_visit
from gui.session.run import Run
from gui.session.standing import Phase, Standing
from imaging.model.protocol import Laterality
from imaging.model.reading import GateKind, GateReading, GateState, Guidance
from imaging.model.visit import SiteKey


@pytest.fixture
def standing(in_visit: Run) -> Standing:
    chosen = in_visit.visit.chosen
    plan = plan_visit(chosen)
    return Standing(Phase.AIMING, chosen, plan, plan.next_shot)


def test_nothing_without_a_visit() -> None:
    assert state_of(Standing()) == State()
    assert ready(Chosen())


def test_who_and_where_are_always_said(standing: Standing) -> None:
    state = state_of(standing)
    assert (state.code, state.born, state.visit) == ("S-001", "born 1968", "Week 0")
    assert (state.side, state.site_name, state.shot) == ("SUBJECT'S LEFT", "Crow's feet", "picture 1 of 3")
    assert state.count == "0 of 15 pictures"
    assert [tile.is_current for tile in state.tiles] == [True, False, False, False, False]


def test_right_and_midline(standing: Standing) -> None:
    right = replace(standing, shot=Shot(SiteKey("crows-feet", Laterality.RIGHT), 2))
    assert state_of(right).side == "SUBJECT'S RIGHT"
    assert state_of(right).shot == "picture 2 of 3"
    middle = replace(standing, shot=Shot(SiteKey("forehead", Laterality.MIDLINE), 1))
    assert state_of(middle).side == "MIDLINE"


def test_nothing_left_to_take(standing: Standing) -> None:
    state = state_of(replace(standing, shot=None))
    assert state.mode == "complete"
    assert "Left crow's feet: 0 of 3" in state.complete_sentence


@pytest.mark.parametrize(("phase", "mode"), [(Phase.SHOOTING, "shooting"), (Phase.LOOKING, "looking")])
def test_modes(standing: Standing, phase: Phase, mode: str) -> None:
    assert state_of(replace(standing, phase=phase)).mode == mode


def test_the_next_site_is_announced_while_the_subject_moves(standing: Standing) -> None:
    assert state_of(replace(standing, is_seating=True)).move_on == "Next: Left crow's feet"
    assert state_of(standing).move_on == ""


def test_the_arrow_leads_back_to_the_baseline() -> None:
    values = (("right_share", 0.2), ("up_share", 0.1), ("rotation_deg", 4.0))
    pose = GateReading("pose", GateKind.HOLD, GateState.RED, 3.0, "mm", "", "Move.", 7, values)
    cue = cue_of(Guidance("Move.", False, True, False, (pose,)), (pose,), 0.5)
    assert cue.move == (0.1, -0.2)
    assert cue.turn_deg == -4.0
    assert (cue.instruction, cue.progress) == ("Move.", 0.5)


def test_no_arrow_while_the_pose_is_good() -> None:
    pose = GateReading("pose", GateKind.HOLD, GateState.GREEN, 0.3, "mm", "", "", 7, (("right_share", 0.01),))
    assert cue_of(Guidance("Ready.", True, True, False, (pose,)), (pose,), 0.0).move is None


def test_the_subjects_left_is_at_the_right_of_the_face(qtbot: QtBot) -> None:
    sign = FaceSign(100)
    qtbot.addWidget(sign)
    sign.show_site(SiteKey("crows-feet", Laterality.LEFT))
    left = sign.grab().toImage()
    sign.show_site(SiteKey("crows-feet", Laterality.RIGHT))
    right = sign.grab().toImage()
    mark = left.pixelColor(77, 43)
    assert mark != right.pixelColor(77, 43)
    assert mark == right.pixelColor(23, 43)
