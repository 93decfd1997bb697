"""One frame per light, the skin in the same pose."""

from dataclasses import dataclass

from imaging.errors import MeasurementError
from imaging.model.arrays import Pixels
from imaging.model.frame import Frame


@dataclass(frozen=True, eq=False)
class LightStack:
    """The frames of one shot, in the order of the device's lights; a single frame is a stack of one.

    `overview` is the evenly lit picture taken with all lights on, where the device can do that. `flat_fields` are the
    white fields of the device file as they were, one per light, where they are kept with the frames.
    """

    frames: tuple[Frame, ...]
    overview: Frame | None = None
    flat_fields: tuple[Pixels, ...] = ()

    def __post_init__(self) -> None:
        if not self.frames:
            raise MeasurementError("No frame was given: a capture needs at least one.")
        sizes = {frame.pixels.shape for frame in self.frames}
        if len(sizes) > 1:
            listed = " and ".join(f"{shape[1]} x {shape[0]}" for shape in sorted(sizes))
            raise MeasurementError(f"The frames differ in size ({listed}): take them again with one camera mode.")
