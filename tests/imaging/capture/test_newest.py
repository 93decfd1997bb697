"""The worker on the newest: what is forgotten stays forgotten, and an error of one leaves the answer of another."""

import threading

from imaging.capture.newest import NewestWorker
from imaging.errors import MeasurementError

PATIENCE_S = 20.0


class Work:
    """Doubles a number when it may; refuses those below zero."""

    def __init__(self) -> None:
        self.has_begun, self.may_go, self.done = threading.Event(), threading.Event(), threading.Semaphore(0)

    def __call__(self, number: int) -> int:
        self.has_begun.set()
        self.may_go.wait(PATIENCE_S)
        self.done.release()
        if number < 0:
            raise MeasurementError("Below zero: give another number.")
        return 2 * number


def test_what_was_being_worked_on_when_all_was_forgotten_is_not_kept() -> None:
    work = Work()
    worker = NewestWorker("doubling", work)
    worker.start()
    worker.offer(1)
    assert work.has_begun.wait(PATIENCE_S)
    worker.forget()
    work.may_go.set()
    assert work.done.acquire(timeout=PATIENCE_S)
    worker.offer(2)
    assert work.done.acquire(timeout=PATIENCE_S)
    worker.stop(PATIENCE_S)
    assert worker.newest == (2, 4)


def test_what_cannot_be_answered_leaves_the_last_answer() -> None:
    work = Work()
    work.may_go.set()
    worker = NewestWorker("doubling", work)
    worker.start()
    for number in (3, -1):
        worker.offer(number)
        assert work.done.acquire(timeout=PATIENCE_S)
    worker.stop(PATIENCE_S)
    assert worker.newest == (3, 6)


def test_one_that_was_never_started_can_be_stopped() -> None:
    NewestWorker("doubling", Work()).stop(PATIENCE_S)
