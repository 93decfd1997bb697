"""Which light of a list may belong to which frame, when the list as it stands does not fit."""

from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from imaging.model.arrays import BoolMap, FloatMap

Order = tuple[int, ...]
"""For each frame the number of its light."""
_Floats = npt.NDArray[np.float64]

_FEW = 5
"""So many lights are tried in every order."""
_MANY = 20
"""With more, only single mistakes are looked for."""
_MOST_CELLS = 4000
_LIT = 0.15
"""Of the brightest frame: a cell that is darker in any frame may lie in shadow."""
_TRIED, _KEPT = 200, 24


def is_every_order(count: int) -> bool:
    """Are all orders of so many lights among those tried?"""
    return count <= _FEW


def other_orders(grey: FloatMap, vectors: FloatMap, known: BoolMap) -> list[Order]:
    """Orders of the lights worth trying on frames, but not the one they have.

    Up to five lights: every order. With more: two exchanged, the list turned or reversed, and those in which a linear
    map takes what the frames have in common to the lights. Frames of one matte surface span three dimensions, in which
    each frame is a point; these points are the lights, but for such a map (Hayakawa 1994, J. Opt. Soc. Am. A 11(11)).

    Parameters
    ----------
    grey : (n, rows, cols) frames
    vectors : (n, 3, rows or 1, cols or 1) light vectors
    known : (rows, cols) cells to look at
    """
    count = len(grey)
    given = tuple(range(count))
    if is_every_order(count):
        return [order for order in permutations(given) if order != given]
    found = dict.fromkeys([*_exchanged(given), *_turned(given)])
    if count <= _MANY:
        found |= dict.fromkeys(_matched(grey, vectors.mean(axis=(2, 3), dtype=np.float64), known))
    found.pop(given, None)
    return list(found)


def _exchanged(order: Order) -> list[Order]:
    """Every order with two lights of this one exchanged."""
    swapped = []
    for first, second in combinations(range(len(order)), 2):
        other = list(order)
        other[first], other[second] = other[second], other[first]
        swapped.append(tuple(other))
    return swapped


def _turned(given: Order) -> list[Order]:
    turned = [given[start:] + given[:start] for start in range(len(given))]
    return [*turned, *(order[::-1] for order in turned)]


def _matched(grey: FloatMap, lights: _Floats, known: BoolMap) -> list[Order]:
    """The orders in which a map of the frames' points onto the lights misses least."""
    points = _points(grey, known)
    if points is None:
        return []
    corners = list(_spread_rows(points))
    triples = np.array(list(permutations(range(len(grey)), 3)))
    maps = np.linalg.inv(points[corners]) @ lights[triples]
    places = points @ maps
    square = ((places**2).sum(axis=-1)[:, :, None] + (lights**2).sum(axis=1)) - 2 * places @ lights.T
    nearest = np.argsort(square.min(axis=2).sum(axis=1))[:_TRIED]
    costs: dict[Order, float] = {}
    for one in nearest:
        frames, chosen = linear_sum_assignment(square[one])
        order = tuple(int(number) for number in chosen)
        costs[order] = min(costs.get(order, np.inf), float(square[one][frames, chosen].sum()))
    return sorted(costs, key=costs.__getitem__)[:_KEPT]


def _points(grey: FloatMap, known: BoolMap) -> _Floats | None:
    """(n, 3) of the frames in the space they span; None where too little is lit by all lights."""
    samples = grey[:, known].astype(np.float64)
    samples = samples[:, samples.min(axis=0) > _LIT * samples.max(axis=0)]
    samples = samples[:, :: max(1, samples.shape[1] // _MOST_CELLS)]
    if samples.shape[1] < len(grey):
        return None
    left, strengths, _ = np.linalg.svd(samples / samples.mean(axis=0), full_matrices=False)
    return np.asarray(left[:, :3] * strengths[:3])


def _spread_rows(points: _Floats) -> Order:
    """Three points that span most room: the map is found from them."""
    return max(combinations(range(len(points)), 3), key=lambda three: abs(float(np.linalg.det(points[list(three)]))))
