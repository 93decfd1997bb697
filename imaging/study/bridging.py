"""The same skin with two cameras, photographed within a day: how far and how surely the later one reads otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from imaging.errors import MeasurementError
from imaging.model.bridging import LEAST_SITES, Bridge, BridgedEndpoint
from imaging.model.study import RepeatReading
from imaging.study.agreement import bland_altman
from imaging.version import __version__

Floats = npt.NDArray[np.float64]
_LEAST_PAIRS = 3


@dataclass(frozen=True)
class BridgeFacts:
    """What a bridging set says about itself besides its readings."""

    earlier: str
    later: str
    made_on: date
    revision: int = 1
    left_out: tuple[str, ...] = ()


def bridge_of(readings: Iterable[RepeatReading], facts: BridgeFacts) -> Bridge:
    """Paired comparison of two cameras, endpoint by endpoint.

    Every patch of skin counts once, with the mean of its replicates under each camera. Endpoints that are above zero
    everywhere are compared as shares (logarithms), others as differences.

    Raises
    ------
    MeasurementError
        fewer than three patches were photographed with both cameras
    """
    sides = [_by_patch(one) for one in _split(readings, facts)]
    both = [patch for patch in sides[0] if patch in sides[1]]
    if len(both) < _LEAST_PAIRS:
        raise MeasurementError(
            f"Only {len(both)} sites were photographed with both cameras: take at least {LEAST_SITES} with each."
        )
    names = dict.fromkeys(name for patch in both for one in sides[0][patch] for name in one.values)
    rows = [_row(name, [(sides[0][patch], sides[1][patch]) for patch in both]) for name in names]
    found = tuple(row for row in rows if row is not None)
    return Bridge(
        facts.earlier, facts.later, facts.made_on, __version__, tuple(both), found, facts.revision,
        _shortcomings(len(both)), facts.left_out,
    )  # fmt: skip


def pair_values(readings: Iterable[RepeatReading], facts: BridgeFacts, name: str) -> dict[str, tuple[float, float]]:
    """Patch -> mean of an endpoint with the earlier and with the later camera: what a chart of agreement shows."""
    sides = [_by_patch(one) for one in _split(readings, facts)]
    means = [{patch: _mean(_known(found, name)) for patch, found in side.items()} for side in sides]
    both = [(patch, means[0][patch], means[1].get(patch)) for patch in means[0]]
    return {patch: (one, two) for patch, one, two in both if one is not None and two is not None}


def _split(readings: Iterable[RepeatReading], facts: BridgeFacts) -> list[list[RepeatReading]]:
    everything = list(readings)
    return [[reading for reading in everything if reading.device == camera] for camera in (facts.earlier, facts.later)]


def _by_patch(readings: Iterable[RepeatReading]) -> dict[str, list[RepeatReading]]:
    patches: dict[str, list[RepeatReading]] = {}
    for reading in readings:
        patches.setdefault(reading.patch, []).append(reading)
    return patches


def _known(readings: Sequence[RepeatReading], name: str) -> list[float]:
    return [float(value) for reading in readings if (value := reading.values.get(name)) is not None]


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _row(name: str, pairs: Sequence[tuple[Sequence[RepeatReading], Sequence[RepeatReading]]]) -> BridgedEndpoint | None:
    values = [(_known(one, name), _known(two, name)) for one, two in pairs]
    usable = [(one, two) for one, two in values if one and two]
    is_relative = all(value > 0 for pair in usable for side in pair for value in side)
    scaled = [tuple(np.log(side) if is_relative else np.asarray(side) for side in pair) for pair in usable]
    found = bland_altman([float(one.mean()) for one, _ in scaled], [float(two.mean()) for _, two in scaled])
    if found is None:
        return None
    count = len(scaled)
    spread = found.u_bias * count**0.5
    further = max(spread**2 - _from_replacement(scaled), 0.0)
    u_site = float(np.sqrt(further + found.u_bias**2))
    return BridgedEndpoint(
        name, count, is_relative, found.bias, found.u_bias, u_site, float(count - 1), found.low, found.high
    )


def _from_replacement(pairs: Sequence[Sequence[Floats]]) -> float:
    """Variance of a pair's difference that re-placement alone explains; 0 where nothing was repeated.

    Scatter within a pair, pooled over the sites for each camera.
    """
    total = 0.0
    for side in (0, 1):
        sessions = [pair[side] for pair in pairs]
        df = sum(len(session) - 1 for session in sessions)
        if df < 1:
            continue
        within = sum(float(((session - session.mean()) ** 2).sum()) for session in sessions) / df
        total += within * float(np.mean([1 / len(session) for session in sessions]))
    return total


def _shortcomings(sites: int) -> tuple[str, ...]:
    if sites >= LEAST_SITES:
        return ()
    return (f"{sites} sites were photographed with both cameras, at least {LEAST_SITES} are needed.",)
