"""What a study asks of every visit: sites, sides, weeks, replicates, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from imaging.model.measurement import MeasureLimits


class Laterality(StrEnum):
    """The subject's side, never the picture's."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"


@dataclass(frozen=True)
class Site:
    """A skin site with its codes (SNOMED CT)."""

    code: str
    """Short and stable, for example "crows-feet"."""
    name: str
    """As on screen, for example "Crow's feet"."""
    snomed: str
    sides: tuple[Laterality, ...]
    placement: str = ""
    """Where to put the camera, for example "15 mm lateral of the canthus"."""


@dataclass(frozen=True)
class VisitWindow:
    """One planned visit and how far from its day it may be."""

    week: int
    days_before: int
    days_after: int


@dataclass(frozen=True)
class GateLimits:
    """Limits of the gates. Fractions are 0..1."""

    min_focus: float = 0.6
    """Share of the baseline's (or of the camera's best) fine detail."""
    min_brightness: float = 0.25
    """Median of the ROI, linear, 0..1 of full scale."""
    max_brightness: float = 0.85
    max_clipped_fraction: float = 0.005
    max_glare_fraction: float = 0.02
    max_motion_px: float = 1.0
    """Between neighbouring frames, in pixels of a picture 1280 wide."""
    min_overlap_fraction: float = 0.9
    max_residual_px: float = 2.0
    max_offset_mm: float = 2.0
    max_rotation_deg: float = 3.0
    max_scale_change: float = 0.01
    max_strain_fraction: float = 0.03
    """Of the microrelief inside the ROI against the baseline."""
    min_acclimatisation_min: float = 20.0
    max_hours_from_baseline: float = 2.0
    climate_gates: bool = True
    """False: acclimatisation, climate and time of day are not asked."""


@dataclass(frozen=True)
class StudyProtocol:
    """A template, or a study's own copy of one."""

    code: str
    name: str
    kind: str
    """One of "study", "follow-up", "repeatability" (unchanged skin, again and again) or "bridging" (the same skin with
    two cameras)."""
    version: str
    sites: tuple[Site, ...]
    visits: tuple[VisitWindow, ...]
    """Empty: any number of visits at any time."""
    replicates: int
    headline_endpoint: str
    headline_site: str
    gates: GateLimits = field(default_factory=GateLimits)
    limits: MeasureLimits = field(default_factory=MeasureLimits)
    heat_map_limit_um: float = 200.0
    change_limit_um: float = 100.0
    has_control_site: bool = False
    is_blinded: bool = False
    """Who takes the pictures sees no result: no map over the live picture, no numbers, no verdicts."""
    camera: Mapping[str, float] = field(default_factory=dict)
    """How a camera is set before anything is found on the skin, by name of the control; may be empty."""
    exports: tuple[str, ...] = ()
    """Pictures written of every accepted capture when a visit is finished: "heat-map", "photograph"."""

    def site(self, code: str) -> Site:
        """The site with this code; KeyError when the protocol has none."""
        for site in self.sites:
            if site.code == code:
                return site
        raise KeyError(code)
