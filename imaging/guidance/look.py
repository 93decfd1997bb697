"""One frame with its context; what several gates need of it is worked out once, when first asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from imaging.guidance.context import GateContext, OtherSite
from imaging.guidance.light import every_second_pixel, linear_colour, linear_grey
from imaging.guidance.pose import Placement, placement_of
from imaging.model.arrays import FloatMap, Pixels
from imaging.model.frame import Frame
from imaging.model.reading import GateKind

if TYPE_CHECKING:
    from imaging.alignment.pose import Pose, PoseView

_SHOWS = 0.5
"""Of another site's region: less may be seen from a neighbouring one."""


@dataclass(frozen=True)
class Sighting:
    """What one gate found: good or not, with its number and, where the table's kind or words do not fit, its own."""

    is_good: bool
    value: float | None = None
    instruction: str = ""
    """What to do when it is not good."""
    kind: GateKind | None = None
    """Where it depends on the answer; None for the table's."""
    values: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Look:
    """A frame as the gates see it."""

    frame: Frame
    context: GateContext

    @cached_property
    def samples(self) -> Pixels:
        """Every second pixel of the ROI, as the camera sent it."""
        return every_second_pixel(self.frame.pixels, self.context.roi)

    @cached_property
    def grey(self) -> FloatMap:
        return linear_grey(self.frame.pixels, self.context.roi, self.frame.encoding)

    @cached_property
    def colour(self) -> FloatMap:
        return linear_colour(self.samples, self.frame.encoding)

    @cached_property
    def pose(self) -> "Pose | None":
        """None without a baseline, or when the frame cannot be found on it."""
        baseline = self.context.baseline
        return None if baseline is None else baseline.tracker.locate(self._view)

    @cached_property
    def placement(self) -> Placement | None:
        """The pose in the units of a hand."""
        return None if self.pose is None else placement_of(self.pose, self.frame.shape, self.context.spacing)

    @cached_property
    def other_site(self) -> OtherSite | None:
        """Another site of this subject, of which the frame shows at least half."""
        for other in self.context.others:
            pose = other.baseline.pose.locate(self._view)
            if pose is not None and pose.overlap_fraction >= _SHOWS:
                return other
        return None

    @cached_property
    def _view(self) -> "PoseView":
        from imaging.alignment.pose import PoseView

        return PoseView(self.frame.pixels)
