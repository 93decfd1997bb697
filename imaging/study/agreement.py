"""Do two sets of readings of the same skin agree: intraclass correlation, Bland and Altman."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from imaging.model.study import BlandAltman, IntraclassCorrelation

_CONFIDENCE = 0.95
_LEAST_FREEDOM = 1e-3
"""Degrees of freedom below which quantiles are infinite anyway."""


def icc_2_1(readings: npt.NDArray[np.float64]) -> IntraclassCorrelation | None:
    """ICC(2,1) of complete readings, (subjects, repeats); None below two of either or where nothing varies.

    References
    ----------
    Shrout and Fleiss 1979, Psychol. Bull. 86(2):420-428: the ratio. McGraw and Wong 1996, Psychol. Methods
    1(1):30-46: its interval.
    """
    n, k = readings.shape
    if n < 2 or k < 2:
        return None
    rows, columns, error = _mean_squares(readings)
    whole = rows + (k - 1) * error + k * (columns - error) / n
    if whole <= 0:
        return None
    value = (rows - error) / whole
    if error <= 0:
        return IntraclassCorrelation(float(value), float(value), float(value))
    low, high = _interval(float(value), (rows, columns, error), (n, k))
    return IntraclassCorrelation(float(value), low, high)


def bland_altman(first: Sequence[float], second: Sequence[float]) -> BlandAltman | None:
    """Agreement of two readings of each subject; None below three pairs.

    References
    ----------
    Bland and Altman 1986, Lancet 327(8476):307-310; limits with the t quantile for the size of the study.
    """
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if len(one) < 3:
        return None
    differences, means = two - one, (one + two) / 2
    spread, bias = float(differences.std(ddof=1)), float(differences.mean())
    reach = float(stats.t.ppf((1 + _CONFIDENCE) / 2, len(one) - 1)) * spread
    return BlandAltman(
        tuple(means.tolist()), tuple(differences.tolist()), bias, spread / len(one) ** 0.5, bias - reach, bias + reach
    )


def _mean_squares(readings: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Between subjects, between repeats, and of what is left."""
    n, k = readings.shape
    grand, of_rows, of_columns = readings.mean(), readings.mean(axis=1), readings.mean(axis=0)
    rows = k * float(((of_rows - grand) ** 2).sum()) / (n - 1)
    columns = n * float(((of_columns - grand) ** 2).sum()) / (k - 1)
    left = readings - of_rows[:, None] - of_columns[None, :] + grand
    return rows, columns, float((left**2).sum()) / ((n - 1) * (k - 1))


def _interval(icc: float, squares: tuple[float, float, float], size: tuple[int, int]) -> tuple[float, float]:
    (rows, columns, error), (n, k) = squares, size
    ratio = columns / error
    numerator = (k - 1) * (n - 1) * (k * icc * ratio + n * (1 + (k - 1) * icc) - k * icc) ** 2
    denominator = (n - 1) * (k * icc * ratio) ** 2 + (n * (1 + (k - 1) * icc) - k * icc) ** 2
    freedom = numerator / denominator if denominator > 0 else float((n - 1) * (k - 1))
    tail = (1 + _CONFIDENCE) / 2
    freedom = max(freedom, _LEAST_FREEDOM)
    below, above = stats.f.ppf(tail, n - 1, freedom), stats.f.ppf(tail, freedom, n - 1)
    common = k * columns + (k * n - k - n) * error
    # Divided by the quantiles, which have no end where freedom is small.
    low = n * (rows / below - error) / (common + n * rows / below)
    high = n * (rows - error / above) / (common / above + n * rows)
    return float(low), float(high)
