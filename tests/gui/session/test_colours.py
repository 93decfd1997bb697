"""The moving picture beside the reference: same light, other skin."""

from dataclasses import dataclass

import numpy as np
import pytest

from gui.session.colours import moving_picture
from imaging.model.comparison import Change, Registration
from imaging.model.geometry import Roi
from imaging.model.measurement import MeasuredCapture, MeasureLimits, Measurement
from imaging.model.surface import Surface
from imaging.surface.light.linearise import to_linear, to_srgb8

SHAPE = (60, 80)


@dataclass(frozen=True)
class Scene:
    reference: MeasuredCapture
    change: Change


def scene(gain: float) -> Scene:
    """The same skin under other light; the last twenty columns are not on the moving picture."""
    rng = np.random.default_rng(3)
    skin = to_srgb8(rng.uniform(0.1, 0.4, (*SHAPE, 3)).astype(np.float32))
    flat = np.zeros(SHAPE, np.float32)
    surface = Surface(
        flat, flat, flat, np.zeros((*SHAPE, 3), np.float32), np.zeros((*SHAPE, 3), np.float32), skin,
        np.ones(SHAPE, np.bool_), None, "photometric", "px",
    )  # fmt: skip
    measurement = Measurement({}, {}, {}, (), np.zeros(SHAPE, np.uint8), Roi.whole(SHAPE), MeasureLimits(), None)
    displacement = np.stack(np.indices(SHAPE), axis=-1).astype(np.float32)
    displacement[:, 60:] = np.nan
    registration = Registration(np.eye(3), displacement, "affine", 50, 0.2, 0.75, None, "trusted")
    moved = to_srgb8(to_linear(skin) * np.float32(gain))
    moved[:, 60:] = 0
    nothing = np.zeros(SHAPE, np.bool_)
    change = Change(registration, flat, nothing, moved, flat, (), (), "", Roi.whole(SHAPE), 0.75)
    return Scene(MeasuredCapture(surface, measurement, "lights"), change)


@pytest.mark.parametrize("gain", [0.7, 1.0, 1.5])
def test_light_is_levelled_and_what_is_outside_is_light_grey(gain: float) -> None:
    given = scene(gain)
    shown = moving_picture(given.change, given.reference)
    then = given.reference.surface.photograph
    assert np.abs(shown[:, :60].astype(int) - then[:, :60]).mean() < 1.0
    assert (shown[:, 60:] == 225).all()


def test_redness_is_left_as_it_is() -> None:
    given = scene(1.0)
    redder = np.array(given.change.moving_photograph)
    redder[..., 0] = np.minimum(redder[..., 0].astype(int) + 20, 255)
    change = Change(
        given.change.registration, given.change.change, given.change.significant, redder, given.change.moving_height,
        (), (), "", given.change.roi, 0.75,
    )  # fmt: skip
    shown = moving_picture(change, given.reference)[:, :60].astype(float)
    then = given.reference.surface.photograph[:, :60].astype(float)
    assert (shown[..., 0] - shown[..., 1]).mean() > (then[..., 0] - then[..., 1]).mean() + 12


def test_a_picture_that_lies_nowhere_is_all_grey() -> None:
    given = scene(1.0)
    nothing = np.zeros_like(given.change.moving_photograph)
    lost = Registration(
        np.eye(3), np.full((*SHAPE, 2), np.nan, np.float32), "none", 0, None, 0.0, None, "refused", "unlike"
    )
    change = Change(
        lost, given.change.change, given.change.significant, nothing,
        given.change.moving_height, (), (), "", given.change.roi, 0.0,
    )  # fmt: skip
    assert (moving_picture(change, given.reference) == 225).all()
