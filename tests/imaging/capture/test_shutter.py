import pytest

from imaging.capture.feed import FeedState, FeedView
from imaging.capture.shutter import REPLACED_FRAMES, AutoShutter
from imaging.guidance.guide import guide
from imaging.model.reading import GateKind, GateReading, GateState
from tests.imaging.capture.conftest import make_frame

GREEN, RED, GREY = GateState.GREEN, GateState.RED, GateState.GREY


def _reading(gate: str, state: GateState, sequence: int) -> GateReading:
    return GateReading(gate, GateKind.HOLD, state, None, "", "", "", sequence)


def _view(sequence: int, motion: GateState = GREEN, slow_at: int | None = None, state: FeedState = "live") -> FeedView:
    cheap = (_reading("motion", motion, sequence),)
    slow = (_reading("pose", GREEN, sequence - 2 if slow_at is None else slow_at),)
    return FeedView(make_frame(sequence), cheap, slow, is_ready=guide(cheap + slow).is_ready, state=state)


def _fires(shutter: AutoShutter, views: list[FeedView]) -> list[int]:
    return [view.frame.sequence for view in views if shutter.update(view)]


def test_it_fires_once_after_enough_green_frames() -> None:
    assert _fires(AutoShutter(4), [_view(n) for n in range(1, 20)]) == [4]


def test_one_red_frame_starts_the_count_anew() -> None:
    views = [_view(n, motion=RED if n == 3 else GREEN) for n in range(1, 10)]
    assert _fires(AutoShutter(4), views) == [7]


def test_seeing_the_same_frame_again_does_not_count() -> None:
    shutter = AutoShutter(3)
    assert _fires(shutter, [_view(1)] * 10) == []
    assert shutter.progress == pytest.approx(1 / 3)


def test_slow_readings_must_be_there_and_recent() -> None:
    no_slow = [FeedView(make_frame(n), _view(n).cheap, (), is_ready=True) for n in range(1, 10)]
    assert _fires(AutoShutter(3), no_slow) == []
    assert _fires(AutoShutter(3, slow_age_frames=10), [_view(n, slow_at=1) for n in range(10, 30)]) == []
    assert _fires(AutoShutter(3, slow_age_frames=10), [_view(n, slow_at=1) for n in range(9, 30)]) == [11]


def test_readings_of_a_later_stream_do_not_count_for_this_frame() -> None:
    assert _fires(AutoShutter(2), [_view(n, slow_at=900) for n in range(1, 10)]) == []


@pytest.mark.parametrize("state", ["stalled", "lost"])
def test_without_a_live_picture_it_never_fires(state: FeedState) -> None:
    views = [_view(1), _view(2), _view(3, state=state), _view(4), _view(5)]
    assert _fires(AutoShutter(3), views) == []
    assert _fires(AutoShutter(3), [*views, _view(6)]) == [6]


def test_it_fires_again_only_after_a_new_placement() -> None:
    shutter = AutoShutter(3)
    assert _fires(shutter, [_view(n) for n in range(1, 30)]) == [3]
    shaken = [_view(n, motion=RED if n < 30 + REPLACED_FRAMES - 1 else GREEN) for n in range(30, 60)]
    assert _fires(shutter, shaken) == []
    placed_anew = [_view(n, motion=RED if n < 60 + REPLACED_FRAMES else GREEN) for n in range(60, 90)]
    assert _fires(shutter, placed_anew) == [60 + REPLACED_FRAMES + 2]


def test_it_fires_again_when_asked() -> None:
    shutter = AutoShutter(2)
    assert _fires(shutter, [_view(n) for n in range(1, 10)]) == [2]
    assert not shutter.is_armed
    shutter.rearm()
    assert _fires(shutter, [_view(n) for n in range(10, 20)]) == [11]
