"""A mask of lines thinned to one pixel."""

import cv2
import numpy as np

from imaging.model.arrays import BoolMap

_NEIGHBOURS = np.array([[64, 128, 1], [32, 0, 2], [16, 8, 4]], dtype=np.float32)
"""Bit of each neighbour, clockwise from the top right corner."""


def thin(mask: BoolMap) -> BoolMap:
    """The skeleton of a mask, one pixel wide and connected like it.

    References
    ----------
    Guo and Hall 1989, Comm. ACM 32(3): parallel thinning with two sub-iterations; each is one table look-up.
    """
    lines = np.pad(mask, 1).astype(np.uint8)
    staying = [(~_removable(number)).astype(np.uint8) for number in (0, 1)]
    while True:
        before = int(cv2.countNonZero(lines))
        for table in staying:
            codes = cv2.filter2D(lines, cv2.CV_8U, _NEIGHBOURS, borderType=cv2.BORDER_CONSTANT)
            cv2.bitwise_and(lines, cv2.LUT(codes, table), dst=lines)
        if int(cv2.countNonZero(lines)) == before:
            return np.asarray(lines[1:-1, 1:-1], dtype=np.bool_)


def _removable(pass_number: int) -> BoolMap:
    """For each of the 256 neighbourhoods: may the pixel go in this sub-iteration?"""
    codes = np.arange(256)
    # p2..p9 clockwise from the pixel above
    above, right_up, right, right_down, below, left_down, left, left_up = (
        ((codes >> bit) & 1).astype(bool) for bit in (7, 0, 1, 2, 3, 4, 5, 6)
    )
    ring = (above, right_up, right, right_down, below, left_down, left, left_up)
    crossings = (
        (~ring[0] & (ring[1] | ring[2])).astype(int)
        + (~ring[2] & (ring[3] | ring[4])).astype(int)
        + (~ring[4] & (ring[5] | ring[6])).astype(int)
        + (~ring[6] & (ring[7] | ring[0])).astype(int)
    )
    pairs_a = sum((ring[(k - 1) % 8] | ring[k]).astype(int) for k in (0, 2, 4, 6))
    pairs_b = sum((ring[k] | ring[(k + 1) % 8]).astype(int) for k in (0, 2, 4, 6))
    fewest = np.minimum(pairs_a, pairs_b)
    blocked = ((above | right_up | ~right_down) & right, (below | left_down | ~left_up) & left)[pass_number]
    return np.asarray((crossings == 1) & (fewest >= 2) & (fewest <= 3) & ~blocked)
