import cv2
import numpy as np

from imaging.alignment.elastic import refine_elastically
from imaging.alignment.normalise import light_invariant
from tests.imaging.alignment.pictures import SHAPE, noise, placement, seen_from, skin_world


def test_a_smooth_stretch_is_found_to_a_tenth_of_a_pixel() -> None:
    world = skin_world()
    picture = seen_from(world, placement((0, 0)))
    stretch = np.stack([1.3 * noise(n, 60, SHAPE) for n in (7, 8)], axis=-1)  # (row, col)
    row, col = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]].astype(np.float32)
    # moving(x) = picture(x - stretch(x)), so that reference x lies near x + stretch in the moving picture
    moving = cv2.remap(picture, col - stretch[..., 1], row - stretch[..., 0], cv2.INTER_CUBIC)
    truth = stretch.copy()
    for _ in range(10):
        at = col + truth[..., 1], row + truth[..., 0]
        truth = cv2.remap(stretch, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    reference, _ = light_invariant(picture, 640)
    other, _ = light_invariant(moving, 640)
    found = refine_elastically(reference, other, smooth_px=15)
    inner = (slice(40, -40), slice(40, -40))
    error = np.linalg.norm(found.flow - truth, axis=-1)[inner]
    assert np.linalg.norm(truth, axis=-1)[inner].mean() > 1.0
    assert np.median(error) < 0.15
    assert found.error_px < 0.3


def test_plain_pictures_do_not_move() -> None:
    plain = np.full(SHAPE, 128, np.uint8)
    found = refine_elastically(plain, plain, smooth_px=10)
    assert np.abs(found.flow).max() < 0.01


def test_what_is_not_valid_does_not_pull() -> None:
    reference, _ = light_invariant(seen_from(skin_world(), placement((0, 0))), 640)
    moving = reference.copy()
    moving[:, 320:] = np.roll(moving[:, 320:], 4, axis=0)
    valid = np.zeros(SHAPE, np.bool_)
    valid[:, :300] = True
    found = refine_elastically(reference, moving, 15, valid)
    assert np.abs(found.flow[:, :280]).max() < 0.1
