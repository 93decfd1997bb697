"""Blur under the skin: found from the channels, inverted, and never seen where there is none."""

import numpy as np
import pytest

from imaging.surface.channels import BANDS_PER_MM, ChannelRatios
from imaging.surface.translucency import Blur, _transfer, estimate_blur, lost_slopes

FREQUENCY = np.sqrt(np.array(BANDS_PER_MM[:-1]) * np.array(BANDS_PER_MM[1:])).astype(np.float32)
POWER = np.ones_like(FREQUENCY)


def ratios_of(density: float) -> ChannelRatios:
    red, green, blue = _transfer(FREQUENCY, density)
    return ChannelRatios(FREQUENCY, (red / blue).astype(np.float32), (green / blue).astype(np.float32), POWER)


@pytest.mark.parametrize("density", [0.5, 1.0, 2.0])
def test_a_known_density_is_found(density: float) -> None:
    blur = estimate_blur(ratios_of(density))
    assert blur is not None and blur.is_likely
    assert blur.density == pytest.approx(density, rel=0.05)


def test_channels_that_agree_mean_no_blur() -> None:
    blur = estimate_blur(ChannelRatios(FREQUENCY, np.ones_like(FREQUENCY), np.ones_like(FREQUENCY), POWER))
    assert blur is not None and not blur.is_likely and blur.typical_gain == pytest.approx(1, abs=1e-3)


def test_a_flat_loss_of_red_is_gloss_and_no_blur() -> None:
    blur = estimate_blur(ChannelRatios(FREQUENCY, 0.7 * np.ones_like(FREQUENCY), 0.85 * np.ones_like(FREQUENCY), POWER))
    assert blur is not None and not blur.is_likely


def test_grey_frames_tell_nothing() -> None:
    assert estimate_blur(None) is None


def test_gain_inverts_the_blur_of_a_wave_and_stays_bounded() -> None:
    blur, pitch = Blur(1.0, 0.01), 0.05
    per_mm = 0.5
    x = (np.arange(200) + 0.5) * pitch
    true = 0.2 * np.cos(2 * np.pi * per_mm * x)
    seen = np.tile(true * blur.passed(np.array([per_mm], dtype=np.float32))[0], (120, 1))
    normals = np.stack([seen, 0 * seen, np.ones_like(seen)], axis=-1).astype(np.float32)
    found = seen + lost_slopes(normals, np.ones(seen.shape, dtype=np.bool_), pitch, blur)[..., 0]
    np.testing.assert_allclose(found[60], true, atol=0.02)
    assert blur.gain(np.linspace(0, 10, 200, dtype=np.float32)).max() <= 4.01


def test_more_blur_is_more_doubt() -> None:
    assert Blur(0.6, 0.01).doubt_share > Blur(1.5, 0.01).doubt_share > 0.05
