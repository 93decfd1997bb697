"""The station on one screen: measure, compare, publish.

Every function takes and returns frozen values and may run in any thread or process. Heavy imports wait inside, so that
the window opens before SciPy is loaded.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imaging.model.comparison import Change
from imaging.model.geometry import Roi
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import light_set
from imaging.model.measurement import MeasuredCapture, MeasureLimits

if TYPE_CHECKING:
    from imaging.comparison.change import CompareOptions


def measure(inputs: MeasureInputs, limits: MeasureLimits | None = None, roi: Roi | None = None) -> MeasuredCapture:
    """Surface and endpoints of one capture.

    Raises
    ------
    MeasurementError
        when the frames cannot be measured or `roi` lies outside them
    """
    from imaging.surface.endpoints import measure_surface
    from imaging.surface.reconstruction import reconstruct

    surface = reconstruct(inputs)
    measurement = measure_surface(surface, limits or MeasureLimits(), roi)
    return MeasuredCapture(surface, measurement, light_set(inputs.lights))


def compare(
    references: Sequence[MeasuredCapture], movings: Sequence[MeasuredCapture], options: "CompareOptions"
) -> Change:
    """Change between two visits of one site, each given as its replicates. Never raises for a refused registration."""
    from imaging.comparison.change import compare_captures

    return compare_captures(references, movings, references[0].measurement.limits, options)
