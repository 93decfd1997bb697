"""The simulated groove plates, under a ring: opaque, so that their walls are dark and their floors are not."""

import numpy as np
import pytest

from imaging.camera.device import BenchObject, BenchTarget
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.model.inputs import MeasureInputs
from imaging.pipeline import measure
from tests.figures.rendered_pairs import StillClock

DEPTHS_UM = (200.0, 300.0, 400.0)


def deepest_um(depth_um: float) -> float:
    clock = StillClock()
    camera = SimulatedCamera(Population(1, 1), shape=(480, 640), clock=clock, lighting="ring")
    camera.aim(BenchTarget(BenchObject.GROOVE, depth_um=depth_um))
    camera.start()
    inputs = MeasureInputs((camera.grab(1.0).pixels,), spacing=camera.calibration().spacing)
    return max(item.mean_depth for item in measure(inputs).measurement.items)


def test_plates_are_read_in_their_order_and_agree_on_one_factor() -> None:
    shares = np.array([deepest_um(depth) for depth in DEPTHS_UM]) / DEPTHS_UM
    assert (np.diff(shares * DEPTHS_UM) > 0).all()
    assert shares == pytest.approx(np.exp(np.log(shares).mean()), rel=0.15)
