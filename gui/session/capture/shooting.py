"""One shot, from the shutter until its originals are in the archive."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.capture.by_hand import ByHand
from gui.session.capture.site_pictures import evenly_lit
from gui.session.capture.standing import Taken
from gui.session.devices import DeviceSession
from imaging.archive.store import Archive
from imaging.capture.by_hand import MOST_MOTION_MM, MOST_MOTION_SHARE, HandStack
from imaging.capture.feed import FeedView
from imaging.capture.requests import answer_of
from imaging.model.light_stack import LightStack
from imaging.model.reading import GateKind, GateReading, GateState
from imaging.model.visit import CaptureFacts


class Shooting(QObject):
    """The answer comes only after the originals are in the archive."""

    took = Signal(object)
    """What was taken, a `Taken`."""
    asking = Signal(object)
    """The light a person switches on now, a `HandAsk`; None while the stack is looked at."""
    failed = Signal(str)

    def __init__(self, devices: DeviceSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = devices
        self._tasks = Tasks(self, workers=1)
        self._by_hand = ByHand(devices, self)
        self._wanted: tuple[Archive, CaptureFacts] | None = None
        self._by_hand.asking.connect(self.asking)
        self._by_hand.failed.connect(self.failed)
        self._by_hand.done.connect(self._keep_hand_stack)

    def fire(self, archive: Archive, facts: CaptureFacts) -> None:
        """Take a picture of what lies under the camera."""
        self._wanted = archive, facts
        if self._devices.lights.state.is_manual:
            self._by_hand.begin()
        else:
            self._tasks.run(
                "shoot",
                lambda: _kept(archive, facts, answer_of(self._devices.shoot())),
                self.took.emit,
                self.failed.emit,
            )

    def press(self) -> None:
        """The light that is asked for is on."""
        self._by_hand.take()

    def look(self, view: FeedView, is_automatic: bool) -> None:
        """While lights are asked for: what the live picture shows."""
        if view.frame is not None and view.state == "live":
            self._by_hand.look(view.frame, is_automatic)

    def cancel(self) -> None:
        """Stop asking for lights; a shot that is being written is still finished."""
        self._by_hand.cancel()

    def close(self) -> None:
        self._by_hand.close()
        self._tasks.close()

    def _keep_hand_stack(self, hand: HandStack) -> None:
        if self._wanted is not None:
            archive, facts = self._wanted
            known = replace(facts, readings=facts.readings + _rest_readings(hand))
            self._tasks.run("shoot", lambda: _kept(archive, known, hand.stack), self.took.emit, self.failed.emit)


def _kept(archive: Archive, facts: CaptureFacts, stack: LightStack) -> Taken:
    return Taken(archive.add_capture(stack, facts), evenly_lit(stack))


def _rest_readings(hand: HandStack) -> tuple[GateReading, ...]:
    """What is on record of the rest in which a stack by hand was taken."""
    sequence = hand.stack.frames[-1].sequence
    share = f"at most {MOST_MOTION_SHARE:.1%} of the width between the lights"
    limit = f"at most {MOST_MOTION_MM:g} mm between the lights" if hand.unit == "mm" else share
    ticked = "camera on its stand, chin on the rest"
    return (
        GateReading("rest", GateKind.HARD, GateState.GREEN, None, "", ticked, "", sequence),
        GateReading("stillness", GateKind.HARD, GateState.GREEN, hand.motion, hand.unit, limit, "", sequence),
    )
