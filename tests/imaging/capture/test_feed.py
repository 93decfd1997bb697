import gc
import threading
import weakref
from concurrent.futures import Future

import numpy as np
import pytest

from imaging.camera.device import CameraLostError
from imaging.errors import CameraError, RegistrationError
from imaging.guidance.context import CaptureAnswers, GateContext, make_baseline
from imaging.model.geometry import Roi
from imaging.model.protocol import GateLimits
from imaging.model.reading import GateKind, GateReading, GateState
from tests.imaging.capture.conftest import PATIENCE_S, Bench, HandedCamera, make_frame


def _reading(sequence: int, state: GateState = GateState.GREEN) -> GateReading:
    return GateReading(
        "pose", GateKind.HOLD, state, 0.0, "mm", "", "" if state == GateState.GREEN else "Move.", sequence
    )


def _exposed(sequence: int) -> GateReading:
    return GateReading("exposure", GateKind.HOLD, GateState.GREEN, 40.0, "%", "", "", sequence)


def _sequence(bench: Bench) -> int | None:
    frame = bench.view().frame
    return frame.sequence if frame else None


def test_the_newest_frame_wins(bench: Bench) -> None:
    bench.start()
    bench.camera.wait_until_asked()
    for sequence in range(1, 6):
        bench.camera.deliver(make_frame(sequence))
    assert _sequence(bench) == 5
    assert bench.view().state == "live"
    assert bench.view().camera.name == "Test camera"


def test_nothing_is_kept_of_frames_that_were_not_pulled(bench: Bench) -> None:
    bench.start()
    bench.camera.wait_until_asked()
    seen = []
    for sequence in range(1, 30):
        frame = make_frame(sequence)
        seen.append(weakref.ref(frame))
        bench.camera.deliver(frame)
    del frame
    gc.collect()
    # The newest, and the one that the worker may still be reading.
    assert sum(ref() is not None for ref in seen) <= 2


def test_before_the_first_frame_the_feed_is_live_and_empty(bench: Bench) -> None:
    feed = bench.start()
    bench.camera.wait_until_asked()
    assert (bench.view().state, bench.view().frame) == ("live", None)
    assert not bench.view().guidance.may_shoot
    assert feed.newest() is not None


def test_rate_and_age_are_told(bench: Bench) -> None:
    bench.start()
    bench.camera.wait_until_asked()
    for sequence in range(1, 12):
        bench.now_s += 0.05
        bench.camera.deliver(make_frame(sequence))
    bench.now_s += 0.02
    assert bench.view().frames_per_s == pytest.approx(20.0)
    assert bench.view().age_s == pytest.approx(0.02)


def test_no_frame_for_a_second_is_a_stall_and_the_next_frame_ends_it(bench: Bench) -> None:
    bench.start()
    bench.camera.wait_until_asked()
    bench.camera.deliver(make_frame(1))
    bench.now_s += 1.1
    view = bench.view()
    assert (view.state, view.is_ready) == ("stalled", False)
    assert "cable" in view.message
    assert view.guidance.instruction == view.message
    bench.camera.deliver(make_frame(2))
    assert (bench.view().state, bench.view().message) == ("live", "")


@pytest.mark.parametrize(
    ("pixels", "words"),
    [(np.zeros((48, 64, 3), np.uint8), "black"), (np.full((24, 32, 3), 100, np.uint8), "32 x 24")],
)
def test_bad_frames_are_never_shown_as_good(bench: Bench, pixels: np.ndarray, words: str) -> None:
    bench.start()
    bench.camera.wait_until_asked()
    bench.camera.deliver(make_frame(1))
    for sequence in range(2, 6):
        bench.camera.deliver(make_frame(sequence, pixels))
    assert _sequence(bench) == 1
    assert words in bench.view().message
    bench.now_s += 1.1
    assert bench.view().state == "stalled"
    bench.camera.deliver(make_frame(6))
    assert (_sequence(bench), bench.view().message) == (6, "")


def test_an_unplugged_camera_is_told_at_once_and_found_again_with_its_controls(bench: Bench) -> None:
    feed = bench.start()
    bench.camera.wait_until_asked()
    applied = feed.apply({"exposure": 120.0})
    bench.camera.deliver(make_frame(7))
    assert applied.result(PATIENCE_S)[0].read_back == 120.0
    bench.camera.hand(CameraLostError("Test camera was unplugged: plug it in again."))
    bench.pauses.wait_until_waiting()
    view = bench.view()
    assert (view.state, view.frame.sequence) == ("lost", 7)  # the last picture stays
    assert view.guidance.instruction == "Test camera was unplugged: plug it in again."
    assert not bench.camera.is_open
    bench.pauses.go_on()
    bench.camera.wait_until_asked()
    assert bench.camera.held == {"exposure": 120.0}
    bench.camera.deliver(make_frame(1))
    assert (bench.view().state, _sequence(bench), bench.view().message) == ("live", 1, "")


