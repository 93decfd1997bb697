import gc
import weakref
from concurrent.futures import Future

import numpy as np
import pytest

from imaging.camera.device import CameraLostError
from imaging.errors import CameraError
from tests.imaging.capture.conftest import PATIENCE_S, Bench, HandedCamera, make_frame


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


def test_a_camera_that_freezes_while_something_is_asked_of_it_is_a_stall_too(bench: Bench) -> None:
    """What it sends meanwhile is no stall, however long the request takes."""
    feed = bench.start()
    bench.camera.wait_until_asked()
    asked = feed.ask(lambda camera, _: [camera.grab(1.0) for _ in range(3)])
    bench.camera.deliver(make_frame(1))
    for sequence in (2, 3):
        bench.now_s += 2.0
        bench.camera.deliver(make_frame(sequence))
    bench.now_s += 2.0
    assert bench.view().state == "live"
    bench.now_s += 1.0
    assert (bench.view().state, bench.view().guidance.may_shoot) == ("stalled", False)
    bench.camera.deliver(CameraError("Test camera sent no picture."))
    assert bench.view().state == "stalled", "and it stays one when the request has failed"
    assert isinstance(asked.exception(PATIENCE_S), CameraError)
    bench.camera.deliver(make_frame(4))
    assert bench.view().state == "live"


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
