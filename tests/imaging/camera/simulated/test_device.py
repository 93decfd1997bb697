"""The simulated camera: pace, lights, faults, controls, aim, and depth that can be measured back."""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from imaging.camera.device import CameraLostError, LightController, Target
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.faults import Fault, Faults
from imaging.camera.simulated.optics import Optics
from imaging.camera.simulated.population import Population
from imaging.errors import CameraError
from imaging.model.inputs import MeasureInputs
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

SHAPE = (240, 320)
LEFT, RIGHT = (SiteKey("crows-feet", side) for side in (Laterality.LEFT, Laterality.RIGHT))


class Bench:
    """A started camera with its clock and its cable."""

    def __init__(self) -> None:
        self.clock, self.faults = SteppedClock(), Faults()
        self.camera = self.another()
        self.camera.start()

    def another(self) -> SimulatedCamera:
        return SimulatedCamera(Population(1), shape=SHAPE, faults=self.faults, clock=self.clock)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.camera.close()


def test_thirty_frames_a_second_on_its_clock(bench: Bench) -> None:
    times = [bench.camera.grab(1.0).time_s for _ in range(31)]
    assert times[-1] - times[0] == pytest.approx(1.0)


def test_who_comes_late_gets_the_next_frame_never_the_same_moment_twice(bench: Bench) -> None:
    bench.camera.grab(1.0)
    bench.clock.wait(0.71)
    late, following = bench.camera.grab(1.0), bench.camera.grab(1.0)
    assert 0.002 < following.time_s - late.time_s <= 1 / 30 + 1e-9


def test_every_frame_has_noise_of_its_own(bench: Bench) -> None:
    first, second = (bench.camera.grab(1.0).pixels.astype(int) for _ in range(2))
    assert 0.5 < np.std(first - second) < 12


def test_lights_change_what_is_seen(bench: Bench) -> None:
    lights = bench.camera.lights
    assert isinstance(lights, LightController)
    assert len(lights.lights) == 4
    lights.select("upper-right")
    frame = bench.camera.grab(1.0)
    assert frame.light == "upper-right"
    assert frame.pixels[:60, -80:].mean() > 1.15 * frame.pixels[-60:, :80].mean()
    lights.select(None)
    assert bench.camera.grab(1.0).light is None
    with pytest.raises(CameraError, match='no light "moon"'):
        lights.select("moon")


def test_a_ring_cannot_be_switched() -> None:
    camera = SimulatedCamera(Population(1), shape=SHAPE, lighting="ring", clock=SteppedClock())
    camera.start()
    assert camera.lights.lights == ()
    assert camera.calibration().lights is None
    assert camera.calibration().spacing is not None
    assert camera.grab(1.0).light is None


def test_unplugged_handles_stay_dead_and_a_new_one_works(bench: Bench) -> None:
    bench.faults.begin(Fault.UNPLUG)
    with pytest.raises(CameraLostError, match="unplugged"):
        bench.camera.grab(1.0)
    with pytest.raises(CameraError, match="not connected"):
        bench.another().start()
    bench.faults.end()
    with pytest.raises(CameraLostError):
        bench.camera.grab(1.0)
    again = bench.another()
    again.start()
    assert again.grab(1.0).shape == SHAPE


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (Fault.STALL, "sent no picture for 2 s"),
        (Fault.BLACK, "black"),
        (Fault.WRONG_SIZE, "instead of 320 x 240"),
        (Fault.TORN, "torn"),
        (Fault.CORRUPT, "corrupt"),
    ],
)
def test_faults_become_sentences_and_pass(bench: Bench, fault: Fault, word: str) -> None:
    bench.faults.begin(fault)
    with pytest.raises(CameraError, match=word) as error:
        bench.camera.grab(2.0)
    assert not isinstance(error.value, CameraLostError)
    bench.faults.end()
    assert bench.camera.grab(1.0).shape == SHAPE


def test_a_stall_lasts_as_long_as_one_waits(bench: Bench) -> None:
    bench.faults.begin(Fault.STALL)
    before = bench.clock()
    with pytest.raises(CameraError):
        bench.camera.grab(2.0)
    assert bench.clock() - before == pytest.approx(2.0, abs=0.05)


def test_a_frozen_picture_is_noticed(bench: Bench) -> None:
    bench.camera.grab(1.0)
    bench.faults.begin(Fault.FROZEN)
    with pytest.raises(CameraError, match="frozen"):
        for _ in range(90):
            bench.camera.grab(1.0)


