"""What others ask of the camera; done by the grabbing thread, the only one that touches it."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from imaging.camera.device import Camera, LightController
from imaging.errors import CameraError

PATIENCE_S = 30.0
"""Longer than anything that is asked of a camera takes, also one with slow lights."""
Answer = TypeVar("Answer")
Verb = Callable[[Camera, LightController], Answer]


def answer_of(coming: Future[Answer] | None, timeout_s: float = PATIENCE_S) -> Answer:
    """Wait for what was asked; what is not done in time is not done later either.

    Parameters
    ----------
    coming : from `Requests.add`; None when there was no camera to ask

    Raises
    ------
    CameraError
        The camera is off, hangs, or could not do it.
    """
    if coming is None:
        raise CameraError("The camera is off: plug it in or choose one in the settings, then try again.")
    try:
        return coming.result(timeout_s)
    except TimeoutError as error:
        coming.cancel()
        raise CameraError("The camera does not answer: unplug it, plug it in again, then try again.") from error


@dataclass(frozen=True, eq=False)
class _Request:
    verb: Verb[Any]
    future: Future[Any]


class Requests:
    """Verbs waiting for the camera. While it is refused with a word, each fails at once instead of waiting."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Request] = deque()
        self._refusal = ""

    def add(self, verb: Verb[Answer]) -> Future[Answer]:
        request = _Request(verb, Future())
        with self._lock:
            refusal = self._refusal
            if not refusal:
                self._waiting.append(request)
        if refusal:
            request.future.set_exception(CameraError(refusal))
        return request.future

    def accept(self) -> None:
        """The camera is there: requests wait for their turn."""
        with self._lock:
            self._refusal = ""

    def refuse(self, message: str) -> None:
        """The camera is not there: fail what waits, and whatever comes until `accept`."""
        with self._lock:
            self._refusal = message
            waiting, self._waiting = self._waiting, deque()
        for request in waiting:
            if request.future.set_running_or_notify_cancel():
                request.future.set_exception(CameraError(message))

    def serve(self, camera: Camera, lights: LightController) -> bool:
        """Do the next request, if any; True when one was done. A lost camera is told to both sides."""
        with self._lock:
            request = self._waiting.popleft() if self._waiting else None
        if request is None:
            return False
        if request.future.set_running_or_notify_cancel():
            _do(request, camera, lights)
        return True


def _do(request: _Request, camera: Camera, lights: LightController) -> None:
    """The answer goes into the future whatever it is; the next grab notices by itself when the camera is gone."""
    try:
        answer = request.verb(camera, lights)
    except Exception as error:
        request.future.set_exception(error)
    else:
        request.future.set_result(answer)
