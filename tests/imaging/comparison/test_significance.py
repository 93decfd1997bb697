import numpy as np
import pytest

from imaging.comparison.significance import (
    HeightPair,
    benjamini_hochberg,
    change_uncertainty,
    level_change,
    significant_change,
)
from imaging.model.geometry import Spacing
from tests.imaging.alignment.pictures import noise

_SHAPE = (300, 400)
_SPACING = Spacing.square(0.03)


def _bump(row: float, col: float, sigma: float) -> np.ndarray:
    rows, cols = np.mgrid[0 : _SHAPE[0], 0 : _SHAPE[1]]
    return np.exp(-((rows - row) ** 2 + (cols - col) ** 2) / (2 * sigma**2)).astype(np.float32)


def _pair(moving_extra: np.ndarray, seed: int = 0, jitter_px: float = 0.1) -> HeightPair:
    relief = 20 * noise(40, 5, _SHAPE)
    grain = [2 * noise(seed + n, 3, _SHAPE) for n in (50, 60)]
    doubt = np.full(_SHAPE, 3.0, np.float32)
    return HeightPair(
        relief + grain[0], relief + grain[1] + moving_extra.astype(np.float32), doubt, jitter_px, _SPACING
    )


def test_tilt_and_bowl_between_visits_are_no_change() -> None:
    row, col = np.mgrid[0 : _SHAPE[0], 0 : _SHAPE[1]]
    form = 40 + 0.2 * row - 0.3 * col + 1e-3 * (col - 200.0) ** 2
    change = level_change(_pair(form), 8.0)
    assert np.std(change) < 4
    assert abs(np.median(change)) < 0.5


def test_a_local_change_keeps_its_height_and_sign() -> None:
    change = level_change(_pair(-30 * _bump(150, 200, 12)), 8.0)
    assert change[150, 200] == pytest.approx(-30, abs=6)
    assert abs(np.median(change[:60])) < 1


def test_only_the_change_is_significant() -> None:
    bump = _bump(150, 200, 12)
    pair = _pair(-30 * bump)
    found = significant_change(level_change(pair, 8.0), pair, 8.0)
    assert found[bump > 0.5].mean() > 0.9
    assert found[bump < 0.02].mean() < 0.01


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_significant_on_unchanged_skin(seed: int) -> None:
    pair = _pair(np.zeros(_SHAPE), seed=100 * seed)
    assert significant_change(level_change(pair, 8.0), pair, 8.0).mean() < 0.005


def test_a_shifted_relief_is_jitter_not_change() -> None:
    relief = 20 * noise(40, 5, _SHAPE)
    shifted = np.roll(relief, 1, axis=1)
    doubt = np.full(_SHAPE, 3.0, np.float32)
    pair = HeightPair(relief + noise(1, 3, _SHAPE), shifted + noise(2, 3, _SHAPE), doubt, 1.4, _SPACING)
    assert significant_change(level_change(pair, 8.0), pair, 8.0).mean() < 0.01


def test_a_finer_picture_is_judged_alike() -> None:
    """The same skin on four times as many pixels in each direction, which are then judged in cells."""
    bump = _bump(150, 200, 12)
    pair = _pair(-30 * bump)
    twice = [np.repeat(np.repeat(one, 4, axis=0), 4, axis=1) for one in (pair.reference, pair.moving, pair.uncertainty)]
    fine = HeightPair(twice[0], twice[1], twice[2], 4 * pair.jitter_px, Spacing.square(_SPACING.row_mm / 4))
    found = significant_change(level_change(fine, 8.0), fine, 8.0)
    assert found.shape == (1200, 1600)
    assert found[1::4, 1::4][bump > 0.5].mean() > 0.9
    assert found[1::4, 1::4][bump < 0.02].mean() < 0.01


def test_gaps_stay_unknown_and_never_significant() -> None:
    pair = _pair(np.zeros(_SHAPE))
    moving = pair.moving.copy()
    moving[:, :50] = np.nan
    gapped = HeightPair(pair.reference, moving, pair.uncertainty, 0.1, _SPACING)
    change = level_change(gapped, 8.0)
    assert np.isnan(change[:, :50]).all()
    assert np.isfinite(change[:, 50:]).all()
    assert not significant_change(change, gapped, 8.0)[:, :50].any()


def test_nothing_common_is_no_error() -> None:
    pair = _pair(np.full(_SHAPE, np.nan))
    change = level_change(pair, 8.0)
    assert np.isnan(change).all()
    assert not significant_change(change, pair, 8.0).any()


def test_benjamini_and_hochbergs_own_example() -> None:
    """Table of their paper, section 3.1: the four smallest of 15 at 5 %."""
    chances = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    assert benjamini_hochberg(np.array(chances, np.float32), 0.05) == pytest.approx(0.0095)
    assert benjamini_hochberg(np.array([0.5, 0.9], np.float32), 0.05) < 0


@pytest.mark.parametrize("seed", range(3))
def test_the_doubt_of_a_change_holds_what_unchanged_skin_shows(seed: int) -> None:
    """Steps of the change between far places, 95 % within twice their doubt, on furrows as well as beside them."""
    furrow = -150 * _bump(150, 200, 8)
    pair = _pair(np.zeros(_SHAPE), seed=100 * seed)
    pair = HeightPair(pair.reference + furrow, pair.moving + furrow, pair.uncertainty, 0.1, _SPACING)
    change = level_change(pair, 8.0)
    doubt = change_uncertainty(change, pair, 8.0)
    steps, u_steps = change[:, :200] - change[:, 200:], np.hypot(doubt[:, :200], doubt[:, 200:])
    assert 0.9 < (np.abs(steps) < 2 * u_steps).mean() <= 1
    assert doubt[150, 200] > 1.2 * np.nanmedian(doubt), "a furrow reads differently when the skin lies differently"
    assert np.nanmedian(doubt) < 2 * np.nanstd(change)


def test_a_real_change_does_not_raise_its_own_doubt() -> None:
    still, moved = _pair(np.zeros(_SHAPE)), _pair(-60 * _bump(150, 200, 12))
    doubts = [change_uncertainty(level_change(pair, 8.0), pair, 8.0) for pair in (still, moved)]
    assert np.nanmedian(doubts[1]) == pytest.approx(np.nanmedian(doubts[0]), rel=0.1)


def test_what_has_no_change_has_no_doubt_either() -> None:
    pair = _pair(np.zeros(_SHAPE))
    change = level_change(pair, 8.0)
    change[:, :50] = np.nan
    doubt = change_uncertainty(change, pair, 8.0)
    assert np.isnan(doubt[:, :50]).all() and np.isfinite(doubt[:, 60:]).all()
