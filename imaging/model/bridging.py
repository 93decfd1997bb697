"""How a later camera reads the same skin as an earlier one: what a bridging set found, and what it still lacks."""

from dataclasses import dataclass, replace
from datetime import date

LEAST_SITES = 10
"""Sites photographed with both cameras; below it no verdict crosses the change of cameras."""


@dataclass(frozen=True)
class BridgedEndpoint:
    """One endpoint, later camera against earlier.

    Parameters
    ----------
    endpoint : group and key, for example "wrinkles.deepest_mean_depth_um"
    sites : pairs it rests on
    is_relative : the numbers below are natural logarithms of later over earlier; else differences in its own unit
    bias, u_bias : mean over the sites, and its standard error
    u_site : standard uncertainty of `bias` for one site of one person: the standard error, and how far the cameras
        differ from site to site beyond what re-placement explains
    df : degrees of freedom of `u_site`
    low, high : limits of agreement, 95 % of single sites
    """

    endpoint: str
    sites: int
    is_relative: bool
    bias: float
    u_bias: float
    u_site: float
    df: float
    low: float
    high: float

    @property
    def inverse(self) -> "BridgedEndpoint":
        """The earlier camera against the later."""
        return replace(self, bias=-self.bias, low=-self.high, high=-self.low)


@dataclass(frozen=True)
class Bridge:
    """A bridging set of two cameras.

    Parameters
    ----------
    earlier, later : identities of the cameras
    sites : "subject/site/side" of every pair that was used
    revision : counts up each time a set of the same two cameras is kept
    shortcomings : why no verdict can rest on it; empty when it is large enough
    left_out : one sentence for each capture or site that was not used
    is_same : a person said that both identities are one camera, plugged in elsewhere; then nothing was compared
    """

    earlier: str
    later: str
    made_on: date
    engine_version: str
    sites: tuple[str, ...]
    rows: tuple[BridgedEndpoint, ...]
    revision: int = 1
    shortcomings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    is_same: bool = False

    @property
    def is_large_enough(self) -> bool:
        return not self.shortcomings

    @property
    def inverse(self) -> "Bridge":
        """The same set with the cameras exchanged."""
        rows = tuple(row.inverse for row in self.rows)
        return replace(self, earlier=self.later, later=self.earlier, rows=rows)

    def row(self, endpoint: str) -> BridgedEndpoint | None:
        return next((row for row in self.rows if row.endpoint == endpoint), None)


@dataclass(frozen=True)
class CameraUse:
    """A camera whose pictures an archive holds."""

    identity: str
    name: str
    captures: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class BridgingSite:
    """One patch of skin of a bridging set, and how many accepted pictures each camera took of it.

    Parameters
    ----------
    subject, site, side : codes; together they name the patch
    name : on screen, for example "B-001, left crow's feet"
    wanted : replicates with each camera
    """

    subject: str
    site: str
    side: str
    name: str
    earlier: int
    later: int
    wanted: int

    @property
    def patch(self) -> str:
        return f"{self.subject}/{self.site}/{self.side}"

    @property
    def is_complete(self) -> bool:
        return min(self.earlier, self.later) >= self.wanted
