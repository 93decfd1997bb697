from dataclasses import replace

import cv2
import numpy as np
import pytest

from imaging.guidance.context import (
    BaselineFacts,
    CaptureAnswers,
    GateContext,
    OtherSite,
    SiteWords,
    make_baseline,
)
from imaging.guidance.gates import GATES, gates_of, read_cheap, read_slow
from imaging.model.frame import ControlReading, Frame
from imaging.model.geometry import Roi, Spacing
from imaging.model.protocol import GateLimits, Laterality
from imaging.model.reading import GateKind, GateReading, GateState
from imaging.model.visit import SiteKey

GOOD_ANSWERS = CaptureAnswers(
    calibration="calibrated", is_skin_clean=True, minutes_since_washing=30, minutes_since_arrival=25,
    temperature_c=21, humidity_pct=50,
)  # fmt: skip
ROI = Roi(60, 80, 420, 560)


@pytest.fixture
def frames(photograph, stand) -> tuple[Frame, Frame]:
    return Frame(photograph(stand()), 7, 0.0), Frame(photograph(stand()), 8, 0.033)


@pytest.fixture
def context(photograph, stand, frames) -> GateContext:
    baseline = make_baseline(photograph(stand()), BaselineFacts(roi=ROI))
    return GateContext(
        answers=GOOD_ANSWERS, spacing=Spacing.square(0.05), roi=ROI, baseline=baseline, previous=frames[0],
        site=SiteKey("crows-feet", Laterality.LEFT),
    )  # fmt: skip


def _by_name(readings: tuple[GateReading, ...]) -> dict[str, GateReading]:
    return {reading.gate: reading for reading in readings}


def _read(frame: Frame, context: GateContext) -> dict[str, GateReading]:
    return _by_name(read_cheap(frame, context) + read_slow(frame, context))


def test_kinds_are_those_of_the_clinical_table() -> None:
    kinds = {gate.name: gate.kind for gate in GATES}
    assert [n for n, k in kinds.items() if k == GateKind.HARD] == ["site"]
    assert {n for n, k in kinds.items() if k == GateKind.STOP} == {"calibration", "skin", "settings", "place"}
    assert {n for n, k in kinds.items() if k == GateKind.HOLD} == {
        "exposure", "focus", "scale", "pose", "expression", "glare", "clipping", "motion",
    }  # fmt: skip
    assert {n for n, k in kinds.items() if k == GateKind.WARN} == {
        "acclimatisation", "climate", "time-of-day", "replicates",
    }  # fmt: skip
    assert len(kinds) == len(GATES)


def test_a_frame_as_at_the_baseline_is_all_green(frames, context) -> None:
    readings = _read(frames[1], context)
    assert {r.state for r in readings.values()} <= {GateState.GREEN, GateState.GREY}
    assert {n for n, r in readings.items() if r.state == GateState.GREY} == {"settings", "time-of-day", "replicates"}
    assert all(r.instruction == "" and r.sequence == 8 for r in readings.values())


@pytest.mark.parametrize(
    ("spoil", "gate", "words"),
    [
        (lambda p: (p * 0.5).astype(np.uint8), "exposure", "Too dark"),
        (lambda p: cv2.convertScaleAbs(p, alpha=1.0, beta=110), "exposure", "Too bright"),
        (lambda p: cv2.GaussianBlur(p, (0, 0), 4), "focus", "Not sharp"),
        (lambda p: cv2.circle(p.copy(), (320, 240), 60, (255, 255, 255), -1), "clipping", "White spots"),
        (lambda p: cv2.circle(p.copy(), (320, 240), 60, (0, 0, 0), -1), "clipping", "Black spots"),
        (lambda p: cv2.circle(p.copy(), (320, 240), 60, (250, 245, 240), -1), "glare", "Glare"),
        (lambda p: np.roll(p, 4, axis=1), "motion", "Hold still"),
        (lambda p: p[::-1, ::-1], "motion", "The picture jumps"),
        (lambda p: np.roll(p, 60, axis=1), "pose", "Move the camera 3.0 mm towards the ear"),
        (lambda p: p[:, ::-1], "place", "Not the site yet"),
        (lambda p: cv2.resize(p, (672, 480))[:, 16:656], "expression", "The skin is pulled by 5 %: do not smile"),
    ],
)
def test_each_gate_turns_red_with_its_own_words(frames, context, spoil, gate: str, words: str) -> None:
    # A picture moved to the right shows that the camera went to the operator's left: to the nose of a left side.
    frame = replace(frames[1], pixels=np.ascontiguousarray(spoil(frames[1].pixels)))
    reading = _read(frame, context)[gate]
    assert reading.state == GateState.RED
    assert reading.instruction.startswith(words)


