"""A camera that delivers exactly what a test hands it, and waits in between: no sleeps, no luck."""

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from imaging.camera.device import Camera, LightController
from imaging.camera.lights import NoLights
from imaging.capture.feed import Feed, FeedOptions, FeedView
from imaging.errors import CameraError
from imaging.model.arrays import Pixels
from imaging.model.camera import CameraInfo
from imaging.model.frame import ControlReading, Frame

PATIENCE_S = 20.0
"""Only reached when something is broken."""


def make_frame(sequence: int, pixels: Pixels | None = None, light: str | None = None) -> Frame:
    """A frame (48, 64, 3) of mid-grey skin colour, unless told otherwise."""
    shown = np.full((48, 64, 3), (190, 145, 120), np.uint8) if pixels is None else pixels
    return Frame(shown, sequence, float(sequence), light)


class HandedCamera:
    """`deliver` hands it one frame or error and returns when the feed has done with it and asks for the next."""

    def __init__(self, identity: str = "046d:085c@1-2") -> None:
        self._info = CameraInfo(identity, "Test camera", "usb")
        self._items: queue.Queue[Frame | CameraError] = queue.Queue()
        self._asked = threading.Semaphore(0)
        self.held: dict[str, float] = {}
        self.is_open = False
        self.opened = 0
        self.closed = 0

    @property
    def info(self) -> CameraInfo:
        return self._info

    @property
    def controls(self) -> tuple[ControlReading, ...]:
        return tuple(ControlReading(name, value, value) for name, value in self.held.items())

    def apply(self, wanted: Mapping[str, float]) -> tuple[ControlReading, ...]:
        self.held.update(wanted)
        return self.controls

    def start(self) -> None:
        self.is_open, self.held = True, {}
        self.opened += 1

    def grab(self, timeout_s: float) -> Frame:
        del timeout_s
        self._asked.release()
        item = self._items.get(timeout=PATIENCE_S)
        if isinstance(item, CameraError):
            raise item
        return item

    def stop(self) -> None:
        self.is_open = False

    def close(self) -> None:
        self.is_open = False
        self.closed += 1

    def wait_until_asked(self) -> None:
        assert self._asked.acquire(timeout=PATIENCE_S)

    def hand(self, item: Frame | CameraError) -> None:
        self._items.put(item)

    def deliver(self, item: Frame | CameraError) -> None:
        self.hand(item)
        self.wait_until_asked()


class Pauses:
    """Stands for waiting between two attempts to open: says that the feed waits, and lets it go on when told."""

    def __init__(self) -> None:
        self.waiting = threading.Semaphore(0)
        self._go_on = threading.Semaphore(0)
        self.seconds: list[float] = []

    def __call__(self, stopping: threading.Event, seconds: float) -> None:
        self.seconds.append(seconds)
        self.waiting.release()
        while not stopping.is_set() and not self._go_on.acquire(timeout=0.01):
            pass

    def wait_until_waiting(self) -> None:
        assert self.waiting.acquire(timeout=PATIENCE_S)

    def go_on(self) -> None:
        self._go_on.release()


@dataclass
class Bench:
    """A feed with everything around it in the test's hands."""

    camera: HandedCamera = field(default_factory=HandedCamera)
    lights: LightController = field(default_factory=NoLights)
    pauses: Pauses = field(default_factory=Pauses)
    now_s: float = 100.0
    open_camera: Callable[[], tuple[Camera, LightController]] | None = None
    feed: Feed | None = None

    def clock(self) -> float:
        return self.now_s

    def start(self, read_cheap=None, read_slow=None) -> Feed:
        """Without gates unless given."""
        options = FeedOptions(clock=self.clock, wait=self.pauses)
        opening = self.open_camera or (lambda: (self.camera, self.lights))
        nothing = lambda frame, context: ()  # noqa: E731, ARG005
        self.feed = Feed(opening, read_cheap or nothing, read_slow or nothing, options)
        self.feed.start()
        return self.feed

    def view(self) -> FeedView:
        assert self.feed is not None
        view = self.feed.newest()
        assert view is not None
        return view

    def stop(self) -> None:
        if self.feed is not None:
            self.camera.hand(CameraError("The test is over."))
            self.feed.stop(PATIENCE_S)


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Stopped afterwards; a thread left behind fails the test."""
    before = set(threading.enumerate())
    bench = Bench()
    yield bench
    bench.stop()
    assert set(threading.enumerate()) <= before