def test_exposure_gain_white_balance_and_focus_work(bench: Bench) -> None:
    def mean() -> np.ndarray:
        return bench.camera.grab(1.0).pixels.reshape(-1, 3).mean(axis=0)

    before = mean()
    assert bench.camera.apply({"exposure": 78})[0].is_held
    assert (mean() < 0.8 * before).all()
    bench.camera.apply({"exposure": 156, "white_balance": 6500})
    warm = mean()
    assert warm[0] > before[0] + 3
    assert warm[2] < before[2] - 3
    bench.camera.apply({"white_balance": 4600})
    sharp = np.abs(np.diff(bench.camera.grab(1.0).pixels.astype(int), axis=1)).mean()
    bench.camera.apply({"focus": 200})
    assert np.abs(np.diff(bench.camera.grab(1.0).pixels.astype(int), axis=1)).mean() < 0.9 * sharp


def test_controls_keep_to_their_limits(bench: Bench) -> None:
    (reading,) = bench.camera.apply({"gain": 900.0})
    assert reading.read_back == 100.0
    assert not reading.is_held


def test_aim_puts_other_skin_under_the_camera(bench: Bench) -> None:
    pictures = {}
    for code, site in (("S-001", LEFT), ("S-001", RIGHT), ("S-002", LEFT)):
        bench.camera.aim(Target(code, site, 0))
        bench.clock.wait(8.0)
        pictures[code, site] = bench.camera.grab(1.0).pixels[..., 1].astype(float)
    first, *others = pictures.values()
    assert all(np.corrcoef(first.ravel(), other.ravel())[0, 1] < 0.6 for other in others)


def test_after_the_way_to_the_site_replicates_look_alike(bench: Bench) -> None:
    views = []
    for replicate in (1, 2):
        bench.camera.aim(Target("S-001", LEFT, 0, replicate))
        bench.clock.wait(8.0)
        views.append(bench.camera.grab(1.0).pixels.mean(axis=(0, 1)))
    assert np.abs(views[0] - views[1]).max() < 4


def test_without_a_clock_it_runs_in_real_time() -> None:
    camera = SimulatedCamera(Population(1), shape=(60, 80))
    camera.start()
    start = time.monotonic()
    frames = [camera.grab(1.0) for _ in range(10)]
    assert frames[-1].time_s - frames[0].time_s >= 0.2
    assert start <= frames[0].time_s <= time.monotonic()


@pytest.mark.parametrize(("translucency", "gloss", "low", "high"), [(0.0, 0.0, 0.93, 1.07), (1.0, 1.0, 0.65, 1.3)])
def test_photometric_stereo_finds_the_depth(translucency: float, gloss: float, low: float, high: float) -> None:
    """Opaque and matte it is exact; translucency takes, gloss adds: both are found and taken back."""
    from imaging.surface.reconstruction import reconstruct

    shape, target = (480, 640), Target("S-001", LEFT, 0)
    optics = Optics(translucency=translucency, gloss=gloss)
    clock = SteppedClock()
    camera = SimulatedCamera(Population(1), shape=shape, optics=optics, clock=clock)
    camera.start()
    clock.wait(8.0)
    frames = []
    for light in camera.lights.lights:
        camera.lights.select(light)
        frames.append(camera.grab(1.0).pixels)
    calibration = camera.calibration()
    assert calibration.lights is not None
    surface = reconstruct(MeasureInputs(tuple(frames), calibration.lights.lights, calibration.spacing))
    truth = Population(1).skin(target, shape)
    deep = truth.grid.framed(truth.height_um)
    rough = [_roughness(height) for height in (surface.height, deep)]
    assert low < rough[0] / rough[1] < high


def _roughness(height: np.ndarray) -> float:
    """Spread of what is finer than about 3 mm: the furrows."""
    import cv2

    detail = np.nan_to_num(height) - cv2.GaussianBlur(np.nan_to_num(height).astype(np.float32), (0, 0), 28)
    fine = cv2.GaussianBlur(detail.astype(np.float32), (0, 0), 2.5)[60:-60, 60:-60]
    return float(np.std(fine))


def test_without_power_the_controls_are_forgotten(bench: Bench) -> None:
    bench.camera.start()
    bench.camera.apply({"gain": 9.0, "gamma": 3.0})
    assert {c.name: c.read_back for c in bench.camera.controls}["gamma"] is None, "refused, and on record"
    bench.faults.begin(Fault.UNPLUG)
    bench.faults.end()
    bench.camera.start()
    held = {c.name: (c.asked, c.read_back) for c in bench.camera.controls}
    assert held["gain"] == (None, 0.0)
    assert "gamma" not in held
