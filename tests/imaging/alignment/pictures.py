"""Skin-like pictures seen from known places: shifts, turns and scales are plain matrices."""

import cv2
import numpy as np
import numpy.typing as npt

SHAPE = (480, 640)
_WORLD = (900, 1100)

Grey = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]


def noise(seed: int, sigma: float, shape: tuple[int, int] = _WORLD) -> npt.NDArray[np.float32]:
    """Gaussian noise with a grain of `sigma` px, mean 0, standard deviation 1."""
    grain = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    smooth = cv2.GaussianBlur(grain, (0, 0), sigma)
    return np.asarray((smooth - smooth.mean()) / smooth.std(), dtype=np.float32)


def skin_world(seed: int = 0) -> npt.NDArray[np.float32]:
    """Grains of several sizes around 120 grey levels, larger than a picture."""
    grains = [weight * noise(10 * seed + n, sigma) for n, (sigma, weight) in enumerate(((2, 12), (5, 12), (20, 15)))]
    return np.asarray(120 + sum(grains), dtype=np.float32)


def placement(shift: tuple[float, float], degrees: float = 0.0, scale: float = 1.0) -> Matrix:
    """(3, 3) from picture (col, row, 1) to world: `degrees` and `scale` about the picture's middle, then `shift`."""
    turn = np.radians(degrees)
    matrix = np.eye(3)
    matrix[:2, :2] = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.array([SHAPE[1] - 1, SHAPE[0] - 1]) / 2
    home = np.array([_WORLD[1] - 1, _WORLD[0] - 1]) / 2
    matrix[:2, 2] = home + shift - matrix[:2, :2] @ middle
    return matrix


def seen_from(world: npt.NDArray[np.float32], view: Matrix, seed: int = 0, gain: float = 1.0) -> Grey:
    """The picture (rows, cols) seen through a placement, with sensor noise of two grey levels."""
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    picture = gain * cv2.warpPerspective(world, view, (SHAPE[1], SHAPE[0]), flags=flags)
    grain = np.random.default_rng(seed).normal(0, 2, SHAPE)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def corner_error(matrix: Matrix, truth: Matrix) -> float:
    """Largest distance of two matrices at the corners of the picture, px."""
    rows, cols = SHAPE
    corners = np.array([[0, 0, 1], [cols, 0, 1], [0, rows, 1], [cols, rows, 1]]).T
    one, two = matrix @ corners, truth @ corners
    return float(np.linalg.norm(one[:2] / one[2] - two[:2] / two[2], axis=0).max())
