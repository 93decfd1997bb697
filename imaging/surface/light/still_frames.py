"""The frames of a stack as if the skin had held still."""

from imaging.alignment.frames import align_by_sum, align_stack
from imaging.model.arrays import Pixels
from imaging.model.light_stack import LightStack
from imaging.surface.light.linearise import to_linear


def still_frames(stack: LightStack) -> tuple[tuple[Pixels, ...], float | None]:
    """The frames moved onto the first, and how well they fit in px; None where that cannot be told.

    With a picture under all lights their sum tells the motion, on any skin; else their pigment does.
    """
    frames, overview = [frame.pixels for frame in stack.frames], stack.overview
    if overview is not None and overview.shape == stack.frames[0].shape:
        light = (to_linear(frame.pixels, frame.encoding) for frame in stack.frames)
        found = align_by_sum(frames, to_linear(overview.pixels, overview.encoding), light)
        if found is not None:
            return found
    return align_stack(frames)
