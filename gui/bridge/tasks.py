"""Run a call off the GUI thread. Of several calls on one topic only the newest answer is heard."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from imaging.errors import ImagingError

_Answer = TypeVar("_Answer")
UNFORESEEN = "Something went wrong that the program did not expect ({}). Nothing was lost; try again."


_STEPS_BACK = 10


def _stand_back() -> None:
    """Linux knows a priority for each thread; threads that this one starts inherit it."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, max(os.getpriority(os.PRIO_PROCESS, thread), _STEPS_BACK))


@dataclass(frozen=True)
class _Waiting:
    number: int
    done: Callable[[Any], None]
    failed: Callable[[str], None]
    future: Future[Any]


class Tasks(QObject):
    """The pool. Answers arrive on the thread this object lives on, which is the GUI's."""

    busy_changed = Signal(str, bool)
    """Topic, and whether an answer is still awaited."""
    _answered = Signal(str, int, object)

    def __init__(self, parent: QObject | None = None, workers: int = 2, *, is_gentle: bool = False) -> None:
        """Gentle ones let everything else go first, where the system can be told so."""
        super().__init__(parent)
        stand_back = _stand_back if is_gentle else None
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="task", initializer=stand_back)
        self._waiting: dict[str, _Waiting] = {}
        self._count = 0
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        topic: str,
        call: Callable[[], _Answer],
        done: Callable[[_Answer], None],
        failed: Callable[[str], None],
    ) -> None:
        """Call `call` elsewhere, then `done` here with its answer, or `failed` with one plain sentence.

        A newer `run` on the same topic silences this one.
        """
        self._count += 1
        number = self._count
        was_busy = topic in self._waiting
        future = self._pool.submit(call)
        self._waiting[topic] = _Waiting(number, done, failed, future)
        if not was_busy:
            self.busy_changed.emit(topic, True)
        future.add_done_callback(lambda finished: self._post(topic, number, finished))

    def is_busy(self, topic: str) -> bool:
        return topic in self._waiting

    def forget(self, topic: str) -> None:
        """Whatever answer is still to come on this topic is not heard; what has not begun yet is not done."""
        waiting = self._waiting.pop(topic, None)
        if waiting is not None:
            waiting.future.cancel()
            self.busy_changed.emit(topic, False)

    def close(self) -> None:
        """Wait for what runs, drop what waits; nothing is heard any more."""
        self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _post(self, topic: str, number: int, finished: Future[Any]) -> None:
        if not finished.cancelled():
            self._answered.emit(topic, number, finished)

    @Slot(str, int, object)
    def _deliver(self, topic: str, number: int, finished: Future[Any]) -> None:
        waiting = self._waiting.get(topic)
        if waiting is None or waiting.number != number:
            return
        del self._waiting[topic]
        self.busy_changed.emit(topic, False)
        error = finished.exception()
        if error is None:
            waiting.done(finished.result())
        elif isinstance(error, ImagingError):
            waiting.failed(str(error))
        else:
            waiting.failed(UNFORESEEN.format(type(error).__name__))
            raise error
