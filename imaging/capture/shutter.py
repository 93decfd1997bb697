"""When the shutter fires by itself."""

from imaging.capture.feed import FeedView
from imaging.model.reading import GateState

PLACED_BY = frozenset({"place", "pose", "motion"})
"""Red ones of these for a while: the camera was taken away and put back."""
REPLACED_FRAMES = 5


class AutoShutter:
    """Fires once when everything has been green long enough; then not again before a new placement or `rearm`.

    Parameters
    ----------
    frames_needed : so many frames in a row
    slow_age_frames : slow readings count while their frame is at most so many frames old
    """

    def __init__(self, frames_needed: int, slow_age_frames: int = 10) -> None:
        self._frames_needed = frames_needed
        self._slow_age_frames = slow_age_frames
        self._sequence: int | None = None
        self._green = 0
        self._away = 0
        self._is_armed = True

    @property
    def is_armed(self) -> bool:
        return self._is_armed

    @property
    def progress(self) -> float:
        """0..1: how much of the green time has passed."""
        return min(1.0, self._green / self._frames_needed) if self._is_armed else 0.0

    def rearm(self) -> None:
        """The operator wants another shot: count from nothing."""
        self._is_armed, self._green, self._away = True, 0, 0

    def update(self, view: FeedView) -> bool:
        """True once: shoot now. Seeing the same frame again changes nothing."""
        if view.state != "live" or view.frame is None:
            self._green = 0
            return False
        if view.frame.sequence == self._sequence:
            return False
        self._sequence = view.frame.sequence
        self._watch_placement(view)
        self._green = self._green + 1 if self._is_green(view) else 0
        if not self._is_armed or self._green < self._frames_needed:
            return False
        self._is_armed, self._green, self._away = False, 0, 0
        return True

    def _is_green(self, view: FeedView) -> bool:
        """Every reading allows it, and the slow ones are there and recent."""
        sequence = view.frame.sequence if view.frame else 0
        is_recent = all(0 <= sequence - slow.sequence <= self._slow_age_frames for slow in view.slow)
        return view.is_ready and bool(view.slow) and is_recent

    def _watch_placement(self, view: FeedView) -> None:
        """Re-arm after the camera was away for some frames."""
        red = {r.gate for r in view.cheap + view.slow if r.state == GateState.RED}
        self._away = self._away + 1 if red & PLACED_BY else 0
        if self._away >= REPLACED_FRAMES and not self._is_armed:
            self.rearm()