def test_another_camera_is_not_taken_for_the_lost_one(bench: Bench) -> None:
    built_in, cameras = HandedCamera("30c9:0013@1-6"), []
    cameras += [bench.camera, built_in, bench.camera]
    bench.open_camera = lambda: (cameras.pop(0), bench.lights)
    bench.start()
    bench.camera.wait_until_asked()
    bench.camera.hand(CameraLostError("Test camera was unplugged: plug it in again."))
    bench.pauses.wait_until_waiting()
    bench.pauses.go_on()
    bench.pauses.wait_until_waiting()
    assert "another camera" in bench.view().message
    assert (built_in.opened, built_in.closed) == (0, 1)
    bench.pauses.go_on()
    bench.camera.wait_until_asked()
    assert bench.view().state == "live"


def test_a_camera_that_is_not_there_is_tried_again_every_half_second(bench: Bench) -> None:
    attempts = []

    def refuse():
        attempts.append(1)
        raise CameraError("No camera is connected: plug one in.")

    bench.open_camera = refuse
    feed = bench.start()
    for _ in range(3):
        bench.pauses.wait_until_waiting()
        assert (bench.view().state, bench.view().message) == ("lost", "No camera is connected: plug one in.")
        bench.pauses.go_on()
    bench.pauses.wait_until_waiting()
    assert len(attempts) == 4
    assert set(bench.pauses.seconds) == {0.5}
    with pytest.raises(CameraError, match="plug one in"):
        feed.shoot().result(PATIENCE_S)


def test_a_camera_that_sends_only_rubbish_is_opened_anew(bench: Bench) -> None:
    bench.start()
    bench.camera.wait_until_asked()
    bench.camera.deliver(make_frame(1))
    bench.now_s += 5.1
    bench.camera.hand(CameraError("Test camera sent no picture for 1 s: wait."))
    bench.pauses.wait_until_waiting()
    assert (bench.view().state, bench.camera.is_open) == ("lost", False)
    bench.pauses.go_on()
    bench.camera.wait_until_asked()
    assert bench.camera.opened == 2


def test_a_shot_that_fails_says_so_and_the_feed_goes_on(bench: Bench) -> None:
    feed = bench.start()
    bench.camera.wait_until_asked()
    shot = feed.shoot()
    bench.camera.hand(make_frame(1))  # ends the grab that was under way
    bench.camera.hand(CameraLostError("Test camera was unplugged: plug it in again."))
    with pytest.raises(CameraLostError, match="unplugged"):
        shot.result(PATIENCE_S)
    bench.camera.hand(CameraLostError("Test camera was unplugged: plug it in again."))
    bench.pauses.wait_until_waiting()
    assert (bench.view().state, _sequence(bench)) == ("lost", 1)
    bench.pauses.go_on()
    for _ in range(3):  # the shot's, the live one that failed, the one after opening anew
        bench.camera.wait_until_asked()
    again = feed.shoot()
    for sequence in range(1, 7):
        bench.camera.hand(make_frame(sequence))
    assert len(again.result(PATIENCE_S).frames) == 1


def test_shots_that_wait_when_the_camera_goes_fail_instead_of_hanging(bench: Bench) -> None:
    feed = bench.start()
    bench.camera.wait_until_asked()
    waiting = feed.shoot()
    bench.camera.hand(CameraLostError("Test camera was unplugged: plug it in again."))
    with pytest.raises(CameraError, match=r"No picture was taken. .* unplugged"):
        waiting.result(PATIENCE_S)


def test_after_stop_nothing_is_open_and_nothing_hangs(bench: Bench) -> None:
    feed = bench.start()
    bench.camera.wait_until_asked()
    bench.stop()
    assert not bench.camera.is_open
    with pytest.raises(CameraError, match="closed"):
        feed.shoot().result(PATIENCE_S)


def test_a_verb_that_fails_otherwise_does_not_stop_the_picture(bench: Bench) -> None:
    feed = bench.start()
    bench.camera.wait_until_asked()
    asked: Future[float] = feed.ask(lambda camera, lights: 1 / 0)  # noqa: ARG005
    bench.camera.deliver(make_frame(1))
    with pytest.raises(ZeroDivisionError):
        asked.result(PATIENCE_S)
    bench.camera.deliver(make_frame(2))
    assert _sequence(bench) == 2


def test_cheap_readings_belong_to_their_frame_and_know_the_one_before(bench: Bench) -> None:
    pairs = []

    def read_cheap(frame, context):
        pairs.append((frame.sequence, context.previous.sequence if context.previous else None))
        return (_reading(frame.sequence),)

    bench.start(read_cheap)
    bench.camera.wait_until_asked()
    for sequence in (1, 2, 3):
        bench.camera.deliver(make_frame(sequence))
    assert pairs == [(1, None), (2, 1), (3, 2)]
    assert bench.view().cheap[0].sequence == _sequence(bench) == 3


