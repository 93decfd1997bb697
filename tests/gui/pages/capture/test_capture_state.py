"""The capture page as a value."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gui.pages.capture.cues import cue_of
from gui.pages.capture.face import FaceSign
from gui.pages.capture.panel import SidePanel
from gui.pages.capture.state import State, ready, state_of
from gui.session.capture.plan import Shot, plan_visit
from gui.session.capture.standing import Phase, Standing
from gui.session.chosen import Chosen
from gui.session.run import Run
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
    cue = cue_of(Guidance("Move.", False, True, False, (pose,)), 0.5)
    assert cue.move == (0.1, -0.2)
    assert cue.turn_deg == -4.0
    assert (cue.instruction, cue.progress, cue.tone) == ("Move.", 0.5, "wait")


def test_no_arrow_while_the_pose_is_good() -> None:
    numbers = (("right_share", 0.01), ("up_share", 0.0), ("right_mm", 0.3), ("up_mm", -0.4), ("scale_pct", -0.2))
    pose = GateReading("pose", GateKind.HOLD, GateState.GREEN, 0.5, "mm", "", "", 7, numbers)
    cue = cue_of(Guidance("Ready.", True, True, False, (pose,)), 0.0)
    assert (cue.move, cue.turn_deg, cue.size, cue.tone) == (None, None, None, "good")
    assert cue.facts == "0.5 mm  ·  0.0°  ·  −0.2 %"


def test_a_camera_too_close_is_drawn_as_a_circle_too_large() -> None:
    scale = GateReading("scale", GateKind.HOLD, GateState.RED, 3.0, "%", "", "Move away.", 7)
    assert cue_of(Guidance("Move away.", False, True, False, (scale,)), 0.0).size == pytest.approx(1.03)


def test_without_a_spacing_the_offset_is_a_share_of_the_picture() -> None:
    pose = GateReading(
        "pose", GateKind.HOLD, GateState.RED, None, "mm", "", "Move.", 7, (("right_share", 0.06), ("up_share", 0.08))
    )
    assert cue_of(Guidance("Move.", False, False, False, (pose,)), 0.0).facts.startswith("10 % of the picture")


def test_what_forbids_the_shutter_has_a_tone_of_its_own() -> None:
    site = GateReading("site", GateKind.HARD, GateState.RED, None, "", "", "Choose.", 7)
    assert cue_of(Guidance("Choose.", False, False, False, (site,)), 0.0).tone == "stop"


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


def test_lamps_stand_in_the_order_of_importance_whichever_was_read_first(qtbot: QtBot) -> None:
    def reading(gate: str) -> GateReading:
        return GateReading(gate, GateKind.HOLD, GateState.GREEN, 1.0, "%", "", "", 7)

    panel = SidePanel({"exposure": "Exposure", "pose": "Pose", "motion": "Motion"})
    qtbot.addWidget(panel)
    panel.show_readings((reading("exposure"), reading("motion"), reading("pose")))
    assert list(panel.grid._lamps) == ["exposure", "pose", "motion"]
