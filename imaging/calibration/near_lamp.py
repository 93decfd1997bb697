"""Position of a near lamp from the shading of matte balls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from imaging.calibration.balls import Floats

_MOST_SAMPLES = 3000
_ROBUST_SHARE = 0.03


@dataclass(frozen=True, eq=False)
class BallSamples:
    """Lit samples of one ball: (n, 3) points in mm, (n, 3) unit normals, (n,) linear signal."""

    points: Floats
    normals: Floats
    signal: Floats


def fit_near_lamp(balls: Sequence[BallSamples], start: Floats) -> tuple[Floats, float]:
    """The position (mm) and strength of one isotropic lamp that shade the balls as they were seen.

    Parameters
    ----------
    balls : the same lamp on one ball or several of one reflectance
    start : (3,) a position nearby

    References
    ----------
    Inverse square and cosine, equation 3 of Queau, Durix et al. 2018, J. Math. Imaging Vis. 60; misfits weighted
    after Cauchy.
    """
    points, normals, signal = (np.concatenate([getattr(ball, name) for ball in balls]) for name in _FIELDS)
    some = slice(None, None, max(1, len(signal) // _MOST_SAMPLES))
    points, normals, signal = points[some], normals[some], signal[some]

    def shading(lamp: Floats) -> Floats:
        towards = lamp - points
        distance = np.linalg.norm(towards, axis=1)
        return np.asarray(np.maximum((normals * towards).sum(axis=1), 0) / distance**3, dtype=np.float64)

    first = shading(start)
    scale = float(np.linalg.norm(start))
    strength = float((first * signal).sum() / (first**2).sum())

    def misfit(values: Floats) -> Floats:
        return np.asarray(strength * values[3] * shading(scale * values[:3]) - signal, dtype=np.float64)

    robust = _ROBUST_SHARE * float(np.median(signal))
    found = least_squares(misfit, np.append(start / scale, 1.0), loss="cauchy", f_scale=robust)
    return np.asarray(scale * found.x[:3], dtype=np.float64), float(strength * found.x[3])


_FIELDS = ("points", "normals", "signal")
