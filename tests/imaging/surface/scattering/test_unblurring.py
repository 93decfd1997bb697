"""What a blur took is given back."""

import numpy as np
import pytest

from imaging.model.arrays import FloatMap
from imaging.surface.scattering.radiative_transfer import FREQUENCIES, transfer
from imaging.surface.scattering.skin_estimate import Scattering
from imaging.surface.scattering.skin_plane import SkinPlane, Waves
from imaging.surface.scattering.unblurring import Unblurring

SHAPE, PITCH_MM, COSINE = (128, 160), 0.06, 0.76
AZIMUTHS = np.deg2rad((45, 135, 225, 315))
SINE = np.sqrt(1 - COSINE**2)
LIGHTS = np.stack([np.cos(AZIMUTHS) * SINE, np.sin(AZIMUTHS) * SINE, np.full(4, COSINE)], axis=1).astype(np.float32)


def matte_skin() -> Scattering:
    share = transfer(COSINE).share(FREQUENCIES, np.array(3.5), np.array(0.05))
    return Scattering(3.5, share, share, np.full_like(share, 0.1), 0.0, 0.35, 50.0, 0.0)


def seen(slopes: FloatMap, noise: float) -> SkinPlane:
    """Four frames of slopes (2, rows, cols) blurred by `matte_skin`."""
    shape = slopes.shape[1:]
    waves = Waves(shape, PITCH_MM)
    read = waves.filtered(slopes, waves.share(matte_skin().diffuse))
    frames = 0.6 * (COSINE + np.einsum("nk,kij->nij", LIGHTS[:, :2], read))
    frames += noise * np.random.default_rng(3).standard_normal(frames.shape)
    light = np.repeat(frames[..., None], 3, axis=-1).astype(np.float32)
    known, flat = np.ones((4, *shape), dtype=np.float32), np.zeros(shape, dtype=np.float32)
    return SkinPlane(light, LIGHTS[:, :, None, None], known, flat, PITCH_MM)


def furrow(shape: tuple[int, int] = SHAPE) -> FloatMap:
    """120 µm over 1.2 mm."""
    x = (np.arange(shape[1]) - shape[1] / 2) * PITCH_MM
    height = -0.06 * (1 + np.cos(np.pi * np.clip(x / 0.6, -1, 1)))
    across = -np.gradient(height, PITCH_MM)
    return np.stack([np.tile(across, (shape[0], 1)), np.zeros(shape)]).astype(np.float32)


@pytest.mark.parametrize("shape", [SHAPE, (211, 307)])  # prime: such planes are mirrored before they are transformed
def test_a_furrow_comes_back(shape: tuple[int, int]) -> None:
    true = furrow(shape)
    found = Unblurring(seen(true, 1e-4)).solve(matte_skin())[0]
    assert found.shape == true.shape
    assert float((found * true).sum() / (true**2).sum()) == pytest.approx(1, abs=0.05)
