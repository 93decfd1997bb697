import numpy as np

from imaging.alignment.normalise import fill_gaps, grey_of, light_invariant, normalise_locally, reduce
from tests.imaging.alignment.pictures import noise, placement, seen_from, skin_world


def test_light_that_falls_off_does_not_show() -> None:
    picture = seen_from(skin_world(), placement((0, 0)))
    fall_off = np.linspace(0.5, 1.0, picture.shape[1])
    even, _ = light_invariant(picture, 640)
    dimmed, _ = light_invariant((picture * fall_off).astype(np.uint8), 640)
    assert np.corrcoef(even.ravel(), dimmed.ravel())[0, 1] > 0.97


def test_a_plain_picture_stays_plain() -> None:
    plain = normalise_locally(np.full((60, 80), 7.0, np.float32), 8.0, floor=0.1)
    assert (plain == 128).all()


def test_reduced_pixels_know_where_they_were() -> None:
    picture = np.zeros((80, 120), np.float32)
    picture[39:41, 59:61] = 1  # centre between four pixels: col 59.5, row 39.5
    small, reduction = reduce(picture, 60)
    row, col = np.unravel_index(np.argmax(small), small.shape)
    rows, cols = np.nonzero(small == small.max())
    assert small.shape == (40, 60)
    place = reduction.to_full @ [cols.mean(), rows.mean(), 1]
    assert np.allclose(place[:2], [59.5, 39.5], atol=1.01), (row, col)


def test_reduction_maps_corners_to_corners() -> None:
    _, reduction = reduce(np.zeros((100, 200), np.float32), 50)
    assert np.allclose(reduction.to_full @ [-0.5, -0.5, 1], [-0.5, -0.5, 1])
    assert np.allclose(reduction.to_full @ [49.5, 24.5, 1], [199.5, 99.5, 1])


def test_gaps_take_the_mean_around_them() -> None:
    values = 5 + noise(3, 6, (100, 100))
    valid = np.ones((100, 100), np.bool_)
    valid[40:60, 40:60] = False
    filled = fill_gaps(np.where(valid, values, np.nan).astype(np.float32), valid, 8.0)
    assert np.isfinite(filled).all()
    assert np.array_equal(filled[valid], values[valid])
    assert abs(filled[45:55, 45:55].mean() - 5) < 1


def test_grey_keeps_the_numbers_of_16_bit() -> None:
    assert grey_of(np.full((4, 4, 3), 40000, np.uint16))[0, 0] == 40000
