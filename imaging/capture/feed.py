"""The live feed: one thread grabs and reads what is cheap, one worker reads what is slow, the window pulls.

The newest frame wins; nothing is queued. A camera that goes away is told at once and found again by itself.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Literal

from imaging.camera.device import CameraLostError, Clock, check_pixels
from imaging.capture.burst import Burst, shoot_stack
from imaging.capture.connection import Connection, OpenCamera
from imaging.capture.heard_camera import HeardCamera
from imaging.capture.live_mapping import LiveMap, LiveMapper
from imaging.capture.requests import Answer, Requests, Verb
from imaging.capture.slow_reader import ReadFrame, SlowReader, aged
from imaging.errors import CameraError
from imaging.guidance.context import GateContext
from imaging.guidance.gates import read_cheap, read_slow
from imaging.guidance.guide import Smoother, guide
from imaging.model.camera import CameraInfo
from imaging.model.frame import ControlReading, Frame
from imaging.model.light_stack import LightStack
from imaging.model.reading import GateReading, Guidance

FeedState = Literal["live", "stalled", "lost"]

_BREATH_S = 0.005
"""Pause after a bad frame, so that a device that fails at once does not make the thread spin."""

FINDING = "Comparing with earlier pictures."
NO_GUIDANCE = Guidance("", is_ready=False, may_shoot=False, needs_reason=False, readings=())


@dataclass(frozen=True)
class FeedOptions:
    """Times of the feed, and where time comes from.

    Parameters
    ----------
    grab_timeout_s : longest wait for one frame
    stall_s : without a good frame for so long the feed is "stalled"
    busy_stall_s : the same while somebody's request is being done: lights and controls take their time
    reopen_after_s : without a good frame for so long the camera is closed and opened anew
    reopen_every_s : pause between two attempts to find a lost camera
    slow_age_frames : slow readings older than this turn grey
    wait : waits that long, or less when the event is set
    """

    grab_timeout_s: float = 1.0
    stall_s: float = 1.0
    busy_stall_s: float = 2.5
    reopen_after_s: float = 5.0
    reopen_every_s: float = 0.5
    slow_age_frames: int = 30
    clock: Clock = time.monotonic
    wait: Callable[[threading.Event, float], object] = threading.Event.wait


@dataclass(frozen=True, eq=False)
class FeedView:
    """All that is known about the newest frame.

    Parameters
    ----------
    frame : the last good one; None when none came yet
    cheap : raw readings of this frame (asked and cheap gates)
    slow : raw readings of the slow gates, with the number of the frame they were read on
    guidance : from steadied readings, for the eye
    is_ready : every raw reading allows the auto-shutter
    message : what happened and what to do; empty while all is well
    age_s : since the frame came from the camera
    live_map : of this frame or one just before; None while it is switched off
    context : what the readings were judged against
    """

    frame: Frame | None = None
    cheap: tuple[GateReading, ...] = ()
    slow: tuple[GateReading, ...] = ()
    guidance: Guidance = NO_GUIDANCE
    is_ready: bool = False
    state: FeedState = "live"
    message: str = ""
    frames_per_s: float = 0.0
    age_s: float = 0.0
    camera: CameraInfo | None = None
    live_map: LiveMap | None = None
    context: GateContext = field(default_factory=GateContext)

    def is_read_for(self, context: GateContext) -> bool:
        """Was the place looked at on the sites that are known now? Where nothing is known there is nothing to read."""
        has_places = context.baseline is not None or bool(context.others)
        return not has_places or (bool(self.slow) and self.context.is_same_place(context))


def _guidance(readings: tuple[GateReading, ...], slow: tuple[GateReading, ...], context: GateContext) -> Guidance:
    """`guide`, but not ready while it is unknown where the camera is."""
    guidance = guide(readings, context.excused)
    is_told = context.is_compared(slow) or not guidance.is_ready
    return guidance if is_told else replace(guidance, instruction=FINDING, is_ready=False)


@dataclass
class _Stream:
    """What is kept from frame to frame between opening a camera and losing it. Used by the grabbing thread only."""

    previous: Frame | None = None
    smoother: Smoother = field(default_factory=Smoother)
    times: deque[float] = field(default_factory=lambda: deque(maxlen=30))

    @property
    def shape(self) -> tuple[int, int] | None:
        """Of the frame before: what every further one must have."""
        return self.previous.shape if self.previous else None

    @property
    def frames_per_s(self) -> float:
        span_s = self.times[-1] - self.times[0]
        return (len(self.times) - 1) / span_s if span_s > 0 else 0.0


class Feed:
    """Frames of one camera, live, from `start` to `stop`. Its methods may be called from any thread."""

    def __init__(
        self,
        open_camera: OpenCamera,
        read_cheap: ReadFrame = read_cheap,
        read_slow: ReadFrame = read_slow,
        options: FeedOptions | None = None,
    ) -> None:
        self._options = options or FeedOptions()
        self._connection = Connection(open_camera)
        self._requests = Requests()
        self._read_cheap = read_cheap
        self._slow = SlowReader(read_slow)
        self._mapper = LiveMapper()
        self._context = GateContext()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera feed", daemon=True)
        self._view: FeedView | None = None
        self._is_busy = False
        self._good_at_s = self._options.clock()
        self._stream = _Stream()

    def start(self) -> None:
        """Begin; opening happens on the feed's own thread, since a camera may take minutes to fail."""
        self._slow.start()
        self._mapper.start()
        self._thread.start()

    def newest(self) -> FeedView | None:
        """The newest frame and what is known about it; None before anything happened."""
        view = self._view
        if view is None:
            return None
        age_s = self._options.clock() - self._good_at_s
        patience_s = self._options.busy_stall_s if self._is_busy else self._options.stall_s
        is_stalled = view.state == "live" and age_s > patience_s
        if not is_stalled:
            return replace(view, age_s=age_s, live_map=self._mapper.newest_map)
        message = view.message or "The picture stands still: check the camera's cable."
        guidance = replace(view.guidance, instruction=message, is_ready=False, may_shoot=False)
        return replace(view, age_s=age_s, state="stalled", message=message, guidance=guidance, is_ready=False)

    def set_context(self, context: GateContext) -> None:
        """Judge from now on against this; with another baseline or site, slow readings of before are forgotten."""
        self._context = context

    def show_map(self, is_on: bool) -> None:
        """Draw a live map of every frame there is time for, or none: none at first."""
        self._mapper.switch(is_on)

    def shoot(self, burst: Burst | None = None) -> Future[LightStack]:
        """Take one shot with the open camera; CameraError in the future when it fails."""
        return self.ask(lambda camera, lights: shoot_stack(camera, lights, burst, self._options.clock))

    def apply(self, wanted: Mapping[str, float]) -> Future[tuple[ControlReading, ...]]:
        """Set controls; they are set again whenever the camera is opened anew."""
        asked = dict(wanted)
        return self.ask(lambda camera, _: camera.apply(asked))

    def ask(self, verb: Verb[Answer]) -> Future[Answer]:
        """Do something with camera and lights between two frames; fails at once while the camera is lost."""
        return self._requests.add(verb)

    def stop(self, timeout_s: float = 12.0) -> None:
        """End both threads; camera and lights are closed when it returns (unless the device hangs)."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        self._slow.stop(timeout_s)
        self._mapper.stop(timeout_s)
        self._requests.refuse("The camera was closed before the picture was taken: open the page again.")

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._live_once()
        except BaseException as error:
            self._lose(f"The live picture stopped on an error of the program ({error!r}): restart the station.")
            raise

    def _live_once(self) -> None:
        """From opening the camera to losing it."""
        try:
            self._connection.open()
            self._connection.remember_controls()
            self._requests.accept()
            self._follow()
        except CameraError as error:
            self._lose(str(error))
        finally:
            self._connection.close()
        if not self._stopping.is_set():
            self._options.wait(self._stopping, self._options.reopen_every_s)

    def _follow(self) -> None:
        """Frame after frame, until told to stop or the camera is lost."""
        self._stream, self._good_at_s = _Stream(), self._options.clock()
        self._view = FeedView(camera=self._connection.devices[0].info)
        while not self._stopping.is_set():
            self._serve()
            frame = self._grab()
            if frame is not None:
                self._show(frame)

    def _serve(self) -> None:
        """Do what others asked for; the picture stands still meanwhile, which is no stall while the camera sends."""
        camera, lights = self._connection.devices
        self._is_busy = True
        try:
            while self._requests.serve(heard := HeardCamera(camera, self._has_sent), lights):
                self._connection.remember_controls()
                if not heard.is_silent:
                    self._has_sent()
        finally:
            self._is_busy = False

    def _has_sent(self) -> None:
        self._good_at_s = self._options.clock()

    def _grab(self) -> Frame | None:
        """The next good frame; None for a bad one, with its reason in the view."""
        camera, _ = self._connection.devices
        try:
            frame = camera.grab(self._options.grab_timeout_s)
            check_pixels(frame.pixels, self._stream.shape, camera.info.name)
        except CameraLostError:
            raise
        except CameraError as error:
            if self._options.clock() - self._good_at_s > self._options.reopen_after_s:
                raise
            self._note(str(error))
            return None
        return frame

    def _show(self, frame: Frame) -> None:
        """Read the cheap gates, hand the frame to the worker, put all into the slot."""
        stream, context = self._stream, self._context
        self._has_sent()
        stream.times.append(self._good_at_s)
        cheap = self._read_cheap(frame, replace(context, previous=stream.previous))
        stream.previous = frame
        self._slow.offer((frame, context))
        self._mapper.offer((frame, context.spacing))
        slow = aged(self._slow.readings(context), frame.sequence, self._options.slow_age_frames)
        stream.smoother, steady = stream.smoother.update(cheap + slow)
        self._view = FeedView(
            frame=frame,
            cheap=cheap,
            slow=slow,
            guidance=_guidance(steady, slow, context),
            is_ready=_guidance(cheap + slow, slow, context).is_ready,
            frames_per_s=stream.frames_per_s,
            camera=self._connection.devices[0].info,
            context=context,
        )

    def _note(self, message: str) -> None:
        """A bad frame came: keep the last good one, and say so."""
        view = self._view or FeedView()
        self._view = replace(view, message=message, is_ready=False)
        self._stopping.wait(_BREATH_S)

    def _lose(self, message: str) -> None:
        view = self._view or FeedView()
        self._requests.refuse(f"No picture was taken. {message}")
        self._slow.forget()
        self._mapper.forget()
        guidance = replace(NO_GUIDANCE, instruction=message)
        self._view = replace(
            view, state="lost", message=message, frames_per_s=0.0, is_ready=False, guidance=guidance, slow=()
        )
