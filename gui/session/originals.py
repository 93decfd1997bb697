"""The originals that were read last: picture and measurement of one capture ask for the same at once."""

from threading import Lock

from imaging.archive.store import Archive
from imaging.model.light_stack import LightStack
from imaging.model.visit import Capture


class Originals:
    """Of one capture, read once; whoever asks meanwhile waits for it. May be asked on any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[str, LightStack] | None = None

    def read(self, archive: Archive, capture: Capture) -> LightStack:
        """As `Archive.read_stack`."""
        with self._lock:
            kept = self._kept
            if kept is None or kept[0] != capture.identifier:
                self._kept = None  # room for the next
                kept = self._kept = capture.identifier, archive.read_stack(capture)
            return kept[1]

    def forget(self) -> None:
        """Nobody asks for them any more. Waits for nothing."""
        self._kept = None
