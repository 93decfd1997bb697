"""What the gates are told that no picture shows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gui.session.capture.gate_answers import Equipment, capture_answers, hours_apart
from gui.session.capture.red_gates import excuse, open_questions, overrides
from gui.session.capture.standing import Answers
from gui.session.chosen import Chosen
from gui.session.consent import needed_use
from imaging.model.camera import CameraInfo
from imaging.model.protocol import StudyProtocol
from imaging.model.reading import GateKind, GateReading, GateState
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse, Override, Subject, Visit

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PROTOCOL = StudyProtocol("x", "X", "study", "1", (), (), 1, "wrinkles.count", "forehead")
TRIAL = Consent(ConsentUse.TRIAL, ConsentAnswer.GIVEN, "2.1", date(2026, 3, 2))
CHOSEN = Chosen(
    protocol=PROTOCOL,
    subject=Subject("s", "S-001", 1968, (TRIAL,)),
    visit=Visit("v", "s", "st", 0, AT, "tester"),
    arrived_at=AT - timedelta(minutes=12),
)
EQUIPMENT = Equipment(AT, None, None)


def test_consent_for_the_use_of_the_study() -> None:
    assert capture_answers(CHOSEN, Answers(), None, EQUIPMENT).has_consent
    refused = replace(TRIAL, answer=ConsentAnswer.REFUSED)
    without = replace(CHOSEN, subject=replace(CHOSEN.subject, consents=(refused,)))
    assert not capture_answers(without, Answers(), None, EQUIPMENT).has_consent
    assert needed_use(replace(PROTOCOL, kind="follow-up")) is ConsentUse.CARE


def test_minutes_count_from_arrival() -> None:
    assert capture_answers(CHOSEN, Answers(), None, EQUIPMENT).minutes_since_arrival == 12


def test_no_device_file_says_uncalibrated_and_a_built_in_camera_is_not_the_stations() -> None:
    assert capture_answers(CHOSEN, Answers(), None, EQUIPMENT).calibration == "uncalibrated"
    webcam = replace(EQUIPMENT, camera=CameraInfo("x", "Webcam", "usb", is_builtin=True))
    assert not capture_answers(CHOSEN, Answers(), None, webcam).is_known_camera


@pytest.mark.parametrize(("hours", "apart"), [(1.5, 1.5), (-3, -3), (24 + 2, 2), (23, -1)])
def test_time_of_day_whatever_the_date(hours: float, apart: float) -> None:
    assert hours_apart(AT, AT + timedelta(hours=hours)) == pytest.approx(apart)


def test_no_baseline_no_time_of_day() -> None:
    assert hours_apart(None, AT) is None


def reading(gate: str, kind: GateKind, state: GateState = GateState.RED) -> GateReading:
    return GateReading(gate, kind, state, None, "", "", "Do something.", 1)


READINGS = (
    reading("skin", GateKind.STOP),
    reading("climate", GateKind.WARN),
    reading("focus", GateKind.HOLD),
    reading("place", GateKind.STOP, GateState.GREEN),
)


def test_stop_and_warn_ask_for_a_reason_hold_does_not() -> None:
    assert [r.gate for r in open_questions(READINGS, Answers())] == ["skin", "climate"]


def test_a_reason_holds_for_the_visit_for_warnings_and_for_one_shot_for_stops() -> None:
    answers = Answers(excused=excuse(READINGS, Answers(), "Other"))
    assert answers.excused == (Override("climate", "Other"),)
    assert [r.gate for r in open_questions(READINGS, answers)] == ["skin"]
    assert overrides(READINGS, answers, "Asked") == (Override("skin", "Asked"), Override("climate", "Other"))
    assert excuse(READINGS, answers, "Asked") == answers.excused
