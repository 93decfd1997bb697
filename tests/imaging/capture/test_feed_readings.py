"""What the feed says about a frame: cheap readings at once, slow ones when they are there."""

import threading

import pytest

from imaging.errors import RegistrationError
from imaging.guidance.context import CaptureAnswers, GateContext, OtherSite, make_baseline
from imaging.model.geometry import Roi
from imaging.model.protocol import GateLimits
from imaging.model.reading import GateKind, GateReading, GateState
from tests.imaging.capture.conftest import PATIENCE_S, Bench, make_frame


def _reading(sequence: int, state: GateState = GateState.GREEN) -> GateReading:
    return GateReading(
        "pose", GateKind.HOLD, state, 0.0, "mm", "", "" if state == GateState.GREEN else "Move.", sequence
    )


def _exposed(sequence: int) -> GateReading:
    return GateReading("exposure", GateKind.HOLD, GateState.GREEN, 40.0, "%", "", "", sequence)


def _sequence(bench: Bench) -> int | None:
    frame = bench.view().frame
    return frame.sequence if frame else None


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


def test_without_a_baseline_nothing_is_ready_before_other_sites_are_ruled_out(
    bench: Bench, slow_gate: SlowGate
) -> None:
    other = OtherSite("the RIGHT cheek", make_baseline(make_frame(0).pixels))
    bench.feed.set_context(GateContext(others=(other,)))
    bench.camera.deliver(make_frame(1))
    assert slow_gate.begun.acquire(timeout=PATIENCE_S)
    bench.camera.deliver(make_frame(2))
    assert not bench.view().is_ready and not bench.view().guidance.is_ready
    _finish_reading(slow_gate)
    bench.camera.deliver(make_frame(3))
    assert bench.view().is_ready
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
