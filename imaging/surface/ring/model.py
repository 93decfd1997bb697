"""What a ring of lights makes of a furrow's section: two dark walls, a bright floor, one wall darker off the centre.

Under lights all around, a facet of slope s receives (1 - g s) / sqrt(1 + s^2) of what flat skin receives; g is the
share of light that comes from one side. Walls light each other, which brightens the floor (interreflection).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap

Floats = npt.NDArray[np.float64]

SHARES = np.linspace(-1.0, 1.0, 61)
"""Places across a furrow, in widths from its floor."""
ASPECTS = np.geomspace(0.025, 1.0, 28)
"""Depth over width."""
SIDES = np.arange(-0.6, 0.601, 0.05)
"""Share of light from the right, g."""
_BOUNCED = 0.3
"""Reflectance for the light between the walls: about skin's in red and green."""
_BOUNCES = 20
"""Each leaves at most a third of the one before."""
_FACETS = 100
_PER_SHARE = 4
_FINE = np.linspace(-1.6, 1.6, 1 + 96 * _PER_SHARE)
_FIRST = 18 * _PER_SHARE
_DARKEST = 0.05
_ROWS_AT_ONCE = 10
_FLOOR_RADIUS = 0.16
_SHOULDER_SHARES, _SHOULDER_REACH = (0.15, 0.25, 0.4), (0.35, 0.5, 0.8)
"""Of the dark floor's density that shoulders are brighter; how far they reach, in widths."""


@dataclass(frozen=True)
class Templates:
    """Sections to compare with, sorted by `side`.

    Parameters
    ----------
    whole : (n, 61) log of the light relative to flat skin
    light : the same in single precision, level and slope over `SHARES` taken away; columns lie together, by which
        products are twice as fast
    energy : (n,) sum of its squares
    section : (n,) which of the sections
    aspect, side : (n,) depth over width; light from one side
    """

    whole: Floats
    light: FloatMap
    energy: FloatMap
    section: npt.NDArray[np.intp]
    aspect: Floats
    side: Floats

    def chosen(self, rows: npt.NDArray[np.bool_] | slice) -> "Templates":
        return Templates(**{name: values[rows] for name, values in vars(self).items()})

    def lit_from(self, low: float, high: float) -> "Templates":
        """Those with light from one side between two limits, or those nearest to it; views, not copies."""
        first, last = np.searchsorted(self.side, [low - 1e-9, high + 1e-9])
        if first == last:
            away = np.abs(self.side - (low + high) / 2)
            nearest = float(self.side[int(np.argmin(away))])
            first, last = np.searchsorted(self.side, [nearest - 1e-9, nearest + 1e-9])
        return self.chosen(slice(int(first), int(last)))


def depth_shares(section: int, places: Floats) -> Floats:
    """Depth at places (in widths) as a share of the full depth: V, cosine, parabola on its rim, flat-bottomed U."""
    r = np.clip(2 * np.abs(places), 0, 1)
    if section == 0:
        return np.asarray(1 - r)
    if section == 1:
        return np.asarray(0.5 + 0.5 * np.cos(np.pi * r))
    if section == 2:
        rim = np.sqrt(1 + _FLOOR_RADIUS**2)
        return np.asarray(((rim - np.hypot(r, _FLOOR_RADIUS)) / (rim - _FLOOR_RADIUS)) ** 2)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip((r - 0.4) / 0.6, 0, 1)))


@lru_cache(maxsize=64)
def furrow_templates(blur: float) -> Templates:
    """All furrows, seen through a Gaussian of `blur` (standard deviation in widths)."""
    light, keys = _furrow_lights()
    return _packed(_seen(light, blur), keys)


@lru_cache(maxsize=1)
def _furrow_lights() -> tuple[Floats, Floats]:
    """Light of all furrows on `_FINE` as it is before the lens, (n, places), and their (n, 3) keys."""
    parts, keys = [], []
    for section in range(4):
        for aspect in ASPECTS:
            level, sided = _light_inside(section, float(aspect))
            parts.append(np.maximum(level - SIDES[:, None] * sided, _DARKEST))
            keys.append(np.column_stack([np.full_like(SIDES, section), np.full_like(SIDES, aspect), SIDES]))
    return np.concatenate(parts), np.concatenate(keys)


