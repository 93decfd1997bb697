"""Then and now, endpoint by endpoint: the change, what it would take to be seen, and the one verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from imaging.comparison.bridging import AcrossCameras, mdc95_across
from imaging.comparison.repeatability import DetectableChange, EndpointSpread, Repeatability, mdc95
from imaging.model.comparison import EndpointChange, Verdict
from imaging.model.endpoint import endpoint

PROPAGATED = "propagated"
BRIDGED = "repeatability of both cameras and their bridging set"
_NORMAL_975 = 1.959964


@dataclass(frozen=True)
class VisitValues:
    """Endpoints of one visit: means of its replicates.

    Parameters
    ----------
    values : "wrinkles.mean_depth_um" and so on; None where not measurable
    uncertainties : standard uncertainty of each mean, by the same names; None where unknown
    replicates : how many were averaged
    """

    values: Mapping[str, float | None]
    uncertainties: Mapping[str, float | None]
    replicates: int


@dataclass(frozen=True)
class Rules:
    """What a verdict is given on.

    Parameters
    ----------
    repeatability : of the camera of the visit before
    refusals : reasons why nothing can be judged; empty when something may
    across : how the camera of the visit after reads, when it is another one
    unmeasured : why the headline was not measured, where that is known of all captures
    """

    headline: str
    repeatability: Repeatability | None = None
    refusals: tuple[str, ...] = field(default=())
    across: AcrossCameras | None = None
    unmeasured: str = ""


def judge_endpoints(before: VisitValues, after: VisitValues, rules: Rules) -> tuple[EndpointChange, ...]:
    """One row for each endpoint; only the headline's carries a verdict, and it is always there.

    Across cameras the values after are those that the camera before would have read.
    """
    if rules.across is not None:
        after = _as_before(after, rules.across)
    names = list(before.values)
    if rules.headline not in names:
        names.insert(0, rules.headline)
    return tuple(_judge(name, before, after, rules) for name in names)


def _as_before(after: VisitValues, across: AcrossCameras) -> VisitValues:
    values = {name: across.corrected(name, value) for name, value in after.values.items()}
    doubts = {name: across.corrected_doubt(name, doubt) for name, doubt in after.uncertainties.items()}
    return replace(after, values=values, uncertainties=doubts)


def _judge(name: str, before: VisitValues, after: VisitValues, rules: Rules) -> EndpointChange:
    then, now = before.values.get(name), after.values.get(name)
    change = None if then is None or now is None else now - then
    share = None if change is None or not then else 100 * change / abs(then)
    spread = rules.repeatability.endpoints.get(name) if rules.repeatability else None
    limit = _limit(name, (before, after), spread, rules.across)
    source = _source(rules.repeatability, spread) if rules.across is None or limit is None else BRIDGED
    verdict, reason = _verdict(name, change, (limit, spread), rules)
    row = EndpointChange(name, then, now, change, share, None, source, None, verdict, reason)
    return row if limit is None else _with_limit(row, limit)


def _with_limit(row: EndpointChange, limit: DetectableChange) -> EndpointChange:
    return replace(row, mdc95=limit.value, mdc95_df=limit.df)


def _source(repeatability: Repeatability | None, spread: EndpointSpread | None) -> str:
    if repeatability is None or spread is None:
        return PROPAGATED
    return repeatability.source or "repeatability study"


def _limit(
    name: str, visits: tuple[VisitValues, VisitValues], spread: EndpointSpread | None, across: AcrossCameras | None
) -> DetectableChange | None:
    """In the unit of the endpoint."""
    before, after = visits
    if across is not None:
        limit = _limit_across(name, (before.replicates, after.replicates), spread, across)
    elif spread is not None:
        limit = mdc95(spread, before.replicates, after.replicates)
    else:
        return _propagated(before.uncertainties.get(name), after.uncertainties.get(name))
    if limit is None or spread is None or not spread.is_relative:
        return limit
    values = [value for value in (before.values.get(name), after.values.get(name)) if value is not None]
    return DetectableChange(limit.value * abs(float(np.mean(values))), limit.df) if len(values) == 2 else None


def _limit_across(
    name: str, replicates: tuple[int, int], spread: EndpointSpread | None, across: AcrossCameras
) -> DetectableChange | None:
    """None without a repeatability study of both cameras: nothing stands in for them."""
    other = across.moving.endpoints.get(name) if across.moving else None
    bridged = across.bridge.row(name)
    if spread is None or other is None or bridged is None:
        return None
    return mdc95_across((spread, other), replicates, bridged)


def _propagated(then: float | None, now: float | None) -> DetectableChange | None:
    if then is None or now is None:
        return None
    return DetectableChange(_NORMAL_975 * float(np.hypot(then, now)), None)


def _verdict(
    name: str, change: float | None, known: tuple[DetectableChange | None, EndpointSpread | None], rules: Rules
) -> tuple[Verdict, str]:
    limit, spread = known
    reason = _why_not(name, change, spread, rules)
    if reason or change is None or limit is None:
        return Verdict.CANNOT_JUDGE, reason or "This endpoint has no minimal detectable change."
    if abs(change) <= limit.value:
        return Verdict.NO_CHANGE, ""
    return (Verdict.INCREASE if change > 0 else Verdict.DECREASE), ""


def _why_not(name: str, change: float | None, spread: EndpointSpread | None, rules: Rules) -> str:
    """The first reason against a verdict; empty when there is none."""
    if rules.refusals:
        return rules.refusals[0]
    if name != rules.headline:
        return "Not the headline endpoint: shown beside its minimal detectable change, without a verdict."
    if not endpoint(name).may_be_judged:
        return "Counts and extremes never carry a verdict: declare another headline endpoint."
    if change is None:
        return rules.unmeasured or "This endpoint was not measured at both visits."
    if rules.across is not None:
        return _why_not_across(name, spread, rules.across)
    return _why_not_studied(spread)


def _why_not_across(name: str, spread: EndpointSpread | None, across: AcrossCameras) -> str:
    """Both cameras need their study, and the bridging set the endpoint."""
    other = across.moving.endpoints.get(name) if across.moving else None
    for camera, own in ((across.bridge.earlier, spread), (across.bridge.later, other)):
        reason = _why_not_studied(own)
        if reason:
            return f"Camera {camera}: {reason[:1].lower()}{reason[1:]}"
    return ""


def _why_not_studied(spread: EndpointSpread | None) -> str:
    if spread is None or spread.is_same_session_only:
        return "Same session only: without a day-to-day repeatability study of this device visits are not judged."
    if not spread.is_large_enough:
        return "The repeatability study is too small: at least 30 degrees of freedom within and 10 between days."
    return ""
