"""May two captures be compared at all? Only with the same method, lights, filters and state of calibration."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from imaging.model.measurement import MeasuredCapture

_FILTER_TOLERANCE = 0.05
"""The default S-filter follows the spacing, which differs a little between calibrations of one device."""


def obstacles(
    captures: Sequence[MeasuredCapture], *, is_bridged: bool = False, has_alike_lights: bool = False
) -> tuple[str, ...]:
    """Why these captures must not be compared, one plain sentence each; empty when they may.

    `is_bridged`: they come from two cameras of which a bridging set says how they differ. Their lights and their finest
    filter (which follows the spacing) may differ then: that is part of what the set has compared.
    `has_alike_lights`: they were calibrated anew between the captures, and found where they had been.
    """
    first, *others = captures
    found: list[str] = []
    for other in others:
        between = _between(first, other, (is_bridged, is_bridged or has_alike_lights))
        found += [text for text in between if text not in found]
    return tuple(found)


def why_unmeasured(captures: Sequence[MeasuredCapture]) -> str:
    """Why nothing was measured that could be judged, and what to do; empty when nothing stands in the way."""
    surfaces = [capture.surface for capture in captures]
    if not any(surface.is_calibrated for surface in surfaces):
        return (
            "Both visits are uncalibrated: without a scale nothing on them is a length or a depth, so no change is "
            "judged. Calibrate the camera before the next visit, or measure the pictures again with its device file."
        )
    if all(surface.height_unit == "rel" for surface in surfaces):
        return (
            "Both visits were taken with one light and no depth calibration: shading is not depth, so no change of "
            "depth is judged. Take them under several lights, or calibrate the depth of this camera."
        )
    return ""


def found_anew(captures: Sequence[MeasuredCapture]) -> tuple[MeasuredCapture, ...]:
    """Captures on which another gloss or blur of the skin was taken back than on the first, as if the skin had changed.

    Both are hard to tell from one capture, and what one capture has too much passes for a change of depth.
    """
    known = [replace(c.surface.skin_light, is_carried=False) if c.surface.skin_light else None for c in captures]
    return tuple(c for c, light in zip(captures, known, strict=True) if light != known[0])


def has_same_height_unit(captures: Sequence[MeasuredCapture]) -> bool:
    """True if heights may be subtracted from each other."""
    return len({(capture.surface.height_unit, capture.surface.method) for capture in captures}) == 1


def _between(first: MeasuredCapture, other: MeasuredCapture, excused: tuple[bool, bool]) -> list[str]:
    """`excused`: the finest filter and the light set may differ."""
    one, two = first.surface, other.surface
    found = []
    if one.method != two.method:
        found.append(
            f"The methods differ ({one.method} and {two.method}): measure both captures from the same kind of frames."
        )
    elif first.light_set != other.light_set and not excused[1]:
        found.append("The light sets differ: measure both captures with the same lights and the same lights file.")
    if one.is_calibrated != two.is_calibrated or one.height_unit != two.height_unit:
        found.append("Only one of the captures is calibrated: measure both with the device's calibration.")
    if not _has_same_filters(first, other, excused[0]):
        found.append("The filters differ: measure both captures with the same S-filter, L-filter and reference length.")
    return found


def _has_same_filters(first: MeasuredCapture, other: MeasuredCapture, is_bridged: bool) -> bool:
    one, two = (_cut_offs(capture)[is_bridged:] for capture in (first, other))
    if any((a is None) != (b is None) for a, b in zip(one, two, strict=True)):
        return first.surface.is_calibrated != other.surface.is_calibrated  # said already
    known = [(a, b) for a, b in zip(one, two, strict=True) if a is not None and b is not None]
    return bool(np.all([abs(a - b) <= _FILTER_TOLERANCE * max(a, b) for a, b in known]))


def _cut_offs(capture: MeasuredCapture) -> tuple[float | None, ...]:
    """The finest first."""
    measured = capture.measurement
    return measured.s_filter_um, measured.limits.l_filter_mm, measured.limits.depression_reference_mm