@lru_cache(maxsize=64)
def stain_templates(blur: float) -> Templates:
    """Dark lines on flat skin: one soft dip of optical density; `aspect` is its density at the middle."""
    soft = np.exp(-0.5 * (_FINE / 0.2) ** 2)
    flat = np.clip(1.5 - 4 * np.abs(_FINE), 0, 1)
    densities = np.geomspace(0.01, 3, 40)
    light = _seen(np.exp(-np.concatenate([densities[:, None] * soft, densities[:, None] * flat])), blur)
    keys = np.column_stack([np.repeat([0, 1], 40), np.tile(densities, 2), np.zeros(80)])
    return _packed(light, keys)


@lru_cache(maxsize=64)
def hollow_templates(blur: float) -> Templates:
    """Dark floors between bright shoulders: furrows whose walls melt into one under the skin, or shade each other."""
    floors = (np.exp(-0.5 * (_FINE / 0.16) ** 2), np.exp(-0.5 * (_FINE / 0.2) ** 4))
    densities = np.geomspace(0.01, 2, 30)[:, None]
    parts = []
    for floor in floors:
        for reach in _SHOULDER_REACH:
            shoulders = np.exp(-0.5 * (_FINE / reach) ** 2)
            parts += [-densities * ((1 + share) * floor - share * shoulders) for share in _SHOULDER_SHARES]
    count = len(parts) * len(densities)
    keys = np.column_stack([np.zeros(count), np.tile(densities[:, 0], len(parts)), np.zeros(count)])
    return _packed(_seen(np.exp(np.concatenate(parts)), blur), keys)


def without_trend(light: Floats) -> Floats:
    """Level and slope over `SHARES` taken away, (..., 61)."""
    return np.asarray(light - (light @ _TREND) @ _TREND.T)


_TREND = np.linalg.qr(np.column_stack([np.ones_like(SHARES), SHARES]))[0]


def _packed(light: Floats, keys: Floats) -> Templates:
    by_side = np.argsort(keys[:, 2], kind="stable")
    light, keys = light[by_side], keys[by_side]
    level = without_trend(light).astype(np.float32)
    return Templates(
        light, np.asfortranarray(level), (level**2).sum(axis=1), keys[:, 0].astype(np.intp), keys[:, 1], keys[:, 2]
    )


def _seen(light: Floats, blur: float) -> Floats:
    """Log of the light (n, places) behind the lens, on `SHARES`; a few rows at a time, which starts no threads."""
    from scipy import ndimage

    step = float(_FINE[1] - _FINE[0])
    lens = ndimage.gaussian_filter1d(np.eye(len(_FINE)), max(blur, step) / step, axis=-1, mode="nearest")
    lens = np.ascontiguousarray(lens[:, _FIRST : len(_FINE) - _FIRST : _PER_SHARE])
    parts = [light[row : row + _ROWS_AT_ONCE] @ lens for row in range(0, len(light), _ROWS_AT_ONCE)]
    return np.asarray(np.log(np.concatenate(parts)))


@lru_cache(maxsize=256)
def _light_inside(section: int, aspect: float) -> tuple[Floats, Floats]:
    """Light over that of flat skin on `_FINE`, and how much of it one-sided light takes away per g.

    Notes
    -----
    Radiosity of an infinite groove: exchange between strips is half the product of their cosines over the distance
    (Modest, Radiative Heat Transfer, crossed strings in the limit).
    """
    edges = np.linspace(-0.5, 0.5, _FACETS + 1)
    height = -aspect * depth_shares(section, edges)
    dx, dh = np.diff(edges), np.diff(height)
    slope, length = dh / dx, np.hypot(dx, dh)
    up, along = dx / length, -dh / length
    x, h = (edges[1:] + edges[:-1]) / 2, (height[1:] + height[:-1]) / 2
    away_x, away_h = x[None] - x[:, None], h[None] - h[:, None]
    distance = np.hypot(away_x, away_h) + 1e-12
    seen = (away_x * along[:, None] + away_h * up[:, None]) / distance
    sees = -(away_x * along[None] + away_h * up[None]) / distance
    exchange = np.where((seen > 0) & (sees > 0), seen * sees / (2 * distance), 0) * length[None]
    np.fill_diagonal(exchange, 0)
    first = np.column_stack([up, up * slope])
    solved = first
    for _ in range(_BOUNCES):
        solved = first + _BOUNCED * exchange @ solved
    return (
        np.interp(_FINE, x, solved[:, 0], left=1, right=1),
        np.interp(_FINE, x, solved[:, 1], left=0, right=0),
    )
