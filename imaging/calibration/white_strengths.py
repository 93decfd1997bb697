"""How strong distant lights are beside each other, from the white fields taken under them."""

from dataclasses import replace

import numpy as np

from imaging.model.inputs import MeasureInputs
from imaging.surface.light.linearise import to_linear
from imaging.surface.light.stack import coarse, mean_of_channels

_SAME = 0.005
"""White fields that differ less are one picture of the lens' shading: they say nothing of single lights."""
_SHRINK = 8


def with_strengths_of_white(inputs: MeasureInputs) -> MeasureInputs:
    """Distant lights of which no strengths are known get those that the white fields show.

    A white plane that faces the camera is as bright as a light is strong times the cosine of its angle. A lights file
    without intensities, and a mirror ball, leave all strengths alike. Near lights need nothing: their model is divided
    by its own value on the plane.
    """
    lights = inputs.lights
    if lights is None or lights.model != "distant" or len(inputs.flat_fields) != len(lights):
        return inputs
    if np.ptp(lights.intensities) > 0:
        return inputs
    levels = [float(np.mean(mean_of_channels(coarse(to_linear(flat, inputs.encoding), _SHRINK))))
              for flat in inputs.flat_fields]  # fmt: skip
    if min(levels) <= 0 or max(levels) / min(levels) - 1 < _SAME:
        return inputs
    strengths = np.array(levels) / lights.vectors[:, 2]
    return replace(inputs, lights=replace(lights, intensities=strengths / strengths.mean()))
