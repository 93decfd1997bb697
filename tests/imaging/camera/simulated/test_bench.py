"""What is laid under the simulated camera to calibrate it: the real finders see in it what is true of the camera."""

from collections.abc import Iterator

import numpy as np
import pytest

from imaging.calibration.boards import find_board
from imaging.calibration.colour import CardReading, estimate_colour
from imaging.calibration.colour_card import read_card
from imaging.calibration.flat_field import check_flat_fields
from imaging.calibration.lights import BallKind, BallPictures, BallSetting, estimate_positions
from imaging.calibration.scale import estimate_scale
from imaging.camera.device import BenchObject, BenchTarget
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.bench import BALL_RADIUS_MM
from imaging.camera.simulated.device import FIRST_TARGET, SimulatedCamera
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.optics import QUADRANTS
from imaging.camera.simulated.population import Population
from imaging.capture.burst import shoot_stack
from imaging.errors import CalibrationError
from imaging.model.arrays import BoolMap, Pixels
from imaging.model.inputs import MeasureInputs
from imaging.model.light_stack import LightStack
from imaging.pipeline import measure

SHAPE = (240, 320)
GRID = Grid(SHAPE)


class Bench:
    """A started camera that looks at objects."""

    def __init__(self) -> None:
        self.clock = SteppedClock()
        self.camera = SimulatedCamera(Population(1), shape=SHAPE, clock=self.clock)
        self.camera.start()

    def look(self, thing: BenchObject, after_s: float = 8.0) -> Pixels:
        self.camera.aim(BenchTarget(thing))
        self.clock.wait(after_s)
        return self.camera.grab(1.0).pixels

    def shoot(self, target: BenchTarget) -> LightStack:
        self.camera.aim(target)
        return shoot_stack(self.camera, self.camera.lights, clock=self.clock)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.camera.close()


def test_the_board_says_the_true_spacing_once_it_lies_flat(bench: Bench) -> None:
    found = estimate_scale([find_board(bench.look(BenchObject.SCALE))])
    assert (found.spacing.row_mm, found.spacing.col_mm) == pytest.approx([GRID.spacing_mm] * 2, rel=5e-4)


def test_a_board_just_put_down_is_tilted(bench: Bench) -> None:
    with pytest.raises(CalibrationError, match="tilted"):
        estimate_scale([find_board(bench.look(BenchObject.SCALE, 0.0))])


def test_the_white_card_is_even_enough_under_every_light(bench: Bench) -> None:
    frames = [frame.pixels for frame in bench.shoot(BenchTarget(BenchObject.WHITE)).frames]
    assert check_flat_fields(frames).evenness > 0.3


def test_the_colour_card_is_read_patch_by_patch(bench: Bench) -> None:
    found = estimate_colour([CardReading(*read_card(bench.look(BenchObject.CARD)))])
    assert found.residual < 2


@pytest.mark.parametrize(
    ("thing", "kind", "off_mm"), [(BenchObject.MATTE_BALL, "matte", 1.2), (BenchObject.MIRROR_BALL, "mirror", 1.0)]
)
def test_a_ball_at_three_places_says_where_the_lights_are(
    bench: Bench, thing: BenchObject, kind: BallKind, off_mm: float
) -> None:
    places = [(-6.5, 0.0), (6.5, 0.0), (0.0, 4.5)]
    seen = [BallPictures(frames_of(bench.shoot(BenchTarget(thing, place))), mask_at(place)) for place in places]
    found = estimate_positions(seen, BallSetting(kind, spacing=GRID.spacing))
    assert np.linalg.norm(found.lights.vectors - QUADRANTS, axis=1).max() < off_mm


def test_a_groove_is_about_as_deep_as_it_was_cut(bench: Bench) -> None:
    stack = bench.shoot(BenchTarget(BenchObject.GROOVE, depth_um=200.0))
    lights = bench.camera.calibration().lights
    assert lights is not None
    read = measure(MeasureInputs(frames_of(stack), lights.lights, GRID.spacing)).measurement
    assert read.wrinkles["deepest_mean_depth_um"] == pytest.approx(200, rel=0.2)


def test_skin_is_there_again_when_it_is_aimed_at(bench: Bench) -> None:
    bench.look(BenchObject.WHITE)
    bench.camera.aim(FIRST_TARGET)
    red, _, blue = bench.camera.grab(1.0).pixels.reshape(-1, 3).mean(axis=0)
    assert red > 1.1 * blue


def frames_of(stack: LightStack) -> tuple[Pixels, ...]:
    return tuple(frame.pixels for frame in stack.frames)


def mask_at(place_mm: tuple[float, float]) -> BoolMap:
    rows, cols = np.indices(SHAPE)
    x = (cols - (SHAPE[1] - 1) / 2) * GRID.spacing_mm - place_mm[0]
    y = ((SHAPE[0] - 1) / 2 - rows) * GRID.spacing_mm - place_mm[1]
    return np.asarray(x**2 + y**2 < BALL_RADIUS_MM**2)
