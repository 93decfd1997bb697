"""A skin-like texture without end, seen by a camera whose every movement is known."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from imaging.model.arrays import Pixels


@dataclass(frozen=True)
class Stand:
    """How the camera stands: moved right and down in px, turned clockwise (seen from behind), nearer above 1."""

    right_px: float = 0.0
    down_px: float = 0.0
    turned_deg: float = 0.0
    size: float = 1.0


def _natural_texture(seed: int, side: int) -> np.ndarray:
    """(side, side), mean 0, standard deviation 1, contrast falling as 1/frequency up to 0.2 cycles per pixel."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None])
    frequency[0, 0] = np.inf
    spectrum = np.fft.fft2(rng.normal(size=(side, side))) / frequency
    frequency[0, 0] = 0
    texture = np.real(np.fft.ifft2(spectrum * np.exp(-((frequency / 0.2) ** 4))))
    return texture / texture.std()


@pytest.fixture(scope="session")
def photograph() -> Callable[[Stand], Pixels]:
    """Takes a picture (480, 640, 3) uint8 from a stand, with a little noise of its own each time."""
    texture = _natural_texture(seed=3, side=1024)
    skin = np.stack([190 + 16 * texture, 145 + 14 * texture, 120 + 12 * texture], axis=-1).astype(np.float32)
    rng = np.random.default_rng(4)

    def take(stand: Stand) -> Pixels:
        angle = np.deg2rad(-stand.turned_deg)
        turn = stand.size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        middle, looked_at = np.array([319.5, 239.5]), np.array([511.5 + stand.right_px, 511.5 + stand.down_px])
        matrix = np.column_stack([turn, middle - turn @ looked_at])
        seen = cv2.warpAffine(skin, matrix, (640, 480), flags=cv2.INTER_CUBIC)
        return np.clip(seen + rng.normal(scale=1.5, size=seen.shape), 0, 255).astype(np.uint8)

    return take


@pytest.fixture(scope="session")
def stand() -> type[Stand]:
    return Stand
