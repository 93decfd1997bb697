"""What a blur taken back at the wrong size of pixels left out, against single waves whose loss is known."""

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.skin_light import SkinBlur
from imaging.surface.scattering.other_size import lost_at_size
from imaging.surface.scattering.radiative_transfer import FREQUENCIES

_SPACING = Spacing(0.036, 0.036)
_SHAPE = (480, 640)
_VALID = np.ones(_SHAPE, dtype=np.bool_)


def skin(gloss: float = 0.0) -> SkinBlur:
    diffuse = 1 / (1 + 3 * FREQUENCIES)
    return SkinBlur(3.6, tuple((diffuse + gloss).tolist()), tuple(diffuse.tolist()), gloss, 0.35, 0.05)


def wave(periods: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """50 µm, that many half periods across the picture."""
    along = np.cos(np.pi * periods * (np.arange(_SHAPE[1]) + 0.5) / _SHAPE[1])
    return np.tile(50 * along, (_SHAPE[0], 1)).astype(np.float32)


@pytest.mark.parametrize("size", [0.97, 0.98, 1.02])
@pytest.mark.parametrize("periods", [8, 20, 40])
def test_a_wave_regains_what_its_true_length_lost(size: float, periods: int) -> None:
    per_mm = periods / (2 * _SHAPE[1] * _SPACING.col_mm)
    wanted = (1 + 3 * per_mm / size) / (1 + 3 * per_mm) - 1

    lost = lost_at_size(wave(periods), _VALID, _SPACING, size, skin())

    gain = float((lost * wave(periods)).sum() / (wave(periods) ** 2).sum())
    assert gain == pytest.approx(wanted, abs=0.002)


def test_what_is_read_of_fine_relief_by_its_gloss_knows_no_wavelength() -> None:
    fine = wave(140)
    matte, glossy = (lost_at_size(fine, _VALID, _SPACING, 0.98, light) for light in (skin(), skin(gloss=0.2)))
    assert np.abs(glossy).max() < 0.6 * np.abs(matte).max()


def test_gaps_take_part_in_nothing() -> None:
    height, valid = wave(20), _VALID.copy()
    valid[200:260, 300:380] = False
    whole = lost_at_size(height, _VALID, _SPACING, 0.98, skin())

    height[~valid] = np.nan
    lost = lost_at_size(height, valid, _SPACING, 0.98, skin())

    assert np.isfinite(lost).all()
    assert np.abs(lost - whole)[valid].max() < 0.4
