import numpy as np

from imaging.alignment.features import find_features, match_features
from tests.imaging.alignment.pictures import placement, seen_from, skin_world


def test_matches_lie_where_the_shift_says() -> None:
    world = skin_world()
    reference = find_features(seen_from(world, placement((0, 0))))
    moving = find_features(seen_from(world, placement((30, -20)), seed=1))
    points_ref, points_mov = match_features(reference, moving)
    away = np.linalg.norm(points_ref - points_mov - [30, -20], axis=1)
    assert len(points_ref) > 200
    assert np.mean(away < 1) > 0.95


def test_unrelated_skin_hardly_matches() -> None:
    one = find_features(seen_from(skin_world(1), placement((0, 0))))
    two = find_features(seen_from(skin_world(2), placement((0, 0))))
    assert len(match_features(one, two)[0]) < 0.05 * len(one)


def test_nothing_is_found_on_a_plain_picture() -> None:
    none = find_features(np.full((100, 100), 90, np.uint8))
    assert len(none) == 0
    assert match_features(none, none)[0].shape == (0, 2)


def test_features_stay_inside_the_mask() -> None:
    mask = np.zeros((480, 640), np.bool_)
    mask[100:200, 300:500] = True
    found = find_features(seen_from(skin_world(), placement((0, 0))), mask)
    col, row = found.points.round().astype(int).T
    assert len(found) > 20
    assert mask[row, col].all()
