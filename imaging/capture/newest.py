"""A thread that works on the newest of what it is given, never on a queue, and keeps its last answer."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from imaging.errors import ImagingError

Given = TypeVar("Given")
Answer = TypeVar("Answer")


class NewestWorker(Generic[Given, Answer]):
    """Its methods may be called from any thread.

    Parameters
    ----------
    name : of the thread
    work : an `ImagingError` of it gives no answer; the last one stays
    """

    def __init__(self, name: str, work: Callable[[Given], Answer]) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._offered: Given | None = None
        self._newest: tuple[Given, Answer] | None = None
        self._generation = 0
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def newest(self) -> tuple[Given, Answer] | None:
        """The last answer, with what it is the answer to; None when there is none."""
        return self._newest

    def start(self) -> None:
        self._thread.start()

    def offer(self, given: Given) -> None:
        """Hand over something newer; what was not taken yet is forgotten."""
        with self._changed:
            self._offered = given
            self._changed.notify()

    def forget(self) -> None:
        """Nothing offered or answered so far counts any more, nor what is being worked on."""
        with self._changed:
            self._generation += 1
            self._offered = self._newest = None

    def stop(self, timeout_s: float) -> None:
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            generation, given = taken
            try:
                answer = self._work(given)
            except ImagingError:
                continue
            with self._changed:
                if generation == self._generation:
                    self._newest = given, answer

    def _take(self) -> tuple[int, Given] | None:
        """The newest, waited for; None when stopping."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping or self._offered is not None)
            given, self._offered = self._offered, None
            return None if self._is_stopping or given is None else (self._generation, given)
