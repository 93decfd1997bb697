"""What is looked at on the review page, as frozen values. Free of Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from imaging.model.annotation import Annotation
from imaging.model.arrays import FloatMap, Pixels
from imaging.model.geometry import Roi
from imaging.model.measurement import MeasuredCapture
from imaging.model.visit import Capture, SiteKey, Visit

Colours = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ColourScale:
    """What colours mean: (steps, 3) RGB from the lowest to the highest value."""

    colours: Colours
    limit: float
    unit: str
    title: str
    kind: Literal["depth", "change"] = "depth"


@dataclass(frozen=True, eq=False)
class DepthPicture:
    """Depth below the reference surface: (rows, cols) values, their RGBA colours, and the scale of both."""

    depth: FloatMap
    heat_map: Colours
    scale: ColourScale


@dataclass(frozen=True, eq=False)
class Looking:
    """One capture before the eye, and what lies beside it."""

    visit: Visit | None = None
    captures: tuple[Capture, ...] = ()
    """Of the visit, oldest first."""
    capture: Capture | None = None
    pictures: Mapping[str, Pixels] = field(default_factory=dict)
    """Evenly lit, by capture; those that were read so far."""
    measured: MeasuredCapture | None = None
    depth: DepthPicture | None = None
    preview: DepthPicture | None = None
    """What the skin looks like in about a second, for the eye alone, until there is a measurement."""
    annotations: tuple[Annotation, ...] = ()
    is_baseline: bool = False
    """The region of the site is drawn on this capture."""
    region: Roi | None = None
    """As drawn on the baseline; None when nobody did."""
    is_busy: bool = False
    message: str = ""
    """Why there is no measurement; empty when there is one or it is being made."""

    @property
    def site(self) -> SiteKey | None:
        return self.capture.site if self.capture else None

    @property
    def sites(self) -> tuple[SiteKey, ...]:
        """Sites photographed at the visit, in the order of their first capture."""
        return tuple(dict.fromkeys(capture.site for capture in self.captures))

    @property
    def replicates(self) -> tuple[Capture, ...]:
        """Captures of the same site."""
        return tuple(capture for capture in self.captures if capture.site == self.site)

    @property
    def seen_depth(self) -> DepthPicture | None:
        """The colours over the picture: those of the measurement, until then those of the preview."""
        return self.depth or self.preview

    @property
    def photograph(self) -> Pixels | None:
        """The evenly lit picture of the capture, as soon as there is one."""
        if self.measured is not None:
            return self.measured.surface.photograph
        return self.pictures.get(self.capture.identifier) if self.capture else None


def standing_of(captures: tuple[Capture, ...]) -> tuple[object, ...]:
    """What may change of captures; two readings from the archive are equal in this, though not as objects."""
    return tuple((c.identifier, c.site, c.is_accepted, c.excluded_reason) for c in captures)
