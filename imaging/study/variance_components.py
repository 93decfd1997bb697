"""How much of the scatter comes from where: subjects, operators, days, re-placement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize

Numbers = npt.NDArray[np.float64]
_FLOOR = 1e-9
"""Smallest variance of readings beside that of all: the likelihood stays finite where repeats agree."""


@dataclass(frozen=True)
class Nested:
    """Scatter within and between the sessions of a subject.

    Parameters
    ----------
    within, df_within : standard deviation of readings of one session, and what it rests on
    between, df_between : standard deviation of sessions of one subject without the former; None without a second one
    """

    within: float
    df_within: int
    between: float | None
    df_between: int | None


def nested_scatter(subjects: Sequence[Sequence[Sequence[float]]]) -> Nested | None:
    """Analysis of variance of readings nested in sessions nested in subjects; None without a repeated reading.

    Parameters
    ----------
    subjects : for each subject the sessions, for each of these its readings; sizes may differ

    References
    ----------
    Searle, Casella and McCulloch 1992, Variance Components, chapter 3: sums of squares of unbalanced nested designs;
    a negative component is 0.
    """
    sessions = [np.asarray(session, np.float64) for subject in subjects for session in subject if len(session)]
    df_within = sum(len(session) - 1 for session in sessions)
    if df_within < 1:
        return None
    within = sum(float(((session - session.mean()) ** 2).sum()) for session in sessions) / df_within
    between = _between(subjects, within)
    deviation, df = (None, None) if between is None else (float(np.sqrt(max(between[0], 0.0))), between[1])
    return Nested(float(np.sqrt(within)), df_within, deviation, df)


def _between(subjects: Sequence[Sequence[Sequence[float]]], within: float) -> tuple[float, int] | None:
    """Variance of sessions and its degrees of freedom."""
    squares, df, weight = 0.0, 0, 0.0
    for subject in subjects:
        sessions = [np.asarray(session, np.float64) for session in subject if len(session)]
        if len(sessions) < 2:
            continue
        sizes = np.array([len(session) for session in sessions], np.float64)
        means = np.array([session.mean() for session in sessions])
        squares += float((sizes * (means - np.average(means, weights=sizes)) ** 2).sum())
        df += len(sessions) - 1
        weight += float(sizes.sum() - (sizes**2).sum() / sizes.sum())
    return ((squares / df - within) * df / weight, df) if df else None


def components(sessions: Sequence[Sequence[float]], factors: Mapping[str, Sequence[str]]) -> Mapping[str, float]:
    """Standard deviation that each factor adds, then sessions ("session") and readings within them ("reading").

    By restricted maximum likelihood; of each session its mean and its sum of squares are all that is needed.

    Parameters
    ----------
    sessions : the readings of each
    factors : for each factor the level of every session; factors may be crossed or nested, levels named once for all

    References
    ----------
    Patterson and Thompson 1971, Biometrika 58(3):545-554.
    """
    readings = np.concatenate([np.asarray(session, np.float64) for session in sessions])
    scale = float(readings.std()) or 1.0
    table = _Sessions.of([np.asarray(session, np.float64) / scale for session in sessions], factors)
    start = np.full(len(factors) + 2, 1 / (len(factors) + 2))
    found = optimize.minimize(
        table.cost,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None)] * (len(factors) + 1) + [(_FLOOR, None)],
        options={"ftol": 1e-13, "gtol": 1e-9, "maxiter": 500},
    )
    return dict(zip((*factors, "session", "reading"), (np.sqrt(found.x) * scale).tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class _Sessions:
    """What the likelihood needs: means (j,), squares within all, their degrees of freedom, likenesses (k, j, j)."""

    means: Numbers
    squares: float
    df: int
    likenesses: Numbers
    """Of two means for each factor, for sessions, and what the scatter of readings leaves on each mean."""

    @classmethod
    def of(cls, sessions: Sequence[Numbers], factors: Mapping[str, Sequence[str]]) -> "_Sessions":
        sizes = np.array([len(session) for session in sessions])
        squares = sum(float(((session - session.mean()) ** 2).sum()) for session in sessions)
        likenesses = [*(_likeness(levels) for levels in factors.values()), np.eye(len(sizes)), np.diag(1 / sizes)]
        means = np.array([session.mean() for session in sessions])
        return cls(means - means.mean(), squares, int(sizes.sum()) - len(sizes), np.stack(likenesses))

    def cost(self, variances: Numbers) -> tuple[float, Numbers]:
        """Minus twice the restricted log likelihood with one common mean, up to a constant; and its gradient."""
        factor = linalg.cho_factor(np.tensordot(variances, self.likenesses, 1), lower=True)
        inverse = linalg.cho_solve(factor, np.eye(len(self.means)))
        ones = inverse.sum(axis=0)
        weight = float(ones.sum())
        projection = inverse - np.outer(ones, ones) / weight
        left = projection @ self.means
        cost = 2 * np.log(np.diag(factor[0])).sum() + np.log(weight) + self.means @ left
        slopes = np.array([(projection * one).sum() - left @ one @ left for one in self.likenesses])
        reading = float(variances[-1])
        slopes[-1] += self.df / reading - self.squares / reading**2
        return float(cost + self.df * np.log(reading) + self.squares / reading), slopes


def _likeness(levels: Sequence[str]) -> Numbers:
    """(j, j) 1 where two sessions share a level."""
    numbers = np.unique(np.asarray(levels), return_inverse=True)[1]
    return np.asarray(numbers[:, None] == numbers[None, :], np.float64)
