"""Least squares over a few numbers whose data have an error of their own that is the same everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap

_Doubles = npt.NDArray[np.float64]

_MOST_STEPS, _MOST_DAMPINGS = 10, 4
_FIRST_DAMPING, _LESS, _MORE = 0.03, 0.2, 8.0
_ENOUGH = 0.02
"""A step that promises less than this of a cost (half a squared standard deviation) is the last."""


@dataclass(frozen=True)
class Evidence:
    """What the mean square of the residuals says once their noise is off.

    Two residuals that follow one another are neighbours: what the model does not know is alike in both, noise is not.
    The mean S of their product holds no noise, however much of it the shapes of the cells have taken up. With noise of
    the square n in N residuals, and S over M independent errors of the model, the cost whose slope is
    1 / (2 (n / N + S / M)) is M / 2 log(S + M n / N).

    Parameters
    ----------
    noise : square of the noise in one residual
    count : residuals of independent noise
    model_errors : independent errors of the model
    least : square of the error that any model has
    """

    noise: float
    count: float
    model_errors: float
    least: float

    def cost(self, shared: float) -> float:
        return 0.5 * self.model_errors * float(np.log(self._spread(shared)[0]))

    def weight(self, shared: float) -> float:
        """Derivative of the cost by the mean product."""
        spread, slope = self._spread(shared)
        return 0.5 * self.model_errors * slope / spread

    def _spread(self, shared: float) -> tuple[float, float]:
        """Square of the model's error, never below the least, and its derivative by the mean product."""
        bend = float(np.hypot(shared, 2 * self.least))
        spread = 0.5 * (shared + bend) + self.noise * self.model_errors / self.count
        return spread + 1e-30, 0.5 * (1 + shared / max(bend, 1e-30))


@dataclass(frozen=True)
class Evaluation:
    """Residuals of the data, each kind (k, P) with neighbours in pairs; those of what is believed; and the shape."""

    rows: tuple[FloatMap, ...]
    beliefs: _Doubles
    shape: FloatMap

    def shared(self) -> list[float]:
        """Mean product of neighbours."""
        return [float(np.mean(kind[..., 0::2] * kind[..., 1::2], dtype=np.float64)) for kind in self.rows]


@dataclass(frozen=True)
class Found:
    """Where a descent ended. `cost` compares descents with the same evidence."""

    numbers: _Doubles
    cost: float
    at: Evaluation


@dataclass(frozen=True)
class Problem:
    """What is descended.

    Parameters
    ----------
    evaluate : numbers (k,), a shape to start from, and whether only its first-order change is wanted
    evidence : of each kind of residuals
    lowest, highest, differences : (k,) limits, and steps for derivatives
    """

    evaluate: Callable[[_Doubles, FloatMap, bool], Evaluation]
    evidence: tuple[Evidence, ...]
    lowest: _Doubles
    highest: _Doubles
    differences: _Doubles

    def cost(self, at: Evaluation) -> float:
        told = sum(kind.cost(shared) for kind, shared in zip(self.evidence, at.shared(), strict=True))
        return told + 0.5 * float(at.beliefs @ at.beliefs)


def descend(problem: Problem, start: _Doubles, shape: FloatMap, most_steps: int = _MOST_STEPS) -> Found:
    """Levenberg-Marquardt from `start`, within the limits."""
    numbers = np.clip(start, problem.lowest, problem.highest)
    at = problem.evaluate(numbers, shape, False)
    found, damping = Found(numbers, problem.cost(at), at), _FIRST_DAMPING
    for _ in range(most_steps):
        slope, bend = _slopes(problem, found)
        better = None
        for _ in range(_MOST_DAMPINGS):
            step = _step(problem, found.numbers, slope, bend + damping * np.diag(np.diag(bend)))
            better = _tried(problem, found, step)
            if better is not None:
                break
            damping *= _MORE
        if better is None:
            return found
        gained, found, damping = found.cost - better.cost, better, damping * _LESS
        if gained < _ENOUGH:
            return found
    return found


def covariance(problem: Problem, found: Found) -> _Doubles:
    """Of the numbers where a descent ended, (k, k)."""
    return np.asarray(np.linalg.inv(_slopes(problem, found)[1]))


def _tried(problem: Problem, found: Found, step: _Doubles) -> Found | None:
    numbers = np.clip(found.numbers + step, problem.lowest, problem.highest)
    at = problem.evaluate(numbers, found.at.shape, False)
    cost = problem.cost(at)
    return Found(numbers, cost, at) if cost < found.cost else None


def _slopes(problem: Problem, found: Found) -> tuple[_Doubles, _Doubles]:
    """Gradient (k,) and Gauss-Newton curvature (k, k) of the cost."""
    at = found.at
    there, changes = [], []
    for index, difference in enumerate(problem.differences):
        moved = found.numbers.copy()
        moved[index] += difference if moved[index] + difference <= problem.highest[index] else -difference
        there.append(problem.evaluate(moved, at.shape, True))
        changes.append(moved[index] - found.numbers[index])
    change = np.array(changes)
    believed = (np.stack([one.beliefs for one in there]) - at.beliefs) / change[:, None]
    slope, bend = believed @ at.beliefs, believed @ believed.T
    for kind, (evidence, shared) in enumerate(zip(problem.evidence, at.shared(), strict=True)):
        here = at.rows[kind]
        by = (np.stack([one.rows[kind] for one in there]) - here) / change[:, None, None].astype(np.float32)
        weight = 2 * evidence.weight(shared) / here.size
        slope = slope + weight * np.einsum("ikp,kp->i", by, _exchanged(here))
        bend = bend + weight * np.einsum("ikp,jkp->ij", by, by)
    return np.asarray(slope, dtype=np.float64), np.asarray(bend + 1e-9 * np.eye(len(bend)), dtype=np.float64)


def _exchanged(rows: FloatMap) -> FloatMap:
    """Each residual in the place of its neighbour."""
    return rows.reshape(len(rows), -1, 2)[..., ::-1].reshape(rows.shape)


def _step(problem: Problem, numbers: _Doubles, slope: _Doubles, bend: _Doubles) -> _Doubles:
    """Downhill; a number that stands at its limit and would go beyond stays."""
    free = np.ones(len(numbers), dtype=np.bool_)
    step = np.zeros(len(numbers))
    for _ in range(len(numbers)):
        step[:] = 0
        step[free] = -np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        stuck = free & (((numbers <= problem.lowest) & (step < 0)) | ((numbers >= problem.highest) & (step > 0)))
        if not stuck.any():
            break
        free &= ~stuck
    return step
