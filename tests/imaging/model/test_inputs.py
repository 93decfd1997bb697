"""What cannot be measured is refused before any work, in one sentence."""

import math

import numpy as np
import pytest

from imaging.errors import MeasurementError
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights

FRAME = np.full((12, 16), 100, np.uint8)


def ring(zenith_deg: float, azimuths_deg: tuple[float, ...]) -> Lights:
    zenith = math.radians(zenith_deg)
    return Lights(
        "distant",
        np.array([
            [math.sin(zenith) * math.cos(a), math.sin(zenith) * math.sin(a), math.cos(zenith)]
            for a in np.radians(azimuths_deg)
        ]),
    )  # fmt: skip


@pytest.mark.parametrize("azimuths", [(0, 0, 0, 0), (0, 180, 0, 180), (30, 210, 30)])
def test_lights_in_one_plane_are_refused(azimuths: tuple[float, ...]) -> None:
    with pytest.raises(MeasurementError, match="one plane"):
        MeasureInputs((FRAME,) * len(azimuths), ring(45, azimuths))


@pytest.mark.parametrize("zenith", [2, 20, 80])
def test_lights_around_the_camera_are_taken(zenith: float) -> None:
    assert MeasureInputs((FRAME,) * 3, ring(zenith, (0, 120, 240))).lights is not None


def test_near_lights_in_one_plane_parallel_to_the_skin_are_taken() -> None:
    positions = np.array([[20, 20, 80], [-20, 20, 80], [20, -20, 80], [-20, -20, 80]])
    assert MeasureInputs((FRAME,) * 4, Lights("near", positions), Spacing.square(0.02)).lights is not None


@pytest.mark.parametrize(
    "frame", [np.zeros((12, 16), np.uint8), np.full((12, 16), np.nan, np.float32), -np.ones((12, 16, 3), np.float32)]
)
def test_frames_that_saw_nothing(frame: np.ndarray) -> None:
    with pytest.raises(MeasurementError, match="No pixel saw any light"):
        MeasureInputs((frame,))


def test_a_picture_of_one_pixel() -> None:
    with pytest.raises(MeasurementError, match="too small"):
        MeasureInputs((FRAME[:1, :1],))


@pytest.mark.parametrize("step", [0, -1, math.nan, math.inf, 1e-300, 1e300])
def test_no_length_of_skin(step: float) -> None:
    for spacing in ((step, 0.02), (0.02, step)):
        with pytest.raises(MeasurementError, match="is not a length of skin"):
            Spacing(*spacing)


def test_a_grey_frame_among_coloured_ones_is_named() -> None:
    coloured = np.dstack([FRAME] * 3)
    with pytest.raises(MeasurementError, match="Frame 2 is grey, others are colour"):
        MeasureInputs((coloured, FRAME, coloured), ring(45, (0, 120, 240)))


def test_positions_in_metres_are_named() -> None:
    metres = np.array([[20, 20, 80], [-20, 20, 80], [20, -20, 80], [-20, -20, 80]]) / 1000
    with pytest.raises(MeasurementError, match=r"Light 1 is only 0\.08 mm over a picture of .* in mm"):
        MeasureInputs((np.full((300, 400), 100, np.uint8),) * 4, Lights("near", metres), Spacing.square(0.02))


def test_one_is_one_and_not_many() -> None:
    with pytest.raises(MeasurementError, match="1 frame but 3 lights"):
        MeasureInputs((FRAME,), ring(45, (0, 120, 240)))
