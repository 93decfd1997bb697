"""What a study of many subjects says: readings of unchanged skin, and how far they repeat."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class RepeatReading:
    """Endpoints of one capture of skin that did not change.

    Parameters
    ----------
    subject, site, side : codes; together they name one patch of skin
    session : the visit; readings of one session differ by re-placement only
    values : endpoint name ("wrinkles.mean_depth_um") -> value, None where not measurable
    calibration : how far that of the camera may be trusted: "verified", "expiring", "expired", "failed", "doubtful" or
        "uncalibrated"
    """

    subject: str
    site: str
    side: str
    session: str
    taken_on: date
    operator: str
    device: str
    replicate: int
    values: Mapping[str, float | None]
    calibration: str = "verified"

    @property
    def patch(self) -> str:
        return f"{self.subject}/{self.site}/{self.side}"


@dataclass(frozen=True)
class IntraclassCorrelation:
    """ICC(2,1) with its 95 % interval: two-way random effects, absolute agreement, single reading."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class BlandAltman:
    """Differences second minus first against their means.

    Parameters
    ----------
    means, differences : one for each pair, in the unit of the readings
    bias, u_bias : mean difference and its standard error
    low, high : limits between which 95 % of differences are expected
    """

    means: tuple[float, ...]
    differences: tuple[float, ...]
    bias: float
    u_bias: float
    low: float
    high: float


@dataclass(frozen=True)
class EndpointRepeatability:
    """How one endpoint repeats at one site; standard deviations are in its unit, or shares of it when `is_relative`.

    Parameters
    ----------
    site : "" for all sites together
    s_within, df_within : of re-placements within a session
    s_between, df_between : of sessions on different days, without the former; None without a second day
    sem : standard error of a visit's mean of `replicates` (of one shot: `sem_single`)
    mdc95, mdc95_single : minimal detectable change between two such visits
    icc : of visit means between days; `icc_within` of the replicates of first sessions
    days : second day against first, visit means, endpoint's unit
    components : standard deviation by source: "patch", "session", "re-placement", with several also
        "operator"
    """

    endpoint: str
    site: str
    patches: int
    readings: int
    mean: float
    is_relative: bool
    s_within: float
    df_within: float
    s_between: float | None
    df_between: float | None
    replicates: int
    sem: float
    sem_single: float
    mdc95: float
    mdc95_single: float
    icc: IntraclassCorrelation | None
    icc_within: IntraclassCorrelation | None
    days: BlandAltman | None
    components: Mapping[str, float]

    @property
    def in_unit(self) -> float:
        """What turns the standard deviations into the endpoint's unit."""
        return self.mean if self.is_relative else 1.0


@dataclass(frozen=True)
class DeviceAgreement:
    """One endpoint on the same skin with two cameras or operators, visit means."""

    kind: str
    """Either "camera" or "operator"."""
    first: str
    second: str
    endpoint: str
    agreement: BlandAltman


@dataclass(frozen=True)
class RepeatabilityReport:
    """A repeatability study of one device.

    Parameters
    ----------
    revision : counts up each time the file of a device is written anew
    shortcomings : why no verdict can rest on it; empty when it is large enough
    left_out : one sentence for each capture that was not used
    calibration : a sentence about captures whose calibration may not be trusted; empty when all may be
    """

    study: str
    device: str
    made_on: date
    engine_version: str
    revision: int
    headline: str
    subjects: int
    sessions: int
    days: int
    operators: tuple[str, ...]
    rows: tuple[EndpointRepeatability, ...]
    agreements: tuple[DeviceAgreement, ...] = ()
    shortcomings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = field(default=())
    calibration: str = ""

    def row(self, endpoint: str, site: str = "") -> EndpointRepeatability | None:
        return next((row for row in self.rows if (row.endpoint, row.site) == (endpoint, site)), None)

    @property
    def sites(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.site for row in self.rows if row.site))
