"""One site of one subject taken again and again, nothing having changed: every capture read on the same skin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from imaging.comparison.common_skin import CommonSkin, common_skin
from imaging.comparison.comparability import obstacles
from imaging.comparison.followed import choose
from imaging.comparison.registration import register
from imaging.comparison.resampling import usual_offset_px
from imaging.comparison.visit_values import Named, read_visit
from imaging.comparison.visits import Visit, read_alike, resample_surface
from imaging.model.geometry import Roi
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.surface import Surface

_LEAST_COMMON = 0.8
"""Of the ROI: below it no visit gets a verdict either."""


@dataclass(frozen=True)
class RepeatedReading:
    """What each capture says, by visit and replicate as they were given.

    Parameters
    ----------
    visits : endpoints of every replicate; None where a capture was left out
    common_area_fraction : share of the ROI that all captures show
    refusals : one sentence for each capture, or for the site, that was left out
    """

    visits: tuple[tuple[Named | None, ...], ...]
    common_area_fraction: float
    refusals: tuple[str, ...] = ()


@dataclass
class _Gathered:
    """The captures on the first one's grid; those left out are None."""

    is_bridging: bool = False
    has_alike_lights: bool = False
    first: MeasuredCapture | None = None
    surfaces: list[list[Surface | None]] = field(default_factory=list)
    offsets_px: list[tuple[float, float]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def add(self, capture: MeasuredCapture) -> Surface | None:
        """Bring one capture onto the grid; None when it does not belong there."""
        if self.first is None:
            self.first = capture
            return _lean(capture.surface)
        found = register(self.first.surface, capture.surface)
        excused = {"is_bridged": self.is_bridging, "has_alike_lights": self.has_alike_lights}
        reasons = obstacles((self.first, capture), **excused) or ((found.reason,) if not found.is_trusted else ())
        if reasons:
            self.refusals.append(f"{capture.origin or 'A capture'} was left out: {reasons[0]}")
            return None
        self.offsets_px.append(usual_offset_px(found.displacement))
        return _lean(resample_surface(capture.surface, found, self.first.surface))

    def visits(self) -> list[Visit]:
        """As the comparison of two visits knows them; empty ones left out."""
        kept = [tuple(surface for surface in visit if surface is not None) for visit in self.surfaces]
        row, col = np.mean(self.offsets_px or [(0.0, 0.0)], axis=0).tolist()
        visits = [Visit(surfaces, offset_px=(row, col)) for surfaces in kept if surfaces]
        return [replace(visits[0], surfaces=read_alike(visits[0], visits[0])), *visits[1:]]


def read_repeated(
    visits: Iterable[Iterable[MeasuredCapture]],
    roi: Roi | None = None,
    limits: MeasureLimits | None = None,
    *,
    is_bridging: bool = False,
    has_alike_lights: bool = False,
) -> RepeatedReading:
    """Endpoints of every capture as a comparison would take them.

    All captures are brought onto the grid of the first and read in its ROI, on the skin that all show, wrinkles chosen
    on the mean of the visits. Captures are asked for one after the other and not kept.

    Parameters
    ----------
    visits : replicates of each visit, at least one capture in all
    roi, limits : on the first capture; None takes those it was measured with
    is_bridging : several cameras on purpose; that their lights differ is no obstacle
    has_alike_lights : the lights were calibrated anew in between, and found where they had been
    """
    gathered = _Gathered(is_bridging, has_alike_lights)
    for visit in visits:
        gathered.surfaces.append([gathered.add(capture) for capture in visit])
    if gathered.first is None:
        return RepeatedReading((), 0.0)
    measured = gathered.first.measurement
    there = gathered.visits()
    skin = common_skin(there, limits or measured.limits, roi or measured.roi)
    if skin.fraction < _LEAST_COMMON:
        refusal = f"The captures share only {skin.fraction:.0%} of the region: at least {_LEAST_COMMON:.0%} is needed."
        nothing = tuple(tuple(None for _ in visit) for visit in gathered.surfaces)
        return RepeatedReading(nothing, skin.fraction, (*gathered.refusals, refusal))
    return RepeatedReading(_readings(gathered.surfaces, there, skin), skin.fraction, tuple(gathered.refusals))


def _readings(
    surfaces: Sequence[Sequence[Surface | None]], visits: Sequence[Visit], skin: CommonSkin
) -> tuple[tuple[Named | None, ...], ...]:
    beds = choose(visits, skin).beds
    read = iter(
        [
            read_visit([skin.measure(surface)], [skin.read(surface, beds)]).replicates[0]
            for visit in visits
            for surface in visit.surfaces
        ]
    )
    return tuple(tuple(None if surface is None else next(read) for surface in visit) for visit in surfaces)


def _lean(surface: Surface) -> Surface:
    """Without what is not read here: many captures of one site are held at once."""
    nothing = np.broadcast_to(np.float32(np.nan), (*surface.shape, 3))
    return replace(surface, normals=nothing, albedo=nothing, height_full=surface.height)
