"""How much more light reaches the skin from one side: near lights and a curved base make it grow off the centre."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.surface.lines.ridges import WorkingGrid
from imaging.surface.ring.dark_lines import CutLine, LitLine
from imaging.surface.ring.fit import ExpectedSide
from imaging.surface.ring.model import Floats

_PER_MM, _PER_MM_SPREAD, _SPREAD, _NOISE = -0.03, 0.015, 0.06, 0.06
"""Outwards per mm from the centre, before anything was seen; in one direction over the whole picture; of one line."""
_PASSES = 8


@dataclass(frozen=True)
class SideField:
    """Linear over the picture: to the right and up at the centre, and outwards per mm; with its covariance (3, 3)."""

    terms: Floats
    doubt: Floats

    def expected(self, line: CutLine, grid: WorkingGrid) -> ExpectedSide:
        """The side light of a line."""
        columns = _columns(line, grid).mean(axis=0)
        spread = np.hypot(np.sqrt(columns @ self.doubt @ columns), _NOISE)
        return ExpectedSide(float(columns @ self.terms), float(spread))

    def along(self, line: CutLine, grid: WorkingGrid) -> Floats:
        """(n,) at each point."""
        return np.asarray(_columns(line, grid) @ self.terms)


USUAL_SIDES = SideField(np.array([0, 0, _PER_MM]), np.diag([_SPREAD**2, _SPREAD**2, _PER_MM_SPREAD**2]))
"""Before anything was seen."""


def side_field(lines: Sequence[LitLine], grid: WorkingGrid) -> SideField:
    """From the lines that are surely furrows, outliers aside."""
    sure = [line for line in lines if line.stands_out and not line.is_stain]
    columns = np.array([_columns(line, grid).mean(axis=0) for line in sure]).reshape(-1, 3)
    seen = np.array([line.fit.side for line in sure])
    prior = np.linalg.inv(USUAL_SIDES.doubt)
    weight = np.ones(len(sure))
    for _ in range(_PASSES):
        weighted = columns.T * (weight / _NOISE**2)
        normal = weighted @ columns + prior
        terms = np.linalg.solve(normal, weighted @ seen + prior @ USUAL_SIDES.terms)
        weight = 1 / (1 + ((seen - columns @ terms) / (2 * _NOISE)) ** 2) ** 2
    return SideField(np.asarray(terms), np.asarray(np.linalg.inv(normal)))


def _columns(line: CutLine, grid: WorkingGrid) -> Floats:
    outward = (line.places_mm(grid) * line.across).sum(axis=1)
    return np.column_stack([line.across, outward])