class SlowGate:
    """A slow gate that the test lets through one reading at a time."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)

    def __call__(self, frame, context) -> tuple[GateReading, ...]:
        self.taken.append(frame.sequence)
        self.begun.release()
        assert self.let.acquire(timeout=PATIENCE_S)
        if context.limits.max_offset_mm == 0:
            raise RegistrationError("These two captures cannot be brought together: choose the same site.")
        return (_reading(frame.sequence),)


@pytest.fixture
def slow_gate(bench: Bench) -> SlowGate:
    gate = SlowGate()
    bench.start(lambda frame, context: (_exposed(frame.sequence),), gate)  # noqa: ARG005
    bench.camera.wait_until_asked()
    return gate


def _finish_reading(gate: SlowGate) -> None:
    """Let the reading under way through; when the next one begins, the first has been posted."""
    gate.let.release()
    assert gate.begun.acquire(timeout=PATIENCE_S)


def test_the_worker_reads_the_newest_frame_and_skips_the_rest(bench: Bench, slow_gate: SlowGate) -> None:
    bench.camera.deliver(make_frame(1))
    assert slow_gate.begun.acquire(timeout=PATIENCE_S)
    for sequence in range(2, 10):
        bench.camera.deliver(make_frame(sequence))
    assert bench.view().slow == ()
    _finish_reading(slow_gate)
    bench.camera.deliver(make_frame(10))
    assert slow_gate.taken == [1, 9]
    assert [r.sequence for r in bench.view().slow] == [1]
    slow_gate.let.release(10)


def test_slow_readings_grow_old(bench: Bench, slow_gate: SlowGate) -> None:
    bench.camera.deliver(make_frame(1))
    assert slow_gate.begun.acquire(timeout=PATIENCE_S)
    bench.camera.deliver(make_frame(2))
    _finish_reading(slow_gate)
    bench.camera.deliver(make_frame(31))
    assert bench.view().slow[0].state == GateState.GREEN
    bench.camera.deliver(make_frame(32))
    assert bench.view().slow[0].state == GateState.GREY
    slow_gate.let.release(10)


def test_another_place_forgets_the_readings_of_the_old_one_and_another_answer_does_not(
    bench: Bench, slow_gate: SlowGate
) -> None:
    bench.camera.deliver(make_frame(1))
    assert slow_gate.begun.acquire(timeout=PATIENCE_S)
    bench.camera.deliver(make_frame(2))
    _finish_reading(slow_gate)
    bench.feed.set_context(GateContext(answers=CaptureAnswers(is_skin_clean=True)))
    bench.camera.deliver(make_frame(3))
    assert bench.view().slow != ()  # an answer changes nothing about where the camera is
    bench.feed.set_context(GateContext(roi=Roi(0, 0, 10, 10)))
    bench.camera.deliver(make_frame(4))
    assert bench.view().slow == ()
    slow_gate.let.release(10)


def test_with_a_baseline_nothing_is_ready_before_the_place_is_known(bench: Bench, slow_gate: SlowGate) -> None:
    bench.feed.set_context(GateContext(baseline=make_baseline(make_frame(0).pixels)))
    bench.camera.deliver(make_frame(1))
    assert slow_gate.begun.acquire(timeout=PATIENCE_S)
    bench.camera.deliver(make_frame(2))
    assert not bench.view().is_ready and not bench.view().guidance.is_ready
    _finish_reading(slow_gate)
    bench.camera.deliver(make_frame(3))
    assert bench.view().is_ready
    bench.camera.deliver(make_frame(50))  # and not any more when that was too long ago
    assert not bench.view().is_ready
    slow_gate.let.release(10)


def test_a_slow_gate_that_cannot_judge_leaves_the_feed_running(bench: Bench, slow_gate: SlowGate) -> None:
    bench.feed.set_context(GateContext(limits=GateLimits(max_offset_mm=0)))
    bench.camera.deliver(make_frame(1))
    assert slow_gate.begun.acquire(timeout=PATIENCE_S)
    bench.camera.deliver(make_frame(2))
    _finish_reading(slow_gate)
    bench.camera.deliver(make_frame(3))
    assert (bench.view().slow, bench.view().state) == ((), "live")
    slow_gate.let.release(10)


def test_the_lamps_are_steady_and_the_shutter_sees_the_raw_readings(bench: Bench) -> None:
    states = iter([GateState.GREEN, GateState.RED, GateState.GREEN])
    bench.start(lambda frame, context: (_reading(frame.sequence, next(states)),))  # noqa: ARG005
    bench.camera.wait_until_asked()
    bench.camera.deliver(make_frame(1))
    assert bench.view().is_ready
    bench.camera.deliver(make_frame(2))
    assert bench.view().guidance.is_ready and not bench.view().is_ready
    bench.camera.deliver(make_frame(3))
    assert bench.view().is_ready
