"""What the calibration page says at each moment."""

from datetime import UTC, date, datetime

import pytest

from gui.pages.calibration.state import state_of
from gui.session.calibration.calibrating import Calibrating, Mode, Phase, StepKey, StepState, steps_for
from gui.session.calibration.trusted import Known, banner_words
from imaging.calibration.state import calibration_state
from imaging.model.calibration import Check, DeviceCalibration, ScaleCalibration, Validity
from imaging.model.geometry import Spacing

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def known(until: date | None = date(2027, 1, 1), *checks: Check, due: tuple[str, ...] = ()) -> Known:
    scale = ScaleCalibration(Spacing.square(0.02), (240, 320), Validity(date(2026, 1, 5), until, 0.1))
    calibration = DeviceCalibration("cam", scale, checks=checks)
    return Known(calibration_state(calibration, DAY), due=due, why_not="", camera="cam")


def at(step: StepKey, **more: object) -> Calibrating:
    return Calibrating(Mode.STEPS, steps_for(Mode.STEPS, 4, ()), step, **more)  # type: ignore[arg-type]


def test_a_fixed_ring_is_not_asked_for_its_lights() -> None:
    assert StepKey.LIGHTS not in [step.key for step in steps_for(Mode.STEPS, 0, ())]
    assert StepKey.LIGHTS in [step.key for step in steps_for(Mode.STEPS, 4, ())]


def test_a_day_begins_with_what_is_due_only() -> None:
    assert [step.key for step in steps_for(Mode.DAILY, 4, ("scale",))] == [StepKey.SCALE]
    assert [step.key for step in steps_for(Mode.DAILY, 4, ("scale", "flat_field"))] == [StepKey.WHITE, StepKey.SCALE]


def test_the_overview_names_every_section_and_what_to_do_first() -> None:
    state = state_of(Calibrating(), known(due=("scale",)))
    assert [card.badge for card in state.cards] == ["Verified", "Not made", "Not made", "Not made", "Optional"]
    assert state.primary.startswith("Check for today")
    assert state_of(Calibrating(), known()).primary.startswith("Calibrate step by step")


def test_what_has_expired_is_made_anew_not_checked() -> None:
    state = state_of(Calibrating(), known(date(2026, 2, 1), due=("scale",)))
    assert state.primary.startswith("Calibrate step by step")


def test_a_fixed_ring_misses_no_lights() -> None:
    lights = next(card for card in state_of(Calibrating(), known(), is_fixed_ring=True).cards if card.key == "lights")
    assert (lights.badge, lights.tone, lights.action) == ("Not needed", "", "")


def test_a_station_without_device_files_says_so_and_calibrates_nothing() -> None:
    state = state_of(Calibrating(), Known(why_not="Nothing can be calibrated here."))
    assert state.sentence == "Nothing can be calibrated here."
    assert not state.can_go


@pytest.mark.parametrize(
    ("phase", "stage", "primary"),
    [(Phase.LOOKING, "live", "Take picture (Space)"), (Phase.DONE, "result", "Next: White field (Space)")],
)
def test_the_large_button_says_what_comes_next(phase: Phase, stage: str, primary: str) -> None:
    state = state_of(at(StepKey.SCALE, phase=phase), known())
    assert (state.stage, state.primary) == (stage, primary)


def test_after_the_last_step_it_is_finished() -> None:
    assert state_of(at(StepKey.DEPTH, phase=Phase.DONE), known()).primary == "Finish (Space)"


def test_while_something_is_made_nothing_can_be_pressed() -> None:
    state = state_of(at(StepKey.SCALE, phase=Phase.WORKING), known())
    assert not state.can_go
    assert not state.can_leave_out


def test_what_is_beyond_its_limit_is_checked_again_first() -> None:
    state = state_of(at(StepKey.WHITE, phase=Phase.DONE, is_off=True, result="Beyond."), known())
    assert (state.primary, state.other) == ("Check again (Space)", "Go on without (S)")
    assert state.tone == "bad"


def test_a_result_says_until_when_it_counts() -> None:
    state = state_of(at(StepKey.SCALE, phase=Phase.DONE, limits="Tilt 0.3 %."), known())
    assert state.note == "Tilt 0.3 %. Valid until 01 Jan 2027."


def test_steps_carry_their_figures() -> None:
    steps = steps_for(Mode.STEPS, 4, ())
    done = tuple(s.__class__(s.key, s.title, StepState.DONE, "20 µm") if s.key is StepKey.SCALE else s for s in steps)
    rows = state_of(Calibrating(Mode.STEPS, done, StepKey.WHITE), known()).rows
    assert [(row.words, row.tone) for row in rows if row.key is StepKey.SCALE] == [("20 µm", "good")]
    assert [row.key for row in rows if row.is_current] == [StepKey.WHITE]


def test_the_banner_is_silent_while_all_is_well() -> None:
    assert banner_words(known(), "").sentence == ""
    assert banner_words(Known(), "").sentence == ""


@pytest.mark.parametrize(
    ("what", "word", "tone"),
    [
        (known(date(2026, 2, 1)), "expired", "bad"),
        (known(date(2026, 3, 3)), "tomorrow", "warn"),
        (known(date(2027, 1, 1), Check("scale", NOW, 2.0, 0.5, "%")), "failed", "bad"),
        (Known(calibration_state(None, DAY), why_not=""), "ncalibrated", "warn"),
    ],
)
def test_the_banner_says_what_is_wrong_and_offers_one_thing(what: Known, word: str, tone: str) -> None:
    words = banner_words(what, "")
    assert word in words.sentence
    assert (words.tone, words.action) == (tone, "Calibrate")


def test_the_banner_keeps_the_reason_of_a_day_left_out() -> None:
    words = banner_words(known(due=("scale",)), "No time before this subject")
    assert "No time before this subject" in words.sentence
    assert words.action == "Check now"


def test_only_what_was_made_can_be_checked() -> None:
    cards = state_of(Calibrating(), known()).cards
    assert [card.key for card in cards if card.can_be_checked] == [StepKey.SCALE]
    now = Calibrating(Mode.CHECK, steps_for(Mode.CHECK, 4, ("lights",)), StepKey.LIGHTS)
    state = state_of(now, known())
    assert (state.title, state.fields) == ("Check · Lights", "ball")
    scale = Calibrating(Mode.CHECK, steps_for(Mode.CHECK, 4, ("scale",)), StepKey.SCALE)
    assert state_of(scale, known()).fields == "", "the print was measured when the scale was made"