def test_too_close_is_told_by_the_scale_gate(photograph, stand, context) -> None:
    reading = _read(Frame(photograph(stand(size=1.03)), 9, 0.0), context)["scale"]
    assert reading.state == GateState.RED
    assert reading.value == pytest.approx(3.0, abs=0.1)
    assert reading.instruction.startswith("Move the camera away")
    assert _read(Frame(photograph(stand(size=1.008)), 9, 0.0), context)["scale"].state == GateState.GREEN


def test_the_pose_reading_carries_what_arrows_need(photograph, stand, context) -> None:
    values = dict(_read(Frame(photograph(stand(20, -10, 2)), 9, 0.0), context)["pose"].values)
    assert values["right_mm"] == pytest.approx(1.0, abs=0.02)
    assert values["up_mm"] == pytest.approx(0.5, abs=0.02)
    assert values["rotation_deg"] == pytest.approx(2.0, abs=0.05)


CHEEK = SiteKey("cheek", Laterality.LEFT)


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (SiteKey("crows-feet", Laterality.RIGHT), "go to the subject's LEFT side."),
        (CHEEK, "go up to the LEFT crow's feet."),
        (SiteKey("forehead", Laterality.MIDLINE), "go down and towards the LEFT ear to the LEFT crow's feet."),
        (SiteKey("elbow", Laterality.LEFT), "go to the LEFT crow's feet."),
    ],
)
def test_another_site_of_the_subject_is_named_with_the_way_from_there(photograph, stand, context, site, words) -> None:
    elsewhere = photograph(stand())[::-1]
    other = OtherSite("the other one", make_baseline(elsewhere), site)
    there = replace(context, others=(other,), words=SiteWords("the LEFT crow's feet"))
    reading = _read(Frame(elsewhere, 9, 0.0), there)["place"]
    assert reading.instruction == f"This looks like the other one: {words}"


def test_at_the_first_visit_another_site_is_told_and_stops(photograph, stand, context) -> None:
    elsewhere = photograph(stand())[::-1]
    other = OtherSite("the LEFT cheek", make_baseline(elsewhere), CHEEK)
    first = replace(context, baseline=None, others=(other,), words=SiteWords("the LEFT crow's feet"))
    reading = _read(Frame(elsewhere, 9, 0.0), first)["place"]
    assert (reading.state, reading.kind) == (GateState.RED, GateKind.STOP)
    assert reading.instruction == "This looks like the LEFT cheek: go up to the LEFT crow's feet."
    assert _read(Frame(photograph(stand()), 9, 0.0), first)["place"].state == GateState.GREY


def test_a_neighbouring_site_of_which_a_corner_is_seen_is_not_taken_for_this_one(photograph, stand, context) -> None:
    here = photograph(stand())
    other = OtherSite("the LEFT cheek", make_baseline(photograph(stand(right_px=400))), CHEEK)
    assert _read(Frame(here, 9, 0.0), replace(context, baseline=None, others=(other,)))["place"].state == GateState.GREY


def test_what_cannot_be_seen_is_told_in_the_words_of_the_protocol(photograph, stand, context) -> None:
    nowhere = Frame(np.ascontiguousarray(photograph(stand())[:, ::-1]), 9, 0.0)
    told = replace(context, words=SiteWords("the LEFT crow's feet", "15 mm lateral of the outer corner of the eye"))
    assert _read(nowhere, told)["place"].instruction == (
        "Not the site yet. It lies here: 15 mm lateral of the outer corner of the eye."
    )


