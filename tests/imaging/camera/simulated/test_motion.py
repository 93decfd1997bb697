"""The hand comes near, settles within the gates' limits and stays calm."""

import numpy as np
import pytest

from imaging.camera.simulated.motion import Placement, hand_of
from imaging.model.protocol import GateLimits

LIMITS = GateLimits()
HANDS = [hand_of((1, n)) for n in range(40)]
SPACING_MM = 0.018


def test_a_placement_of_nothing_is_the_margin_cut_off() -> None:
    matrix = Placement().matrix(SPACING_MM, (960, 1280), 144)
    assert np.allclose(matrix, [[1, 0, 144], [0, 1, 144]])


def test_a_placement_shifts_turns_and_scales_about_the_centre() -> None:
    matrix = Placement(0.18, 0.36, 90.0, 2.0).matrix(SPACING_MM, (961, 1281), 100)
    centre = matrix @ [640, 480, 1]
    assert np.allclose(centre, [640 + 100 + 10, 480 + 100 - 20])
    assert np.linalg.norm(matrix[:, 0]) == pytest.approx(0.5)


def test_two_settled_placements_are_within_the_gates() -> None:
    rest = np.array([[h.rest.x_mm, h.rest.y_mm, h.rest.rotation_deg, h.rest.scale] for h in HANDS])
    spread = rest.max(axis=0) - rest.min(axis=0)
    assert np.hypot(spread[0], spread[1]) < LIMITS.max_offset_mm
    assert spread[2] < LIMITS.max_rotation_deg
    assert spread[3] < LIMITS.max_scale_change
    assert (rest.std(axis=0) > [0.1, 0.1, 0.2, 0.0008]).all()


def test_it_arrives_from_afar_within_ten_seconds() -> None:
    for hand in HANDS:
        start, later = hand.placement(0.0), hand.placement(8.0)
        assert np.hypot(start.x_mm - hand.rest.x_mm, start.y_mm - hand.rest.y_mm) > 0.6
        assert np.hypot(later.x_mm - hand.rest.x_mm, later.y_mm - hand.rest.y_mm) < 0.35
        assert abs(later.rotation_deg - hand.rest.rotation_deg) < 0.4


def test_once_settled_neighbouring_frames_hardly_move() -> None:
    times = 6.0 + np.arange(300) / 30
    for hand in HANDS[:5]:
        path = np.array([[p.x_mm, p.y_mm] for p in map(hand.placement, times)]) / SPACING_MM
        steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
        assert np.percentile(steps, 95) < LIMITS.max_motion_px


def test_the_same_seed_moves_the_same_way() -> None:
    assert hand_of((3, 4)) == hand_of((3, 4))
    assert hand_of((3, 4)) != hand_of((3, 5))
