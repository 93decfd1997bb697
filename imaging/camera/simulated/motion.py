"""How a hand-held camera moves over a patient who breathes."""

from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import Points

SETTLING_S = 1.2
"""Time in which the way to the site shrinks to a third."""


@dataclass(frozen=True)
class Placement:
    """Where the camera lies relative to the site's own axes."""

    x_mm: float = 0.0
    y_mm: float = 0.0
    rotation_deg: float = 0.0
    scale: float = 1.0

    def matrix(self, spacing_mm: float, frame_shape: tuple[int, int], margin_px: int) -> Points:
        """(2, 3): (col, row, 1) of the frame to (col, row) of the prerendered skin with its margin."""
        angle = np.radians(self.rotation_deg)
        cos, sin = np.cos(angle) / self.scale, np.sin(angle) / self.scale
        turn = np.array([[cos, sin], [-sin, cos]])
        centre = np.array([(frame_shape[1] - 1) / 2, (frame_shape[0] - 1) / 2])
        shift = np.array([self.x_mm, -self.y_mm]) / spacing_mm
        return np.column_stack([turn, centre + margin_px + shift - turn @ centre])


@dataclass(frozen=True)
class Hand:
    """The movement of one placement: it approaches, settles near the site and never holds quite still.

    Parameters
    ----------
    rest : where it settles; differs from replicate to replicate
    approach : where it comes from, added at the start and dying away
    phase : of the wandering, so that no two placements move alike
    sway : how much of the wandering, breathing and tremor is there: 1 held by hand, near 0 on a stand and a chin rest
    """

    rest: Placement
    approach: Placement
    phase: float
    sway: float = 1.0

    def placement(self, since_s: float) -> Placement:
        """Where the camera is, seconds after it was aimed."""
        way = float(np.exp(-max(since_s, 0.0) / SETTLING_S))
        t, p, sway = since_s, self.phase, self.sway
        wander_x = 0.10 * np.sin(0.61 * t + p) + 0.05 * np.sin(1.37 * t + 2 * p)
        wander_y = 0.09 * np.sin(0.53 * t + 1.7 * p) + 0.04 * np.sin(1.19 * t + p)
        breath = np.sin(2 * np.pi * 0.25 * t + 3 * p)
        tremor = 0.0022 * np.sin(2 * np.pi * 8.7 * t + p), 0.0022 * np.sin(2 * np.pi * 9.4 * t + 2 * p)
        return Placement(
            self.rest.x_mm + way * self.approach.x_mm + sway * (wander_x + tremor[0]),
            self.rest.y_mm + way * self.approach.y_mm + sway * (wander_y + 0.05 * breath + tremor[1]),
            self.rest.rotation_deg + way * self.approach.rotation_deg + sway * 0.12 * np.sin(0.47 * t + p),
            self.rest.scale + way * (self.approach.scale - 1.0) + sway * 0.0007 * breath,
        )


def hand_of(seed: tuple[int, ...]) -> Hand:
    """One placement: rests within 0.7 mm, 1.2 degrees and 0.4 % of the site's own axes, any two within twice that."""
    rng = np.random.default_rng(seed)
    rest = np.clip(rng.normal(0, [0.30, 0.30, 0.55, 0.0018]), [-0.7, -0.7, -1.2, -0.004], [0.7, 0.7, 1.2, 0.004])
    side = rng.choice([-1.0, 1.0], 4)
    way = side * np.array([2.4, 1.8, 4.5, 0.025]) * rng.uniform(0.6, 1.0, 4)
    return Hand(
        Placement(float(rest[0]), float(rest[1]), float(rest[2]), 1.0 + float(rest[3])),
        Placement(float(way[0]), float(way[1]), float(way[2]), 1.0 + float(way[3])),
        float(rng.uniform(0, 6.28)),
    )
