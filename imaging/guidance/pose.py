"""Where the camera looks compared with the baseline, and which way to move it."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imaging.model.geometry import Spacing
from imaging.model.protocol import GateLimits, Laterality
from imaging.model.visit import SiteKey

if TYPE_CHECKING:
    from imaging.alignment.pose import Pose

LATERAL_SITES = frozenset({"crows-feet", "cheek", "nasolabial-fold", "lower-eyelid", "eye-region"})
"""Sites photographed from the side, where left and right of the picture are ear and nose."""

_AT_ALL = 0.01
"""Offsets below this share of the picture are not why skin is missing from it."""


@dataclass(frozen=True)
class Placement:
    """How the camera stands compared with the baseline; all zero (scale 1) when it stands as then.

    right_share, up_share : offset as a share of the picture's width and height
    right_mm, up_mm : the same in mm on the skin; None when uncalibrated
    rotation_deg : how far the camera is turned clockwise, seen from behind it
    scale : size of the live picture over the baseline's: above 1 the camera is too close
    """

    right_share: float
    up_share: float
    right_mm: float | None
    up_mm: float | None
    rotation_deg: float
    scale: float
    overlap_fraction: float
    residual_px: float

    @property
    def offset_mm(self) -> float | None:
        if self.right_mm is None or self.up_mm is None:
            return None
        return math.hypot(self.right_mm, self.up_mm)

    @property
    def scale_change(self) -> float:
        return self.scale - 1.0


def placement_of(pose: "Pose", shape: tuple[int, int], spacing: Spacing | None) -> Placement:
    """How the camera stands, from where a live picture of (rows, cols) lies on the baseline.

    Parameters
    ----------
    spacing : of the baseline's pixels; None when uncalibrated
    """
    rows, cols = shape
    right_px, down_px = _offset_px(pose.matrix, rows, cols)
    live_to_baseline = np.asarray(pose.matrix, dtype=np.float64)[:2, :2]
    return Placement(
        right_share=right_px / cols,
        up_share=-down_px / rows,
        right_mm=right_px * spacing.col_mm if spacing else None,
        up_mm=-down_px * spacing.row_mm if spacing else None,
        # The picture turns against the camera, and the matrix turns the picture back.
        rotation_deg=math.degrees(math.atan2(live_to_baseline[1, 0], live_to_baseline[0, 0])),
        scale=1.0 / math.sqrt(abs(float(np.linalg.det(live_to_baseline)))),
        overlap_fraction=float(pose.overlap_fraction),
        residual_px=float(pose.residual_px),
    )


def is_in_place(placement: Placement, limits: GateLimits) -> bool:
    """Offset, rotation, overlap and residual within their limits (scale is a gate of its own)."""
    return max(_excesses(placement, limits).values()) <= 1.0


def pose_instruction(placement: Placement, limits: GateLimits, site: SiteKey | None) -> str:
    """The one movement that helps most, for example "Move the camera 2.1 mm towards the ear."."""
    excesses = _excesses(placement, limits)
    worst = max(excesses, key=lambda name: excesses[name])
    if worst == "rotation":
        way = "counter-clockwise" if placement.rotation_deg > 0 else "clockwise"
        return f"Turn the camera {abs(placement.rotation_deg):.0f}° {way}."
    if worst == "residual":
        return "The skin does not lie as at the baseline: hold the camera square to it, same posture as then."
    if worst == "overlap" and max(abs(placement.right_share), abs(placement.up_share)) < _AT_ALL:
        return scale_instruction(placement)
    return _move_instruction(placement, site)


def way_back(placement: Placement, site: SiteKey | None) -> str:
    """Where the camera has to go, without a distance: "towards the ear"."""
    if _is_sideways(placement):
        return _sideways_words(placement.right_share > 0, site)
    return "down" if placement.up_share > 0 else "up"


def scale_instruction(placement: Placement) -> str:
    """Closer or away, with the change in per cent."""
    off = f"{100 * abs(placement.scale_change):.1f} %"
    if placement.scale > 1:
        return f"Move the camera away: the picture is {off} too large."
    return f"Move the camera closer: the picture is {off} too small."


def _excesses(placement: Placement, limits: GateLimits) -> dict[str, float]:
    """Each deviation over its limit: above 1 is too much."""
    lost, may_lose = 1 - placement.overlap_fraction, 1 - limits.min_overlap_fraction
    offset = placement.offset_mm
    return {
        "offset": 0.0 if offset is None else offset / limits.max_offset_mm,
        "overlap": lost / max(may_lose, 1e-6),
        "rotation": abs(placement.rotation_deg) / limits.max_rotation_deg,
        "residual": placement.residual_px / limits.max_residual_px,
    }


def _move_instruction(placement: Placement, site: SiteKey | None) -> str:
    is_sideways = _is_sideways(placement)
    share, length = (
        (placement.right_share, placement.right_mm) if is_sideways else (placement.up_share, placement.up_mm)
    )
    how_far = f"{100 * abs(share):.0f} % of the picture" if length is None else f"{abs(length):.1f} mm"
    return f"Move the camera {how_far} {way_back(placement, site)}."


def _is_sideways(placement: Placement) -> bool:
    return abs(placement.right_share) >= abs(placement.up_share)


def _sideways_words(is_too_far_right: bool, site: SiteKey | None) -> str:
    """Where to go: anatomical where the site lies on a side of the face, else as the operator sees it."""
    if site is None or site.site not in LATERAL_SITES or site.laterality == Laterality.MIDLINE:
        return "to your left" if is_too_far_right else "to your right"
    # Facing the subject's right side, the ear lies on the operator's left.
    is_ear = is_too_far_right == (site.laterality == Laterality.RIGHT)
    return "towards the ear" if is_ear else "towards the nose"


def _offset_px(matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]], rows: int, cols: int) -> tuple[float, float]:
    """(right, down): where the middle of the live picture lies on the baseline, from the baseline's middle."""
    middle = np.array([(cols - 1) / 2, (rows - 1) / 2, 1.0])
    moved = np.asarray(matrix, dtype=np.float64) @ middle
    return float(moved[0] / moved[2] - middle[0]), float(moved[1] / moved[2] - middle[1])
