"""Two visits of one site: what changed, where, and whether that may be said."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from imaging.comparison.bridging import AcrossCameras
from imaging.comparison.common_skin import CommonSkin, common_skin
from imaging.comparison.comparability import has_same_height_unit, obstacles, why_unmeasured
from imaging.comparison.followed import Followed, choose, follow
from imaging.comparison.repeatability import Repeatability
from imaging.comparison.significance import HeightPair, change_uncertainty, level_change, significant_change
from imaging.comparison.verdicts import Rules, judge_endpoints
from imaging.comparison.visit_values import NOTHING_READ, VisitReading, read_visit
from imaging.comparison.visits import Visit, moving_visit, read_alike, reference_visit
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.comparison import Change, PointPairs, Registration, WrinkleChange
from imaging.model.geometry import Roi
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.surface import Surface

_STATED_AREA, _JUDGED_AREA = 0.9, 0.8
"""Common skin below the first is stated, below the second gives no verdict."""
_MEASURED_AREA = 0.05
"""Below this there is too little skin to measure at all."""


@dataclass(frozen=True)
class CompareOptions:
    """What is asked of a comparison.

    Parameters
    ----------
    headline : the endpoint that carries the verdict, group and key
    repeatability : from a repeatability study of the device; None gives no verdict between visits
    roi : on the first reference; None takes the ROI it was measured in
    refusals : further reasons why nothing may be judged, one plain sentence each
    start : two points marked on both pictures, where the registration begins
    across : how the movings' camera reads compared with the references', when it is another one
    has_alike_lights : the lights were calibrated anew between the visits, and found where they had been
    """

    headline: str = "wrinkles.deepest_mean_depth_um"
    repeatability: Repeatability | None = None
    roi: Roi | None = None
    refusals: tuple[str, ...] = ()
    start: PointPairs | None = None
    across: AcrossCameras | None = None
    has_alike_lights: bool = False


@dataclass(frozen=True, eq=False)
class _Readings:
    followed: Followed
    before: VisitReading
    after: VisitReading


_NOT_READ = _Readings(Followed((), (), ()), NOTHING_READ, NOTHING_READ)


def compare_captures(
    references: Sequence[MeasuredCapture],
    movings: Sequence[MeasuredCapture],
    limits: MeasureLimits | None = None,
    options: CompareOptions | None = None,
) -> Change:
    """Change from the first visit to the second, each given as its replicates (at least one).

    Everything is brought onto the grid of the first reference; endpoints of both are taken in the reference's ROI on
    skin that every capture shows, with `limits` (None: those of the first reference). Never raises for captures that
    must not be compared or do not fit: the verdict is then "cannot judge" with its reason.

    Returns
    -------
    Change
        `change` (µm, moving minus reference) is NaN everywhere when nothing could be registered or the heights have
        different units; `significant` is False everywhere when nothing may be judged.
    """
    options = options or CompareOptions()
    captures = [*references, *movings]
    before, after = reference_visit(references), moving_visit(references[0].surface, movings, options.start)
    roi = options.roi or references[0].measurement.roi
    across = options.across
    bridging = across.refusals if across is not None else ()
    refusals = (*options.refusals, *bridging, *_obstacles(captures, options))
    if not after.surfaces:
        reason = after.registration.reason if after.registration else "Nothing was given to compare with."
        after = replace(after, surfaces=(_nowhere(references[0].surface),))
        refusals = (*refusals, reason)
    skin = common_skin((before, after), limits or references[0].measurement.limits, roi)
    judged_on = options.headline, options.repeatability, refusals or _too_little_skin(skin), across
    rules = Rules(*judged_on, why_unmeasured(captures))
    found = _compared(before, after, skin, (rules, has_same_height_unit(captures)))
    return replace(found, start=options.start)


def _compared(before: Visit, after: Visit, skin: CommonSkin, judging: tuple[Rules, bool]) -> Change:
    rules, has_same_unit = judging
    pair = _pair(before, after, skin)
    is_measured = has_same_unit and skin.fraction >= _MEASURED_AREA
    may_mark = not rules.refusals and rules.across is None
    with ThreadPoolExecutor(1) as pool:
        heights = pool.submit(_height_change, pair, skin, may_judge=may_mark, has_same_unit=has_same_unit)
        readings = _readings(before, after, skin) if is_measured else _NOT_READ
        change, significant, doubt = heights.result()
    shown = after.surfaces[readings.after.nearest_to_mean(rules.headline)]
    return Change(
        registration=_registration(after),
        change=change,
        significant=significant,
        moving_photograph=shown.photograph,
        moving_height=after.height,
        endpoints=judge_endpoints(readings.before.visit, readings.after.visit, rules),
        wrinkles=_wrinkles(readings, rules.across),
        headline=rules.headline,
        roi=skin.roi,
        common_area_fraction=skin.fraction,
        n_reference=len(before.residuals_px),
        n_moving=len(after.residuals_px),
        warnings=(*rules.refusals, *_bridged(rules), *_stated_area(skin), *before.refusals, *after.refusals),
        reference_height=before.height,
        reference_uncertainty=before.uncertainty,
        moving_uncertainty=after.uncertainty,
        change_uncertainty=doubt,
    )


def _obstacles(captures: Sequence[MeasuredCapture], options: CompareOptions) -> tuple[str, ...]:
    return obstacles(captures, is_bridged=options.across is not None, has_alike_lights=options.has_alike_lights)


def _wrinkles(readings: _Readings, across: AcrossCameras | None) -> tuple[WrinkleChange, ...]:
    changes = readings.followed.changes()
    return changes if across is None else tuple(across.corrected_wrinkle(wrinkle) for wrinkle in changes)


def _bridged(rules: Rules) -> tuple[str, ...]:
    """That two cameras were brought together, and what was not: the map of the change."""
    if rules.across is None:
        return ()
    count, later = len(rules.across.bridge.sites), rules.across.bridge.later
    return (
        f"Taken with two cameras: the numbers of {later} are given as the other camera would have read them (bridging "
        f"set of {count} sites); the map of the change is as measured, and nothing on it is marked significant.",
    )


def _pair(before: Visit, after: Visit, skin: CommonSkin) -> HeightPair:
    nothing = np.float32(np.nan)
    return HeightPair(
        reference=np.where(skin.region, before.height, nothing),
        moving=np.where(skin.region, after.height, nothing),
        uncertainty=np.hypot(before.uncertainty, after.uncertainty),
        jitter_px=float(np.hypot(before.jitter_px, after.jitter_px)),
        spacing=before.surfaces[0].spacing,
    )


def _height_change(
    pair: HeightPair, skin: CommonSkin, *, may_judge: bool, has_same_unit: bool
) -> tuple[FloatMap, BoolMap, FloatMap]:
    """The change, where it is significant, and its standard uncertainty."""
    nothing = np.zeros(pair.reference.shape, np.bool_)
    if not has_same_unit:
        nowhere = np.full(nothing.shape, np.nan, np.float32)
        return nowhere, nothing, nowhere
    reference_mm = skin.limits.depression_reference_mm
    change = level_change(pair, reference_mm)
    doubt = change_uncertainty(change, pair, reference_mm)
    return change, significant_change(change, pair, reference_mm) if may_judge else nothing, doubt


def _readings(before: Visit, after: Visit, skin: CommonSkin) -> _Readings:
    """What every replicate says by itself and on the wrinkles of the mean, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        chosen = pool.submit(choose, (before, after), skin)
        sides = read_alike(before, after), after.surfaces
        then, now = ([pool.submit(skin.measure, one) for one in side] for side in sides)
        followed = pool.submit(lambda: follow(chosen.result(), sides, skin)).result()
        then_read, now_read = ([one.result() for one in visit] for visit in (then, now))
    return _Readings(followed, read_visit(then_read, followed.reference), read_visit(now_read, followed.moving))


def _registration(after: Visit) -> Registration:
    if after.registration is None:
        raise ValueError("a moving visit always has the registration of its first capture")
    return after.registration


def _nowhere(reference: Surface) -> Surface:
    """Stands for a capture that could not be brought onto the reference: measured nowhere."""
    nothing = np.full(reference.shape, np.nan, np.float32)
    return replace(
        reference,
        height=nothing,
        height_full=nothing,
        uncertainty=nothing,
        photograph=np.zeros_like(reference.photograph),
        valid=np.zeros(reference.shape, np.bool_),
    )


def _too_little_skin(skin: CommonSkin) -> tuple[str, ...]:
    if skin.fraction >= _JUDGED_AREA:
        return ()
    return (
        f"The captures share only {skin.fraction:.0%} of the region: at least {_JUDGED_AREA:.0%} is needed for a "
        "verdict.",
    )


def _stated_area(skin: CommonSkin) -> tuple[str, ...]:
    if not _JUDGED_AREA <= skin.fraction < _STATED_AREA:
        return ()
    return (f"The captures share {skin.fraction:.0%} of the region, less than {_STATED_AREA:.0%}.",)