def test_a_site_that_has_just_left_the_picture_is_led_back_to(photograph, stand, context) -> None:
    there = photograph(stand())
    away = np.ascontiguousarray(np.hstack([there[:, 360:], there[:, ::-1][:, :360]]))
    assert _read(Frame(away, 9, 0.0), context)["pose"].state == GateState.RED
    gone = Frame(np.ascontiguousarray(there[::-1]), 10, 0.0)
    reading = _read(gone, context)["place"]
    assert reading.instruction == "The site has left the picture: go back towards the nose."


def test_the_first_visit_has_no_baseline_and_nothing_red(frames) -> None:
    readings = _by_name(read_slow(frames[1], GateContext()))
    assert {n: r.state for n, r in readings.items()} == dict.fromkeys(
        ("place", "scale", "pose", "expression"), GateState.GREY
    )


def test_another_light_is_not_motion(frames, context) -> None:
    lit = replace(frames[1], light="left")
    assert _read(lit, context)["motion"].state == GateState.GREY


@pytest.mark.parametrize(
    ("change", "gate", "kind"),
    [
        ({"missing_choice": "the side"}, "site", GateKind.HARD),
        ({"has_consent": False}, "site", GateKind.HARD),
        ({"is_known_camera": False}, "site", GateKind.HARD),
        ({"calibration": "expired"}, "calibration", GateKind.STOP),
        ({"calibration": "failed"}, "calibration", GateKind.STOP),
        ({"calibration": "uncalibrated"}, "calibration", GateKind.WARN),
        ({"is_skin_clean": None}, "skin", GateKind.STOP),
        ({"is_skin_clean": False}, "skin", GateKind.STOP),
        ({"minutes_since_arrival": 19.0}, "acclimatisation", GateKind.WARN),
        ({"minutes_since_arrival": None}, "acclimatisation", GateKind.WARN),
        ({"temperature_c": 23.0}, "climate", GateKind.WARN),
        ({"humidity_pct": 44.0}, "climate", GateKind.WARN),
        ({"humidity_pct": None}, "climate", GateKind.WARN),
        ({"hours_from_baseline": -2.5}, "time-of-day", GateKind.WARN),
        ({"replicate_cv_pct": 5.1}, "replicates", GateKind.WARN),
    ],
)
def test_what_was_answered_decides_the_asked_gates(frames, context, change, gate: str, kind: GateKind) -> None:
    reading = _read(frames[1], replace(context, answers=replace(GOOD_ANSWERS, **change)))[gate]
    assert (reading.state, reading.kind) == (GateState.RED, kind)
    assert reading.instruction.endswith(".")


def test_a_scale_counts_only_for_pictures_of_its_size(frames, context) -> None:
    rows, cols = frames[1].shape
    good = replace(context, answers=GOOD_ANSWERS, scale_shape=(rows, cols))
    assert _read(frames[1], good)["calibration"].state == GateState.GREEN
    reading = _read(frames[1], replace(good, scale_shape=(2 * rows, 2 * cols)))["calibration"]
    assert (reading.state, reading.kind) == (GateState.RED, GateKind.STOP)
    assert f"{2 * cols} x {2 * rows} px, the camera sends {cols} x {rows}" in reading.instruction


def test_a_routine_protocol_asks_nothing_about_the_room(frames) -> None:
    limits = GateLimits(climate_gates=False)
    names = _by_name(read_cheap(frames[1], GateContext(limits=limits)))
    assert not {"acclimatisation", "climate", "time-of-day"} & set(names)
    assert {gate.name for gate in gates_of(limits)} == {gate.name for gate in GATES if not gate.is_climate}


def test_settings_must_be_held_and_as_at_the_baseline(frames, context) -> None:
    def state(*controls: ControlReading) -> GateReading:
        return _read(replace(frames[1], controls=controls), context)["settings"]

    assert state(ControlReading("exposure", 100, 100)).state == GateState.GREEN
    refused = state(ControlReading("exposure", 100, 100), ControlReading("white_balance", 4600, 6500))
    assert refused.state == GateState.RED
    assert "white balance" in refused.instruction
    then = replace(context.baseline, controls=(ControlReading("exposure", 80, 80),))
    drifted = _read(
        replace(frames[1], controls=(ControlReading("exposure", None, 100),)), replace(context, baseline=then)
    )["settings"]
    assert drifted.state == GateState.RED
