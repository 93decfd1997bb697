"""Numbers to light and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.errors import MeasurementError
from imaging.surface.light.linearise import noise_variance, saturated_samples, to_linear, to_srgb8


@pytest.mark.parametrize(("code", "light"), [(0, 0.0), (10, 10 / 255 / 12.92), (128, 0.2158605), (255, 1.0)])
def test_srgb_curve_at_known_codes(code: int, light: float) -> None:
    assert to_linear(np.full((2, 3, 3), code, np.uint8))[0, 0, 0] == pytest.approx(light, rel=1e-5)


@given(st.integers(0, 255))
def test_srgb_there_and_back(code: int) -> None:
    assert to_srgb8(to_linear(np.full((1, 1), code, np.uint8)))[0, 0] == code


def test_auto_reads_16_bit_and_float_as_linear() -> None:
    assert to_linear(np.full((1, 1), 32768, np.uint16))[0, 0] == pytest.approx(32768 / 65535)
    assert to_linear(np.full((1, 1), 0.25, np.float32))[0, 0] == 0.25
    assert to_linear(np.full((1, 1), 128, np.uint8), "linear")[0, 0] == pytest.approx(128 / 255)
    assert to_linear(np.full((1, 1), 0.5, np.float32), "srgb")[0, 0] == pytest.approx(0.2140411, rel=1e-5)


def test_other_numbers_are_refused() -> None:
    with pytest.raises(MeasurementError, match="8-bit"):
        to_linear(np.zeros((2, 2), np.int64))  # type: ignore[arg-type]


def test_saturation_is_full_scale_in_any_channel() -> None:
    picture = np.full((1, 2, 3), 100, np.uint8)
    picture[0, 1, 2] = 255
    assert saturated_samples(picture).tolist() == [[False, True]]


def test_noise_is_that_of_photons_and_digital_steps() -> None:
    light = np.full(40_000, 0.02)
    photons = np.random.default_rng(1).poisson(light * 10_000) / 10_000
    codes = to_srgb8(photons.astype(np.float32).reshape(200, 200))
    expected = float(noise_variance(codes).mean())
    assert float(to_linear(codes).var()) == pytest.approx(expected, rel=0.05)
