"""How much a number changes by itself: the file a repeatability study leaves, and the minimal detectable change.

The file is JSON::

    {"format": "rhytid-repeatability", "version": 1, "device": "046d:085c", "made_on": "2026-03-01",
     "endpoints": {"wrinkles.deepest_mean_depth_um":
                   {"s_within": 0.03, "df_within": 60, "s_between": 0.04, "df_between": 19, "is_relative": true}},
     "sites": {"crows-feet": {"wrinkles.deepest_mean_depth_um": {...}}}, "report": {...}}

`s_within` is the standard deviation of re-placements within one session, `s_between` that of different days of
untreated skin without the former; both as a share of the endpoint (`is_relative`, the default) or in its own unit.
`s_between` and `df_between` are null where there was no day-to-day study: "same session only". `endpoints` holds
for all sites together, `sites` (may be missing) for each; `report` is what the study found besides: not read here.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from imaging.errors import MeasurementError
from imaging.files import write_whole

MIN_DF_WITHIN, MIN_DF_BETWEEN = 30, 10
"""A smaller study feeds no verdict."""
_FORMAT, _VERSION = "rhytid-repeatability", 1


@dataclass(frozen=True)
class EndpointSpread:
    """Standard deviations of one endpoint on unchanged skin, with their degrees of freedom."""

    s_within: float
    df_within: float
    s_between: float | None = None
    df_between: float | None = None
    is_relative: bool = True

    @property
    def is_same_session_only(self) -> bool:
        return self.s_between is None

    @property
    def is_large_enough(self) -> bool:
        return self.df_within >= MIN_DF_WITHIN and (self.df_between or 0) >= MIN_DF_BETWEEN


@dataclass(frozen=True)
class Repeatability:
    """What a repeatability study of one device says about each endpoint ("wrinkles.mean_depth_um" and so on)."""

    device: str
    endpoints: Mapping[str, EndpointSpread] = field(default_factory=dict)
    made_on: str = ""
    source: str = ""
    """Name of the file, printed beside every MDC that comes from it."""
    sites: Mapping[str, Mapping[str, EndpointSpread]] = field(default_factory=dict)

    def at_site(self, code: str) -> "Repeatability | None":
        """What holds at one site; None when the study did not photograph it."""
        return replace(self, endpoints=self.sites[code]) if code in self.sites else None


@dataclass(frozen=True)
class DetectableChange:
    """Smallest change that unchanged skin passes in only 5 % of cases; `df` is None when it is not known."""

    value: float
    df: float | None


def mdc95(spread: EndpointSpread, reference_replicates: int, moving_replicates: int) -> DetectableChange:
    """Minimal detectable change between two visits, in the unit of `spread` (a share when relative).

    MDC95 = t(0.975, df) sqrt(2 (s_between^2 + s_within^2 / m)), m the replicates averaged at each visit; for unequal
    visits 1 / m is the mean of both. The degrees of freedom of the sum are those of Welch [1]_ and Satterthwaite.

    References
    ----------
    .. [1] Satterthwaite 1946, Biometrics Bulletin 2(6):110-114.
    """
    share = (1 / reference_replicates + 1 / moving_replicates) / 2
    parts = [(spread.s_within**2 * share, spread.df_within)]
    if spread.s_between is not None:
        parts.append((spread.s_between**2, spread.df_between or np.inf))
    total = sum(variance for variance, _ in parts)
    doubt = sum(variance**2 / df for variance, df in parts)
    df = float(total**2 / doubt) if doubt > 0 else np.inf
    return DetectableChange(float(stats.t.ppf(0.975, df) * np.sqrt(2 * total)), df)


def read_repeatability(path: Path | str) -> Repeatability:
    """The file of a repeatability study; MeasurementError says what is wrong with it."""
    path = Path(path)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MeasurementError(
            f"The repeatability file {path} cannot be read ({error.strerror}): name another."
        ) from None
    except ValueError:
        raise MeasurementError(f"The repeatability file {path} is not JSON: make it again from the study.") from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT or not isinstance(found.get("endpoints"), dict):
        raise MeasurementError(f"The file {path} is not a repeatability file: give the one the study wrote.")
    if found.get("version") != _VERSION:
        raise MeasurementError(f"The repeatability file {path} has a version this program does not know: update it.")
    spreads = _spreads(path, found["endpoints"])
    sites = found.get("sites", {})
    if not isinstance(sites, dict) or not all(isinstance(entries, dict) for entries in sites.values()):
        raise MeasurementError(f"The repeatability file {path} has no usable list of sites: make it again.")
    by_site = {site: _spreads(path, entries) for site, entries in sites.items()}
    return Repeatability(str(found.get("device", "")), spreads, str(found.get("made_on", "")), path.name, by_site)


def write_repeatability(path: Path | str, repeatability: Repeatability) -> None:
    """Write the file, whole or not at all; MeasurementError when it cannot be written."""
    write_whole(Path(path), repeatability_bytes(repeatability), MeasurementError)


def repeatability_bytes(repeatability: Repeatability, report: Mapping[str, object] | None = None) -> bytes:
    """The file's content; `report` is kept beside the numbers for other readers."""
    content = {
        "format": _FORMAT,
        "version": _VERSION,
        "device": repeatability.device,
        "made_on": repeatability.made_on,
        "endpoints": {name: asdict(spread) for name, spread in repeatability.endpoints.items()},
        "sites": {
            site: {name: asdict(spread) for name, spread in spreads.items()}
            for site, spreads in repeatability.sites.items()
        },
        "report": dict(report or {}),
    }
    return (json.dumps(content, indent=2) + "\n").encode()


def _spreads(path: Path, entries: Mapping[str, Any]) -> dict[str, EndpointSpread]:
    return {name: _spread(path, name, entry) for name, entry in entries.items()}


def _spread(path: Path, name: str, entry: Any) -> EndpointSpread:
    try:
        between, df_between = entry.get("s_between"), entry.get("df_between")
        spread = EndpointSpread(
            float(entry["s_within"]),
            float(entry["df_within"]),
            None if between is None else float(between),
            None if df_between is None else float(df_between),
            bool(entry.get("is_relative", True)),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _bad_entry(path, name) from None
    spreads = [s for s in (spread.s_within, spread.s_between) if s is not None]
    freedoms = [df for df in (spread.df_within, spread.df_between) if df is not None]
    if not np.isfinite(spreads + freedoms).all() or min(spreads) < 0 or min(freedoms) <= 0:
        raise _bad_entry(path, name)
    if (spread.s_between is None) != (spread.df_between is None):
        raise _bad_entry(path, name)
    return spread


def _bad_entry(path: Path, name: str) -> MeasurementError:
    return MeasurementError(
        f"The repeatability file {path} has no usable numbers for {name}: s_within and df_within are needed, "
        "s_between and df_between together or both null."
    )
