"""Verdicts across a change of cameras: the later camera's bias is taken out, its doubt enlarges what must be seen.

The file of a bridging set is JSON::

    {"format": "rhytid-bridging", "version": 1, "earlier": "046d:085c@1-1", "later": "046d:085c@1-2",
     "made_on": "2026-03-01", "sites": ["B-001/crows-feet/left", ...], "shortcomings": [],
     "endpoints": {"wrinkles.deepest_mean_depth_um": {"sites": 12, "is_relative": true, "bias": 0.058, "u_bias": 0.006,
                   "u_site": 0.012, "df": 11, "low": 0.01, "high": 0.11}}}

Relative numbers are natural logarithms of later over earlier.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from imaging.comparison.repeatability import DetectableChange, EndpointSpread, Repeatability
from imaging.errors import MeasurementError
from imaging.model.bridging import LEAST_SITES, Bridge, BridgedEndpoint
from imaging.model.comparison import WrinkleChange

_FORMAT, _VERSION = "rhytid-bridging", 1
_DEPTH = "wrinkles.mean_depth_um"


@dataclass(frozen=True)
class AcrossCameras:
    """What a comparison knows when its visits were taken with two cameras.

    Parameters
    ----------
    bridge : from the reference's camera to the moving one's
    moving : repeatability of the moving visit's camera at this site; None when it was never studied
    """

    bridge: Bridge
    moving: Repeatability | None = None

    def corrected(self, name: str, value: float | None) -> float | None:
        """As the reference's camera would have read it; None where the bridging set says nothing."""
        row = self.bridge.row(name)
        if value is None or row is None:
            return None
        return value / float(np.exp(row.bias)) if row.is_relative else value - row.bias

    def corrected_doubt(self, name: str, doubt: float | None) -> float | None:
        """The standard uncertainty of a corrected value, without that of the correction."""
        row = self.bridge.row(name)
        if doubt is None or row is None:
            return None
        return doubt / float(np.exp(row.bias)) if row.is_relative else doubt

    def corrected_wrinkle(self, wrinkle: WrinkleChange) -> WrinkleChange:
        """The depth of a single wrinkle follows the mean depth of all."""
        return replace(wrinkle, moving_depth_um=self.corrected(_DEPTH, wrinkle.moving_depth_um))

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why nothing may be judged across these cameras."""
        if self.bridge.is_large_enough:
            return ()
        return (f"The bridging set of these cameras is not enough: {self.bridge.shortcomings[0]}",)


def mdc95_across(
    spreads: tuple[EndpointSpread, EndpointSpread], replicates: tuple[int, int], bridged: BridgedEndpoint
) -> DetectableChange | None:
    """Minimal detectable change between a visit with one camera and a visit with another, both replicated.

    Each visit has the variance that its own camera was found to have, and the doubt of the bias for one site comes on
    top: MDC95 = t(0.975, df) sqrt(sum of s_between^2 + s_within^2 / m over both visits + u_site^2), df by Welch and
    Satterthwaite [1]_. None when shares and absolute numbers are mixed.

    References
    ----------
    .. [1] Satterthwaite 1946, Biometrics Bulletin 2(6):110-114.
    """
    if {spread.is_relative for spread in spreads} != {bridged.is_relative}:
        return None
    parts = [(bridged.u_site**2, bridged.df)]
    for spread, count in zip(spreads, replicates, strict=True):
        parts.append((spread.s_within**2 / count, spread.df_within))
        if spread.s_between is not None:
            parts.append((spread.s_between**2, spread.df_between or np.inf))
    total = sum(variance for variance, _ in parts)
    doubt = sum(variance**2 / df for variance, df in parts)
    df = float(total**2 / doubt) if doubt > 0 else np.inf
    return DetectableChange(float(stats.t.ppf(0.975, df) * np.sqrt(total)), df)


def bridge_bytes(bridge: Bridge, pairs: Mapping[str, object] | None = None) -> bytes:
    """The file's content; `pairs`, the readings it was computed from, are kept beside it for other readers."""
    rows = {row.endpoint: {k: v for k, v in asdict(row).items() if k != "endpoint"} for row in bridge.rows}
    content = {"format": _FORMAT, "version": _VERSION} | asdict(bridge)
    content |= {"made_on": bridge.made_on.isoformat(), "endpoints": rows, "readings": dict(pairs or {})}
    del content["rows"]
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def read_bridge(path: Path) -> Bridge:
    """The file of a bridging set; MeasurementError says what is wrong with it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MeasurementError(f"The bridging file {path} cannot be read ({error.strerror}): restore it.") from None
    except ValueError:
        raise MeasurementError(f"The bridging file {path} is not JSON: keep the bridging set again.") from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT or found.get("version") != _VERSION:
        raise MeasurementError(f"The file {path} is not a bridging file of this program: keep the set again.")
    try:
        return _bridge_of(found)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise MeasurementError(
            f"The bridging file {path} has no usable numbers: keep the bridging set again."
        ) from None


def _bridge_of(found: Mapping[str, Any]) -> Bridge:
    rows = tuple(_row_of(name, entry) for name, entry in found["endpoints"].items())
    bridge = Bridge(
        str(found["earlier"]), str(found["later"]), date.fromisoformat(found["made_on"]),
        str(found["engine_version"]), tuple(map(str, found["sites"])), rows, int(found["revision"]),
        tuple(map(str, found["shortcomings"])), tuple(map(str, found["left_out"])), bool(found.get("is_same")),
    )  # fmt: skip
    if len(bridge.sites) < LEAST_SITES and not bridge.shortcomings and not bridge.is_same:
        raise ValueError("too few sites, and it does not say so")
    return bridge


def _row_of(name: str, entry: Mapping[str, Any]) -> BridgedEndpoint:
    numbers = [float(entry[key]) for key in ("bias", "u_bias", "u_site", "df", "low", "high")]
    if not np.isfinite(numbers).all() or min(numbers[1:4]) < 0 or numbers[3] <= 0:
        raise ValueError(name)
    return BridgedEndpoint(name, int(entry["sites"]), bool(entry["is_relative"]), *numbers)
