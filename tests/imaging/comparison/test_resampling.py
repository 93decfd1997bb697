import numpy as np

from imaging.comparison.resampling import (
    identity_displacement,
    read_between_pixels,
    resample,
    resample_mask,
    resample_picture,
    usual_offset_px,
)


def _wave(row: np.ndarray, col: np.ndarray) -> np.ndarray:
    return (np.sin(row / 3) + np.cos(col / 4)).astype(np.float32)


def test_a_map_is_read_where_the_displacement_points() -> None:
    row, col = np.mgrid[0:60, 0:80].astype(np.float32)
    moving = _wave(row, col)
    displacement = identity_displacement((60, 80)) + np.array([1.37, -2.21], np.float32)
    truth = _wave(row + 1.37, col - 2.21)
    inner = (slice(5, -6), slice(7, -5))
    assert np.abs(resample(moving, displacement, order=3) - truth)[inner].max() < 0.02
    assert np.abs(resample(moving, displacement, order=1) - truth)[inner].max() < 0.03


def test_outside_and_beside_gaps_nothing_is_known() -> None:
    moving = np.ones((20, 20), np.float32)
    moving[8, 8] = np.nan
    displacement = identity_displacement((20, 20)) + np.array([0.5, 0.0], np.float32)
    displacement[0, 0] = np.nan
    found = resample(moving, displacement)
    assert np.isnan(found[19]).all()
    assert np.isnan(found[0, 0])
    assert np.isnan(found[[7, 8], [8, 8]]).all()
    known = np.isfinite(found)
    assert known.sum() == 20 * 19 - 1 - 2
    assert np.allclose(found[known], 1)


def test_gaps_do_not_ring() -> None:
    moving = np.full((40, 40), 100.0, np.float32)
    moving[15:25, 15:25] = np.nan
    found = resample(moving, identity_displacement((40, 40)) + np.float32(0.5), order=3)
    assert np.allclose(found[np.isfinite(found)], 100, atol=0.01)


def test_masks_shrink_and_pictures_keep_their_type() -> None:
    mask = np.ones((10, 10), np.bool_)
    shifted = identity_displacement((10, 10)) + np.array([0.0, 3.0], np.float32)
    assert resample_mask(mask, shifted).sum() == 70
    picture = np.full((10, 10, 3), 200, np.uint8)
    found = resample_picture(picture, shifted)
    assert found.dtype == np.uint8
    assert (found[:, :7] == 200).all()
    assert (found[:, 7:] == 0).all()


def test_layers_are_resampled_together() -> None:
    moving = np.random.default_rng(0).random((12, 12, 3)).astype(np.float32)
    assert np.allclose(resample(moving, identity_displacement((12, 12)))[:-1, :-1], moving[:-1, :-1])


def test_reading_between_pixels_costs_both_sides_alike() -> None:
    """White noise, the worst case: turned and read back it loses what the offset of its displacement costs."""
    grain = np.random.default_rng(2).standard_normal((300, 300)).astype(np.float32)
    row, col = np.mgrid[0:300, 0:300].astype(np.float32)
    turned = np.stack([row + 0.05 * col - 7, col - 0.05 * row + 7], axis=-1)
    offset = usual_offset_px(turned)
    assert np.allclose(offset, 0.25, atol=0.01)
    inner = (slice(20, -20), slice(20, -20))
    lost, alike = resample(grain, turned, order=3)[inner], read_between_pixels(grain, offset)[inner]
    assert np.std(lost) < 0.95 * np.std(grain)
    assert abs(np.std(lost) / np.std(alike) - 1) < 0.02


def test_whole_pixels_cost_nothing() -> None:
    grain = np.random.default_rng(2).standard_normal((30, 40)).astype(np.float32)
    offset = usual_offset_px(identity_displacement((30, 40)) + np.float32(3))
    assert np.allclose(offset, 0, atol=1e-6)
    assert read_between_pixels(grain, offset) is grain
    gapped = grain.copy()
    gapped[5:8, 5:8] = np.nan
    found = read_between_pixels(gapped, (0.25, 0.25))
    assert np.array_equal(np.isnan(found), np.isnan(gapped))


def test_a_displacement_that_is_nowhere_has_no_offset() -> None:
    assert usual_offset_px(np.full((8, 8, 2), np.nan, np.float32)) == (0.0, 0.0)
