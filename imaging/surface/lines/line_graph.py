"""A skeleton as lines: traced between ends and forks, then joined where one line goes on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap

Path = npt.NDArray[np.float64]
"""(n, 2) of (row, col), neighbours next to each other."""
_AROUND = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))


@dataclass(frozen=True)
class JoinRule:
    """When two line ends belong together; lengths in pixels."""

    gap_px: float
    tangent_px: int
    near_px: float = 4.0
    """Ends this close may step aside: the line jumps a little where another scale takes over."""
    most_turn_deg: float = 40.0


def trace_lines(skeleton: BoolMap) -> list[Path]:
    """The pixels of a one-pixel-wide mask as paths between ends and forks, closed loops included."""
    graph = _PixelGraph(skeleton)
    paths = [*graph.between_nodes(), *graph.loops()]
    return [graph.points[path] for path in paths]


def join_lines(paths: list[Path], rule: JoinRule) -> list[Path]:
    """Paths joined end to end, the straightest and shortest links first; each end is joined once."""
    ends = [(index, side) for index in range(len(paths)) for side in (0, 1)]
    partner: dict[tuple[int, int], tuple[int, int]] = {}
    root = list(range(len(paths)))
    for _, first, second in _links(paths, ends, rule):
        one, other = _root_of(root, first[0]), _root_of(root, second[0])
        if first in partner or second in partner or one == other:
            continue
        partner[first], partner[second] = second, first
        root[one] = other
    return _chains(paths, partner)


class _PixelGraph:
    """Pixels of a skeleton by number, in reading order, and which are next to each other.

    Eight neighbours each; a diagonal one only where no straight step leads there. Pixels with two neighbours lie inside
    a path, all others (nodes) end one.
    """

    def __init__(self, skeleton: BoolMap) -> None:
        pixels = np.argwhere(skeleton)
        self.points = pixels.astype(np.float64)
        near = _neighbours(skeleton, pixels)
        counts = (near >= 0).sum(axis=1)
        self._is_inside: list[bool] = (counts == 2).tolist()
        nodes = np.flatnonzero((counts != 2) & (counts > 0))
        self._near_node = {int(node): near[node][near[node] >= 0].tolist() for node in nodes}
        # of a pixel inside a path the largest two numbers are its neighbours, all others are -1
        self._sum: list[int] = np.sort(near, axis=1)[:, -2:].sum(axis=1).tolist()
        self._neighbour: list[int] = near.max(axis=1, initial=-1).tolist()
        self._is_passed = bytearray(len(pixels))

    def between_nodes(self) -> list[list[int]]:
        paths = []
        gone: set[tuple[int, int]] = set()
        for node, near in self._near_node.items():
            for second in near:
                if (node, second) not in gone:
                    path = self._followed(node, second)
                    gone.add((path[-1], path[-2]))
                    paths.append(path)
        return paths

    def loops(self) -> list[list[int]]:
        """Paths without a node: the first pixel comes again as the last."""
        return [
            self._followed(start, self._neighbour[start])
            for start, is_inside in enumerate(self._is_inside)
            if is_inside and not self._is_passed[start]
        ]

    def _followed(self, start: int, second: int) -> list[int]:
        path, before, here = [start, second], start, second
        is_inside, is_passed, sums = self._is_inside, self._is_passed, self._sum
        while is_inside[here] and here != start:
            is_passed[here] = 1
            before, here = here, sums[here] - before
            path.append(here)
        is_passed[start] = 1
        return path


def _neighbours(skeleton: BoolMap, pixels: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """(n, 8) numbers of the neighbours of each pixel in the order of `_AROUND`, -1 where there is none."""
    number = np.full((skeleton.shape[0] + 2, skeleton.shape[1] + 2), -1, dtype=np.intp)
    rows, cols = pixels[:, 0] + 1, pixels[:, 1] + 1
    number[rows, cols] = np.arange(len(pixels))
    near = np.stack([number[rows + dr, cols + dc] for dr, dc in _AROUND], axis=1)
    for place, (dr, dc) in enumerate(_AROUND[4:], start=4):
        is_reached = (near[:, _AROUND.index((dr, 0))] >= 0) | (near[:, _AROUND.index((0, dc))] >= 0)
        near[is_reached, place] = -1
    return near


def _links(
    paths: list[Path], ends: list[tuple[int, int]], rule: JoinRule
) -> list[tuple[float, tuple[int, int], tuple[int, int]]]:
    """All links a rule allows between two ends, the cheapest first."""
    if len(ends) < 4:
        return []
    from scipy.spatial import cKDTree

    tips = np.array([paths[i][0 if side == 0 else -1] for i, side in ends])
    outward = np.array([_outward(paths[i], side, rule.tangent_px) for i, side in ends])
    pairs = cKDTree(tips).query_pairs(rule.gap_px, output_type="ndarray")
    owner = np.array([index for index, _ in ends])
    pairs = pairs[owner[pairs[:, 0]] != owner[pairs[:, 1]]]
    cost = _costs(outward[pairs[:, 0]], outward[pairs[:, 1]], tips[pairs[:, 1]] - tips[pairs[:, 0]], rule)
    is_allowed = np.isfinite(cost)
    allowed = zip(cost[is_allowed].tolist(), pairs[is_allowed].tolist(), strict=True)
    return sorted((price, ends[a], ends[b]) for price, (a, b) in allowed)


def _outward(path: Path, side: int, length: int) -> npt.NDArray[np.float64]:
    reach = min(length, len(path) - 1)
    way = path[0] - path[reach] if side == 0 else path[-1] - path[-1 - reach]
    return np.asarray(way / max(float(np.hypot(*way)), 1e-9))


def _costs(out_a: Path, out_b: Path, step: Path, rule: JoinRule) -> npt.NDArray[np.float64]:
    """Turning plus gap for each pair of ends, infinite where they do not face each other."""
    gap = np.hypot(step[:, 0], step[:, 1])
    turn = _angle_deg(-(out_a * out_b).sum(axis=1))
    way = step / np.maximum(gap, 1e-9)[:, None]
    aside = _angle_deg(np.minimum((out_a * way).sum(axis=1), -(out_b * way).sum(axis=1)))
    worst = np.maximum(turn, np.where(gap > rule.near_px, aside, 0.0))
    cost = worst / rule.most_turn_deg + gap / max(rule.gap_px, 1e-9)
    return np.where(worst > rule.most_turn_deg, np.inf, cost)


def _angle_deg(cosine: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _root_of(root: list[int], index: int) -> int:
    while root[index] != index:
        index = root[index]
    return index


def _chains(paths: list[Path], partner: dict[tuple[int, int], tuple[int, int]]) -> list[Path]:
    left = set(range(len(paths)))
    chains = []
    for start in range(len(paths)):
        if start not in left:
            continue
        free = next((side for side in (0, 1) if (start, side) not in partner), None)
        if free is not None:
            chains.append(_chain(paths, partner, (start, free), left))
    return chains


def _chain(
    paths: list[Path],
    partner: dict[tuple[int, int], tuple[int, int]],
    entry: tuple[int, int],
    left: set[int],
) -> Path:
    parts = []
    here: tuple[int, int] | None = entry
    while here is not None:
        index, side = here
        left.discard(index)
        parts.append(paths[index] if side == 0 else paths[index][::-1])
        here = partner.get((index, 1 - side))
    return np.concatenate(parts)
