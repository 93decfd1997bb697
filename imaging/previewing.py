"""The quick height map of an archived shot, for the eye while its measurement is made."""

from contextlib import suppress
from dataclasses import replace

from imaging.capture_inputs import inputs_of
from imaging.errors import MeasurementError
from imaging.model.geometry import Spacing
from imaging.model.light_stack import LightStack
from imaging.model.visit import Capture
from imaging.surface.preview import Preview, preview_height, preview_reduction, reduced_picture


def preview_of(stack: LightStack, capture: Capture) -> Preview | None:
    """Height of the reduced shot, as it was taken: a lens is not straightened, so that it lies on the picture.

    None where there is nothing to wait for: a single light, a shot that cannot be measured, or frames no larger than a
    preview, which are measured about as soon. Frames are reduced before they are aligned, which saves most of the time.
    """
    factor = preview_reduction(stack.frames[0].shape)
    if len(stack.frames) == 1 or factor == 1:
        return None
    inputs = inputs_of(_reduced(stack, factor), capture)
    spacing = inputs.spacing
    wider = None if spacing is None else Spacing(factor * spacing.row_mm, factor * spacing.col_mm)
    with suppress(MeasurementError):
        return preview_height(replace(inputs, spacing=wider))
    return None


def _reduced(stack: LightStack, factor: int) -> LightStack:
    return LightStack(
        tuple(replace(frame, pixels=reduced_picture(frame.pixels, factor)) for frame in stack.frames),
        stack.overview and replace(stack.overview, pixels=reduced_picture(stack.overview.pixels, factor)),
        tuple(reduced_picture(white, factor) for white in stack.flat_fields),
    )
