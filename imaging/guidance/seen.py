"""Gates that look at the picture: each turns its measure into good or not, with what to do. One function a gate."""

import math

from imaging.guidance.context import Baseline, GateContext, OtherSite
from imaging.guidance.exposure import clipped_fractions, median_brightness
from imaging.guidance.expression import microrelief_strain, relax_instruction
from imaging.guidance.focus import focus_share, sharpness
from imaging.guidance.glare import glare_fraction
from imaging.guidance.look import Look, Sighting
from imaging.guidance.motion import shift_px
from imaging.guidance.pose import (
    Placement,
    is_in_place,
    placement_of,
    pose_instruction,
    scale_instruction,
    way_back,
)
from imaging.guidance.way import way_to

NOT_THE_SITE = "Not the site yet: bring the live picture onto the ghost of the baseline."


def exposure(look: Look) -> Sighting:
    """Median linear brightness of the ROI, in % of full scale."""
    level, limits = median_brightness(look.grey), look.context.limits
    is_dark = level < limits.min_brightness
    words = (
        "Too dark: more light, or a longer exposure." if is_dark else "Too bright: less light, or a shorter exposure."
    )
    return Sighting(limits.min_brightness <= level <= limits.max_brightness, 100 * level, words)


def clipping(look: Look) -> Sighting:
    """Share of pixels lost at either end, in %."""
    low, high = clipped_fractions(look.samples)
    lost = "White spots" if high >= low else "Black spots"
    way = "shorter" if high >= low else "longer"
    words = f"{lost} show no skin: {way} exposure, or turn the light."
    return Sighting(low + high < look.context.limits.max_clipped_fraction, 100 * (low + high), words)


def focus(look: Look) -> Sighting:
    """Fine detail, in % of the baseline's (or of skin in focus)."""
    baseline = look.context.baseline
    share = focus_share(sharpness(look.grey), baseline.sharpness if baseline else None)
    words = "Not sharp: move slowly closer or away until the pores are clear."
    return Sighting(share >= look.context.limits.min_focus, 100 * share, words)


def glare(look: Look) -> Sighting:
    """Share of the ROI hidden by gloss, in %."""
    share = glare_fraction(look.colour)
    words = "Glare hides the skin: dab it dry, or tilt the camera a little."
    return Sighting(share <= look.context.limits.max_glare_fraction, 100 * share, words)


def motion(look: Look) -> Sighting | None:
    """Pixels moved since the frame before; None without one under the same light."""
    before = look.context.previous
    if before is None or before.light != look.frame.light:
        return None
    shift = shift_px(before.pixels, look.frame.pixels)
    if shift is None:
        return Sighting(False, None, "The picture jumps: hold still.")
    values = (("down_px", shift[0]), ("right_px", shift[1]))
    moved = math.hypot(*shift)
    return Sighting(moved <= look.context.limits.max_motion_px, moved, "Hold still.", values=values)


def place(look: Look) -> Sighting | None:
    """Does the picture register on this site's baseline; at the first visit, at least on no other site's."""
    if look.placement is not None:
        return Sighting(True)
    if (other := look.other_site) is not None:
        return Sighting(False, instruction=_elsewhere(look.context, other))
    if look.context.baseline is None:
        return None
    return Sighting(False, instruction=_not_yet(look, look.context.baseline))


def _elsewhere(context: GateContext, other: OtherSite) -> str:
    """Which site is seen, and the way from there."""
    way = way_to(context.site, other.site) if context.site is not None and other.site is not None else ""
    wanted = context.words.name
    is_side = "side" in way
    there = f"go {way}" if is_side else f"go {way} to {wanted}" if way else f"go to {wanted}"
    return f"This looks like {other.name}: {there}."


def _not_yet(look: Look, baseline: Baseline) -> str:
    """Back where it was seen last, or where the protocol says that it lies."""
    seen = baseline.tracker.seen_lately
    if seen is not None:
        back = way_back(placement_of(seen, look.frame.shape, look.context.spacing), look.context.site)
        return f"The site has left the picture: go back {back}."
    where = look.context.words.placement
    return f"Not the site yet. It lies here: {where}." if where else NOT_THE_SITE


def scale(look: Look) -> Sighting | None:
    """Size against the baseline, in % (+ is too close); None while the site is not found."""
    placement = look.placement
    if placement is None:
        return None
    is_good = abs(placement.scale_change) <= look.context.limits.max_scale_change
    return Sighting(is_good, 100 * placement.scale_change, scale_instruction(placement))


def pose(look: Look) -> Sighting | None:
    """Distance from the baseline's position, in mm (None uncalibrated), with all that arrows need."""
    placement, limits = look.placement, look.context.limits
    if placement is None:
        return None
    words = pose_instruction(placement, limits, look.context.site)
    return Sighting(is_in_place(placement, limits), placement.offset_mm, words, values=_numbers(placement))


def expression(look: Look) -> Sighting | None:
    """Strain of the microrelief against the baseline, in %; None while the site is not found or shows too little."""
    baseline, pose, limits = look.context.baseline, look.pose, look.context.limits
    if baseline is None or pose is None:
        return None
    strain = microrelief_strain(pose.points, baseline.pose.roi)
    if strain is None:
        return None
    return Sighting(strain <= limits.max_strain_fraction, 100 * strain, relax_instruction(strain, look.context.site))


def _numbers(placement: Placement) -> tuple[tuple[str, float], ...]:
    numbers = (
        ("right_share", placement.right_share),
        ("up_share", placement.up_share),
        ("right_mm", placement.right_mm),
        ("up_mm", placement.up_mm),
        ("rotation_deg", placement.rotation_deg),
        ("scale_pct", 100 * placement.scale_change),
        ("overlap_fraction", placement.overlap_fraction),
        ("residual_px", placement.residual_px),
    )
    return tuple((name, value) for name, value in numbers if value is not None)
