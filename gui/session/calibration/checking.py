"""From a shot of a target to a check against the device file. Runs off the GUI thread. No Qt."""

from collections.abc import Callable, Mapping, Sequence

from gui.bridge.numbers import spelled
from gui.session.calibration.calibrating import TITLES, Choices, StepKey
from gui.session.calibration.making import Bench, Made, all_lights, ball_pictures, evenly, read_depth, scaled
from imaging.calibration.colour import CardReading
from imaging.calibration.colour_card import read_card
from imaging.calibration.daily import DailyFrames
from imaging.calibration.depth import estimate_depth_factor
from imaging.calibration.device_store import OpenDevice
from imaging.calibration.lights import BallKind, BallSetting, estimate_directions, estimate_positions
from imaging.calibration.state import deviation_words
from imaging.calibration.verification import verify_colour, verify_depth, verify_lights
from imaging.capture.start_of_day import check_start_of_day
from imaging.errors import CalibrationError
from imaging.model.calibration import Check
from imaging.model.light_stack import LightStack

Verify = Callable[[OpenDevice, Sequence[LightStack], Choices], tuple[Check, ...]]


def check(step: StepKey, bench: Bench, stacks: Sequence[LightStack], choices: Choices) -> Made:
    """One section against the device file; the result is in its drift list and in the archive.

    Parameters
    ----------
    stacks : one shot; several only for the places of the ball

    Raises
    ------
    CalibrationError, MeasurementError
        The pictures do not do, or there is nothing to check; the drift list stays as it was.
    """
    device = bench.opened()
    if step in _DAILY:
        checks = check_start_of_day(device, _DAILY[step](stacks[0]), bench.archive).checks
    else:
        checks = _VERIFY[step](device, stacks, choices)
        device.record(*checks)
        bench.told()
    return _said(TITLES[step].lower(), checks)


def _said(name: str, checks: Sequence[Check]) -> Made:
    worst = max(checks, key=_nearness)
    figures = "; ".join(_figure(one) for one in checks)
    short = _figure(worst).split(" (")[0]
    if all(one.passed for one in checks):
        return Made(f"The {name} {_be(name)} within {_its(name)} limits.", short, f"{figures}.")
    advice = f"Clean the lens and the target and check again; if it stays, calibrate the {name} anew."
    return Made(f"The {name} {_be(name)} beyond {_its(name)} limit.", short, f"{figures}. {advice}", is_off=True)


def _be(name: str) -> str:
    return "are" if name.endswith("s") else "is"


def _its(name: str) -> str:
    return "their" if name.endswith("s") else "its"


def _figure(one: Check) -> str:
    """For example "Level −30.0 % (limit ± 10 %)"."""
    name = (one.quantity or "off by").capitalize()
    return spelled(
        f"{name} {deviation_words(one.deviation, one.limit)} {one.unit} (limit ±\u202f{one.limit:g} {one.unit})"
    )


def _nearness(one: Check) -> float:
    return abs(one.deviation) / one.limit


def _colour(device: OpenDevice, stacks: Sequence[LightStack], _choices: Choices) -> tuple[Check, ...]:
    if device.known.colour is None:
        raise CalibrationError("The device file has no colour correction to compare with: calibrate the colour first.")
    frames = [evenly(stack) for stack in stacks]
    readings = [CardReading(*read_card(frame.pixels, frame.encoding)) for frame in frames]
    return (verify_colour(device.known.colour, readings, device.now),)


def _lights(device: OpenDevice, stacks: Sequence[LightStack], choices: Choices) -> tuple[Check, ...]:
    """Directions where the device file knows directions, else positions from all places of the ball."""
    if device.known.lights is None:
        raise CalibrationError("The device file has no lights to compare with: calibrate the lights first.")
    kind: BallKind = "mirror" if choices.ball == "mirror" else "matte"
    setting = BallSetting(kind, stacks[0].frames[0].encoding, scaled(device.known, stacks[0]).spacing)
    places = [ball_pictures(stack) for stack in stacks]
    is_near = device.known.lights.lights.model == "near"
    found = estimate_positions(places, setting) if is_near else estimate_directions(places[0], setting)
    return verify_lights(device.known.lights, found, device.now)


def _depth(device: OpenDevice, stacks: Sequence[LightStack], choices: Choices) -> tuple[Check, ...]:
    if device.known.depth is None:
        raise CalibrationError("The device file has no depth factor to compare with: calibrate the depth first.")
    reading, method = read_depth(device, stacks[0], choices.depth)
    return (verify_depth(device.known.depth, estimate_depth_factor([reading], method), device.now),)


def _white_frames(stack: LightStack) -> DailyFrames:
    return DailyFrames(white=all_lights(stack), encoding=stack.frames[0].encoding)


def _scale_frames(stack: LightStack) -> DailyFrames:
    return DailyFrames(scale=evenly(stack).pixels, encoding=stack.frames[0].encoding)


_DAILY: Mapping[StepKey, Callable[[LightStack], DailyFrames]] = {
    StepKey.WHITE: _white_frames,
    StepKey.SCALE: _scale_frames,
}
_VERIFY: Mapping[StepKey, Verify] = {StepKey.COLOUR: _colour, StepKey.LIGHTS: _lights, StepKey.DEPTH: _depth}
