from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from imaging.guidance.gates import GATES
from imaging.guidance.guide import READY, REASONS, STEADY_FRAMES, WORDS_FRAMES, Smoother, guide
from imaging.model.reading import GateKind, GateReading, GateState

GREEN, RED, GREY = GateState.GREEN, GateState.RED, GateState.GREY


def _reading(gate: str, state: GateState, sequence: int = 1, value: float = 1.0, words: str = "") -> GateReading:
    kind = next(row.kind for row in GATES if row.name == gate)
    told = (words or f"Mend {gate}.") if state == RED else ""
    return GateReading(gate, kind, state, value, "", "", told, sequence)


def _all(state: GateState = GREEN, **red: GateState) -> list[GateReading]:
    return [_reading(row.name, red.get(row.name.replace("-", "_"), state)) for row in GATES]


def test_all_green_is_ready() -> None:
    guidance = guide(_all())
    assert guidance.is_ready and guidance.may_shoot and not guidance.needs_reason
    assert guidance.instruction == READY


def test_grey_never_stops_anything() -> None:
    assert guide(_all(GREY)).is_ready


def test_nothing_read_is_not_ready() -> None:
    assert not guide([]).is_ready
    assert not guide([]).may_shoot


@pytest.mark.parametrize(
    ("gate", "is_ready", "may_shoot", "needs_reason"),
    [
        ("site", False, False, False),
        ("skin", False, True, True),
        ("place", False, True, True),
        ("focus", False, True, False),
        ("motion", False, True, False),
        ("climate", False, True, True),
        ("replicates", True, True, False),
    ],
)
def test_a_red_gate_does_what_its_kind_says(gate: str, is_ready: bool, may_shoot: bool, needs_reason: bool) -> None:
    guidance = guide(_all(**{gate: RED}))
    assert (guidance.is_ready, guidance.may_shoot, guidance.needs_reason) == (is_ready, may_shoot, needs_reason)
    assert guidance.instruction == f"Mend {gate}."


def test_a_reason_given_frees_the_auto_shutter_from_a_warning_but_not_from_a_stop() -> None:
    warned = guide(_all(climate=RED), excused={"climate"})
    assert warned.is_ready and not warned.needs_reason
    stopped = guide(_all(skin=RED), excused={"skin"})
    assert not stopped.is_ready and stopped.may_shoot and not stopped.needs_reason


def test_the_most_important_instruction_comes_first() -> None:
    assert guide(_all(motion=RED, focus=RED, climate=RED)).instruction == "Mend focus."
    assert guide(_all(motion=RED, focus=RED, site=RED)).instruction == "Mend site."
    assert guide(_all(calibration=RED, climate=RED), excused={"climate"}).instruction == "Mend calibration."


def test_reasons_have_the_keys_one_to_six_and_other_asks_for_words() -> None:
    assert [reason.key for reason in REASONS] == list("123456")
    assert [reason.code for reason in REASONS if reason.needs_text] == ["other"]


def _shown(states: list[GateState], gate: str = "focus") -> list[GateState]:
    smoother, shown = Smoother(), []
    for sequence, state in enumerate(states):
        smoother, readings = smoother.update([_reading(gate, state, sequence)])
        shown.append(readings[0].state)
    return shown


def test_a_lamp_does_not_flicker() -> None:
    assert _shown([GREEN, RED, GREEN, RED, RED, GREEN]) == [GREEN] * 6


def test_a_lamp_hardly_changes_while_readings_hover_about_the_limit() -> None:
    raw = [RED if red else GREEN for red in np.random.default_rng(5).random(3000) < 0.5]
    changes, raw_changes = (sum(a != b for a, b in pairwise(states)) for states in (_shown(raw), raw))
    assert changes < raw_changes / 15


def test_a_lamp_follows_a_lasting_change() -> None:
    assert _shown([GREEN] + [RED] * STEADY_FRAMES) == [GREEN] * STEADY_FRAMES + [RED]


def test_a_hard_gate_is_shown_at_once() -> None:
    assert _shown([GREEN, RED, GREEN], gate="site") == [GREEN, RED, GREEN]


def test_a_slow_reading_seen_again_is_not_a_further_reading() -> None:
    smoother, _ = Smoother().update([_reading("pose", GREEN, 1)])
    for _ in range(STEADY_FRAMES + 2):
        smoother, readings = smoother.update([_reading("pose", RED, 2)])
    assert readings[0].state == GREEN


def test_values_are_drawn_gently_and_words_stay_readable() -> None:
    smoother, _ = Smoother().update([_reading("pose", RED, 0, 2.0, "Move 2.0 mm.")])
    values, words = [], []
    for sequence in range(1, WORDS_FRAMES + 1):
        smoother, (reading,) = smoother.update([_reading("pose", RED, sequence, 3.0, "Move 3.0 mm.")])
        values.append(reading.value)
        words.append(reading.instruction)
    assert values == sorted(values)
    assert values[0] == pytest.approx(2.3)
    assert words == ["Move 2.0 mm."] * (WORDS_FRAMES - 1) + ["Move 3.0 mm."]


def test_what_arrows_are_drawn_from_is_drawn_gently_too() -> None:
    def at(sequence: int, right_mm: float) -> GateReading:
        return replace(_reading("pose", RED, sequence), values=(("right_mm", right_mm),))

    smoother, _ = Smoother().update([at(0, 1.0)])
    _, (shown,) = smoother.update([at(1, 2.0)])
    assert dict(shown.values)["right_mm"] == pytest.approx(1.3)


def test_a_new_stream_starts_afresh() -> None:
    smoother, _ = Smoother().update([_reading("focus", GREEN, 900)])
    _, readings = smoother.update([_reading("focus", RED, 1)])
    assert readings[0].state == RED


def test_smoothing_changes_nothing_but_state_value_and_words() -> None:
    reading = replace(_reading("pose", RED, 3), values=(("right_mm", 1.0),), kind=GateKind.HOLD)  # first of its name
    smoother, _ = Smoother().update([_reading("pose", RED, 2)])
    _, (shown,) = smoother.update([reading])
    assert (shown.values, shown.kind, shown.sequence) == (reading.values, reading.kind, 3)


def test_an_answer_is_shown_on_the_next_frame() -> None:
    smoother, _ = Smoother().update([_reading("skin", RED, 1)])
    _, shown = smoother.update([_reading("skin", GREEN, 2)])
    assert shown[0].state is GREEN
