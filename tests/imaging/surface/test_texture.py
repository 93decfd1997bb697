"""Roughness against closed forms, against its own invariances, and against surfalize on real topographies."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.model.geometry import Spacing
from imaging.surface.texture import height_parameters, roughness
from tests.scenes import plane, sine, square

REFERENCE = {
    "al3d-1.al3d": (0.230196, 0.289822, 2.08632, -0.00497653, 3.07128, 0.089687, 0.39978, 12.3944, 0.272783),
    "x3p-2.x3p": (0.0618931, 0.077193, 0.552102, -0.378674, 2.9846, None, None, None, None),
    "tmd-1.tmd": (0.0655952, 0.0743409, 0.351092, -0.302465, 1.8923, 0.158032, 1.19747, 4.09726, 0.731488),
}
KEYS = ("Sa_um", "Sq_um", "Sz_um", "Ssk", "Sku", "Sdq", "Sdr_pct", "Sal_um", "Str")


def test_a_sine_has_the_values_of_the_book() -> None:
    grid, amplitude_mm, wave_mm = square(400, 400, 0.005), 0.005, 0.2
    values = roughness(grid.height_um(sine(amplitude_mm, wave_mm)), Spacing.square(0.005))
    assert values["Sa_um"] == pytest.approx(2 / np.pi * 5, rel=2e-3)
    assert values["Sq_um"] == pytest.approx(5 / np.sqrt(2), rel=1e-3)
    assert values["Sz_um"] == pytest.approx(10, rel=5e-3)
    assert values["Ssk"] == pytest.approx(0, abs=1e-3)
    assert values["Sku"] == pytest.approx(1.5, rel=1e-3)
    slope = 2 * np.pi * amplitude_mm / wave_mm
    assert values["Sdq"] == pytest.approx(slope / np.sqrt(2), rel=5e-3)
    assert values["Sal_um"] == pytest.approx(1000 * wave_mm * np.arccos(0.2) / (2 * np.pi), rel=0.02)
    assert values["Str"] is None  # never falls along the waves


def test_a_small_slope_develops_half_its_square() -> None:
    values = roughness(square(50, 60, 0.01).height_um(plane(0.02)), Spacing.square(0.01))
    assert values["Sdr_pct"] == pytest.approx(100 * (np.sqrt(1 + 0.02**2) - 1), rel=1e-3)
    assert values["Sdq"] == pytest.approx(0.02, rel=1e-3)


def test_noise_blurred_alike_both_ways_is_isotropic() -> None:
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(np.random.default_rng(2).standard_normal((600, 600)), 4).astype(np.float32)
    values = roughness(noise, Spacing.square(0.01))
    # the autocorrelation of blurred noise is a Gaussian of variance 2 x 4 x 4
    assert values["Sal_um"] == pytest.approx(10 * np.sqrt(2 * 32 * np.log(5)), rel=0.06)
    assert values["Str"] is not None and values["Str"] > 0.85


heights = st.lists(st.floats(-50, 50, width=32), min_size=8, max_size=40).filter(lambda v: np.std(v) > 0.1)


@given(heights, st.floats(0.5, 4), st.floats(-100, 100))
def test_heights_scale_and_do_not_mind_an_offset(values: list[float], factor: float, offset: float) -> None:
    one, other = (height_parameters(np.array(v)) for v in (values, np.array(values) * factor + offset))
    for key in ("Sa_um", "Sq_um", "Sz_um", "Sp_um", "Sv_um"):
        assert other[key] == pytest.approx(factor * one[key], rel=1e-6, abs=1e-9)
    for key in ("Ssk", "Sku"):
        assert other[key] == pytest.approx(one[key], rel=1e-5, abs=1e-6)


@given(heights)
def test_order_of_the_height_parameters(values: list[float]) -> None:
    found = height_parameters(np.array(values))
    assert 0 < found["Sa_um"] <= found["Sq_um"] * (1 + 1e-9) and found["Sq_um"] <= found["Sz_um"]
    assert found["Sp_um"] + found["Sv_um"] == pytest.approx(found["Sz_um"])
    assert found["Sku"] >= 1 + found["Ssk"] ** 2 - 1e-9


def test_gaps_do_not_count() -> None:
    height = square(300, 300, 0.005).height_um(sine(0.005, 0.1, 30))
    whole = roughness(height, Spacing.square(0.005))
    height[120:180, 100:200] = np.nan
    gappy = roughness(height, Spacing.square(0.005))
    for key in ("Sa_um", "Sq_um", "Sdq", "Sdr_pct", "Sal_um"):
        assert gappy[key] == pytest.approx(whole[key], rel=0.02)


@pytest.mark.filterwarnings("ignore:The surface has different pixel size")
@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_real_topographies_agree_with_surfalize(test_data: Path, name: str) -> None:
    from surfalize import Surface

    loaded = Surface.load(str(test_data / "surfaces" / name)).level()
    values = roughness(loaded.data.astype(np.float32), Spacing(loaded.step_y / 1000, loaded.step_x / 1000))
    for key, reference in zip(KEYS, REFERENCE[name], strict=True):
        if reference is not None:
            assert values[key] == pytest.approx(reference, rel=3e-3), key
