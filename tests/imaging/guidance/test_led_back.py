"""A hand that does what the live pose says, not quite exactly, ends where the baseline was taken."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.camera.device import Target
from imaging.guidance.context import GateContext, make_baseline
from imaging.model.protocol import GateLimits
from tests.figures.guided_placement import MOST_LOOKS, HeldPopulation, Technician
from tests.figures.rendered_pairs import CROWS_FEET

SHAPE = (360, 480)
LIMITS = GateLimits()


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_told_leads_back(seed: int) -> None:
    technician = Technician(HeldPopulation(seed=11, subjects=1), SHAPE, np.random.default_rng(seed))
    target = Target("S-001", CROWS_FEET, 0, 1)
    technician.camera.aim(target)
    baseline = make_baseline(technician.camera.grab(1.0).pixels)
    context = GateContext(site=CROWS_FEET, spacing=technician.camera.calibration().spacing, baseline=baseline)
    for replicate in (2, 3, 4):
        technician.follow(replace(target, replicate=replicate), context)
        held = technician.population.held
        slack_mm = 0.4  # the hand that took the baseline moved as well
        assert np.hypot(held.x_mm, held.y_mm) < LIMITS.max_offset_mm + slack_mm
        assert abs(held.rotation_deg) < LIMITS.max_rotation_deg + 0.3
        assert abs(held.scale - 1) < LIMITS.max_scale_change + 0.002
    assert max(technician.looks) < MOST_LOOKS / 4
