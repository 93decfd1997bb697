"""A ball in a picture: its circle, its normals, and what its shading or its highlight says about a light."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.errors import CalibrationError
from imaging.model.arrays import BoolMap, FloatMap

Floats = npt.NDArray[np.float64]

_ROUNDNESS = 0.02
_SMALLEST_PX = 15
_HIGHLIGHT_SHARES = (0.6, 0.7, 0.8, 0.9)
_HIGHLIGHT_SMOOTH_PX = 1.0
_LIT_FROM = 0.1
"""Share of the brightest light from which a sample of a matte ball counts as lit, not as shadow or stray light."""
_STEEPEST_Z = 0.3
_PASSES = 8
_ROBUST_SCALE = 0.2


@dataclass(frozen=True)
class Ball:
    """A circle in a picture seen from far away; col, row and radius in pixels."""

    col: float
    row: float
    radius: float

    def normals(self, rows: Floats, cols: Floats) -> Floats:
        """(n, 3) unit normals at pixels inside the circle: x right, y up, z to the camera."""
        x, y = (cols - self.col) / self.radius, -(rows - self.row) / self.radius
        return np.column_stack([x, y, np.sqrt(np.maximum(1 - x**2 - y**2, 0))])


def find_ball(mask: BoolMap) -> Ball:
    """The circle that a mask outlines.

    Parameters
    ----------
    mask : (rows, cols) True on the ball, all of which is in the picture

    Raises
    ------
    CalibrationError
        The mask is no circle, too small, or cut by the edge of the picture.
    """
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        raise CalibrationError("The mask of the ball is black all over: paint the ball white.")
    rim = np.asarray(max(outlines, key=cv2.contourArea), dtype=np.float64)[:, 0]
    inner = (rim > 0).all(axis=1) & (rim < [mask.shape[1] - 1, mask.shape[0] - 1]).all(axis=1)
    if np.count_nonzero(inner) < 0.9 * len(rim) or len(rim) < 8:
        raise CalibrationError("The ball is cut by the edge of the picture: move it in, so that all of it can be seen.")
    col, row, constant = np.linalg.lstsq(np.column_stack([2 * rim, np.ones(len(rim))]), (rim**2).sum(axis=1))[0]
    radius = float(np.sqrt(constant + col**2 + row**2))
    scatter = float(np.std(np.hypot(rim[:, 0] - col, rim[:, 1] - row)))
    if radius < _SMALLEST_PX or scatter > max(_ROUNDNESS * radius, 1.0):
        raise CalibrationError(
            f"The mask of the ball is no circle of at least {_SMALLEST_PX} px radius (it fits {radius:.0f} px with "
            f"{scatter:.1f} px scatter): paint exactly the ball white."
        )
    return Ball(float(col), float(row), radius + 0.5)


@dataclass(frozen=True, eq=False)
class Seen:
    """One light as one ball shows it.

    Parameters
    ----------
    point : (3,) where on the unit ball the light was read: x right, y up, z to the camera
    direction : (3,) unit vector to the light from there
    strength : relative; 1 for a mirror ball, whose highlight is overexposed
    misfit : matte: root mean square over the signal; mirror: scatter of the direction, rad
    u_rad : standard uncertainty of the direction
    """

    point: Floats
    direction: Floats
    strength: float
    misfit: float
    u_rad: float


def read_highlight(light: FloatMap, mask: BoolMap, ball: Ball) -> Seen:
    """Direction from the mirror image of the lamp on a polished ball.

    The highlight's centre is taken at several brightnesses; how far these lie apart is the scatter.

    Parameters
    ----------
    light : (rows, cols) linear
    mask : (rows, cols) True on the ball

    Raises
    ------
    CalibrationError
        No highlight stands out of the ball.

    References
    ----------
    Mirror law at a sphere seen from infinity: L = 2 (N . V) N - V with V = (0, 0, 1).
    """
    lit = np.where(mask, light, np.float32(0))
    smooth = np.asarray(cv2.GaussianBlur(lit, (0, 0), _HIGHLIGHT_SMOOTH_PX), dtype=np.float32)
    top = float(smooth.max())
    if top < 0.02 or top < 3 * float(np.median(light[mask])):
        raise CalibrationError("No highlight can be seen on the ball: use a polished ball, and dim the room.")
    centres = np.array([_blob_centre(smooth, share * top) for share in _HIGHLIGHT_SHARES])
    normals = ball.normals(centres[:, 0], centres[:, 1])
    directions = 2 * normals[:, 2:] * normals - np.array([0.0, 0.0, 1.0])
    mean = directions.mean(axis=0)
    mean /= np.linalg.norm(mean)
    scatter = float(np.sqrt(((directions - mean) ** 2).sum(axis=1).mean()))
    normal = normals.mean(axis=0)
    u_circle = 2 * 0.5 / (ball.radius * max(float(normal[2]), 0.2))
    return Seen(normal / np.linalg.norm(normal), mean, 1.0, scatter, float(np.hypot(scatter, u_circle)))


def _blob_centre(smooth: npt.NDArray[np.float32], threshold: float) -> tuple[float, float]:
    """(row, col) of the centre of gravity of the blob with most light above a threshold."""
    _, labels = cv2.connectedComponents((smooth >= threshold).astype(np.uint8))
    sums = np.bincount(labels.ravel(), weights=smooth.ravel())
    sums[0] = 0
    rows, cols = np.nonzero(labels == int(np.argmax(sums)))
    weights = smooth[rows, cols]
    return float(np.average(rows, weights=weights)), float(np.average(cols, weights=weights))


def read_shading(light: FloatMap, mask: BoolMap, ball: Ball) -> Seen:
    """Direction and strength of a light from the shading of a matte ball of one colour.

    Weighted least squares of signal = normal . light over the lit part, samples that do not fit (gloss, dirt, stray
    light, overexposure) counting less in each pass.

    Raises
    ------
    CalibrationError
        Too little of the ball is lit.

    References
    ----------
    Lambert's law; Holland and Welsch 1977: Cauchy weights.
    """
    normals, signal, places = lit_samples(light, mask, ball)
    vector, weights = _robust(normals, signal)
    parts = [places[:, axis] < np.median(places[:, axis]) for axis in (0, 1)]
    halves = [_robust(normals[half], signal[half])[0] for part in parts for half in (part, ~part)]
    strength = float(np.linalg.norm(vector))
    spread = np.array([half / np.linalg.norm(half) for half in halves]) - vector / strength
    misfit = float(np.sqrt(np.average((signal - normals @ vector) ** 2, weights=weights)) / signal.mean())
    middle = np.average(normals, axis=0, weights=weights * signal)
    u_rad = float(np.sqrt((spread**2).sum(axis=1).mean()) / 2)
    return Seen(middle / np.linalg.norm(middle), vector / strength, strength, misfit, u_rad)


def lit_samples(light: FloatMap, mask: BoolMap, ball: Ball) -> tuple[Floats, Floats, Floats]:
    """(n, 3) normals, (n,) signal and (n, 2) places (row, col) of the lit, not overexposed part of a matte ball.

    Raises
    ------
    CalibrationError
        Too little of the ball is lit.
    """
    rows, cols = np.nonzero(mask)
    normals = ball.normals(rows.astype(np.float64), cols.astype(np.float64))
    signal = np.asarray(light[rows, cols], dtype=np.float64)
    top = float(np.percentile(signal, 99))
    usable = (normals[:, 2] > _STEEPEST_Z) & (signal > _LIT_FROM * top) & (signal < 0.99)
    if top < 0.01 or np.count_nonzero(usable) < 100:
        raise CalibrationError("The ball is too dark or overexposed: set the exposure so that it is bright, not white.")
    places = np.column_stack([rows, cols])[usable].astype(np.float64)
    return normals[usable], signal[usable], places


def _robust(normals: Floats, signal: Floats) -> tuple[Floats, Floats]:
    weights: Floats = np.ones(len(signal))
    vector: Floats = np.zeros(3)
    for _ in range(_PASSES):
        root = np.sqrt(weights)[:, None]
        vector = np.asarray(np.linalg.lstsq(normals * root, signal * root[:, 0])[0], dtype=np.float64)
        scale = _ROBUST_SCALE * max(float(np.linalg.norm(vector)), 1e-9)
        expected = normals @ vector
        weights = (expected > 0) / (1 + ((signal - expected) / scale) ** 2)
    return vector, weights
