"""What is wrong with a lamp is said in one sentence and nothing is kept. Simulated skin; time moves when waited on."""

import pytest

from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.lamps import LampFaults
from imaging.camera.simulated.population import Population
from imaging.capture.burst import Burst, LampError, shoot_stack
from imaging.model.lights import Lights

UR, UL, LL, LR = "upper-right", "upper-left", "lower-left", "lower-right"
PERIOD_S = 1 / 30


@pytest.fixture(scope="module")
def station() -> tuple[SimulatedCamera, SteppedClock]:
    clock = SteppedClock()
    camera = SimulatedCamera(Population(1), shape=(240, 320), clock=clock)
    camera.start()
    clock.wait(8.0)
    return camera, clock


def shoot(station, faults: LampFaults, is_calibrated: bool = True):
    camera, clock = station
    camera.lights.faults = faults
    calibration = camera.calibration().lights if is_calibrated else None
    burst = Burst(calibrated=calibration.lights if calibration else None)
    try:
        return shoot_stack(camera, camera.lights, burst, clock)
    finally:
        assert camera.lights.selected is None
        camera.lights.faults = LampFaults()


def is_lit_by(stack, station) -> bool:
    """The frames are those of the lamps, up to noise and motion."""
    truth = shoot(station, LampFaults())
    return all(
        abs(float(one.pixels.mean()) - float(other.pixels.mean())) < 1.5
        and abs(float(one.pixels[:, :80].mean()) - float(other.pixels[:, :80].mean())) < 2.5
        for one, other in zip((stack.overview, *stack.frames), (truth.overview, *truth.frames), strict=True)
    )


@pytest.mark.parametrize("is_calibrated", [True, False])
@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        (LampFaults(dead=frozenset({LL})), 'Light "lower-left" stays dark'),
        (LampFaults(dead=frozenset({UR, LL})), 'Lights "upper-right" and "lower-left" stay dark'),
        (LampFaults(dead=frozenset({UR, UL})), 'did not change when light "upper-left" was switched on'),
        (LampFaults(wired={UL: LR, LR: UL}), 'Lights "upper-left" and "lower-right" are swapped'),
        (LampFaults(wired={UR: UL, UL: LL, LL: LR, LR: UR}), "come on in another order"),
        (LampFaults(stuck=frozenset({LL})), 'Light "lower-left" shines while others are asked for'),
        (LampFaults(wired={LL: UL}), 'did not change when light "lower-left" was switched on'),
        (LampFaults(wired={LR: UL}), 'Lights "upper-left" and "lower-right" give the same picture'),
    ],
)
def test_what_is_wrong_is_named(station, faults: LampFaults, sentence: str, is_calibrated: bool) -> None:
    with pytest.raises(LampError) as told:
        shoot(station, faults, is_calibrated)
    assert sentence in str(told.value)
    assert str(told.value).endswith("then take the picture again.")


def test_an_overview_that_comes_too_early_is_taken_again(station) -> None:
    camera, _ = station
    camera.lights.select(UL)
    stack = shoot(station, LampFaults(delay_s=0.2))
    assert is_lit_by(stack, station)


@pytest.mark.parametrize("delay_s", [0.0, 0.04, 0.2, 0.4])
def test_slow_lamps_are_waited_for(station, delay_s: float) -> None:
    stack = shoot(station, LampFaults(delay_s=delay_s + 1e-6))
    assert [frame.light for frame in stack.frames] == [UR, UL, LL, LR]
    assert is_lit_by(stack, station)


def test_but_not_for_ever(station) -> None:
    _, clock = station
    began = clock()
    with pytest.raises(LampError, match="did not change"):
        shoot(station, LampFaults(delay_s=30.0))
    assert clock() - began < Burst().timeout_s


def test_good_lamps_run_as_fast_as_the_camera(station) -> None:
    """Overview and four lights: one frame each for a camera that tells its light, two for one that does not."""
    _, clock = station
    began = clock()
    shoot(station, LampFaults())
    assert clock() - began <= 6 * PERIOD_S
    began = clock()
    shoot(station, LampFaults(delay_s=1e-6))
    assert clock() - began <= 10 * PERIOD_S


def test_pictures_of_targets_are_not_judged_by_their_lamps(station) -> None:
    camera, clock = station
    camera.lights.faults = LampFaults(wired={LL: UL, UR: LR})
    stack = shoot_stack(camera, camera.lights, Burst(is_verified=False), clock)
    camera.lights.faults = LampFaults()
    assert [frame.light for frame in stack.frames] == [UR, UL, LL, LR]


def test_the_frames_follow_the_order_of_the_device_file(station) -> None:
    camera, clock = station
    known = camera.calibration().lights.lights
    turned = Lights("near", known.vectors[::-1], names=known.names[::-1])
    stack = shoot_stack(camera, camera.lights, Burst(calibrated=turned), clock)
    assert [frame.light for frame in stack.frames] == [LR, LL, UL, UR]


def test_another_number_of_lights_than_calibrated_is_refused(station) -> None:
    camera, clock = station
    known = Lights("near", camera.calibration().lights.lights.vectors[:3])
    with pytest.raises(LampError, match="knows 3 lights, but 4 can be switched"):
        shoot_stack(camera, camera.lights, Burst(calibrated=known), clock)
