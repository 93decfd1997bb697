"""`calibrate verify-…`: new pictures of a target against the device file, the result kept; `status`: what it holds."""

import argparse
import json
from collections.abc import Callable, Mapping
from typing import Any

from imaging.calibration.device_file import calibration_to_json
from imaging.calibration.device_store import OpenDevice
from imaging.calibration.sections import check_to_json
from imaging.calibration.state import calibration_state, deviation_words
from imaging.calibration.verification import (
    SECTIONS,
    daily_checks_due,
    doubtful_since,
    drift,
    due_on,
    other_order_words,
    other_whites_words,
    verdict_words,
    verify_colour,
    verify_depth,
    verify_flat_field,
    verify_lights,
    verify_scale,
)
from imaging.commands.calibrate_sections import read_ball, read_cards, read_depth, read_patches, read_scale
from imaging.commands.measure_inputs import read_alike
from imaging.errors import CalibrationError
from imaging.model.calibration import Check

_MOST_CHECKS = 12
"""Of each section in the words of `status`; JSON has all."""


def check_scale(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """Spacing now against the device file's."""
    scale = _there(device, "scale", device.known.scale)
    return _kept(arguments, device, verify_scale(scale, read_scale(arguments, scale), device.now))


def check_flat_field(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """White fields now against those beside the device file."""
    _there(device, "flat_field", device.known.flat_field)
    known = read_alike(device.flat_field_paths())
    pictures = read_alike(arguments.frames)
    checks = verify_flat_field(known, pictures, device.now, arguments.encoding)
    return _kept(arguments, device, *checks, hint=other_whites_words(known, pictures, arguments.encoding))


def check_colour(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """The card's colours now, under the device file's correction."""
    colour = _there(device, "colour", device.known.colour)
    patches = read_patches(arguments.patches)
    return _kept(arguments, device, verify_colour(colour, read_cards(arguments), device.now, patches))


def check_lights(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """The lights now, from a ball, against the device file's."""
    lights = _there(device, "lights", device.known.lights)
    found = read_ball(arguments, device)
    return _kept(arguments, device, *verify_lights(lights, found, device.now), hint=other_order_words(lights, found))


def check_depth(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """What measured targets ask for now against the device file's factor."""
    depth = _there(device, "depth", device.known.depth)
    found, _ = read_depth(arguments)
    return _kept(arguments, device, verify_depth(depth, found, device.now))


def tell_status(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """The device file in words or JSON; nothing is written."""
    if not device.path.exists():
        raise CalibrationError(f"{device.path} is not there: make it with calibrate scale.")
    day = device.now.astimezone().date()
    state, since = device.known.state_on(day), doubtful_since(device.known)
    if not arguments.json:
        doubt = f"\nCaptures since {since.astimezone():%Y-%m-%d %H:%M} are in doubt." if since else ""
        said = f"{device.known.device}: {calibration_state(device.known, day).sentence}{doubt}"
        return "\n".join([said, *(_section_words(device, name) for name in SECTIONS)])
    values = calibration_to_json(device.known) | {
        "state": state,
        "doubtful_since": since.isoformat() if since else None,
    }
    values["due"] = [due.section for due in due_on(device.known, day)]
    values["daily_checks_due"] = list(daily_checks_due(device.known, device.now.astimezone()))
    return json.dumps(values, indent=1)


def _section_words(device: OpenDevice, name: str) -> str:
    """One line: made, valid until, residual; below it every check since, with its limits and its result."""
    part = getattr(device.known, name)
    if part is None:
        return f"  {name:11} not made"
    made = part.validity
    until = made.valid_until.isoformat() if made.valid_until else "further notice"
    residual = "" if made.residual is None else f", residual {made.residual:.3g}"
    checks = [check for check in drift(device.known, name) if not check.is_new]
    said = [f"  {name:11} made {made.made_on.isoformat()}, valid until {until}{residual}"]
    return "\n".join(said + [f"  {'':11} {check_line(check)}" for check in checks[-_MOST_CHECKS:]])


def check_line(check: Check) -> str:
    """For example "2026-03-02 08:12 level +1.2 % (limit 10): passed"."""
    quantity = f" {check.quantity}" if check.quantity else ""
    off = f"{deviation_words(check.deviation, check.limit)} {check.unit}"
    result = "passed" if check.passed else "failed"
    return f"{check.checked_at.astimezone():%Y-%m-%d %H:%M}{quantity} {off} (limit {check.limit:g}): {result}"


def _there(device: OpenDevice, section: str, part: Any) -> Any:
    if part is None:
        name = section.replace("_", "-")
        raise CalibrationError(f"{device.path} has no section {section} to check: run calibrate {name} first.")
    return part


def _kept(arguments: argparse.Namespace, device: OpenDevice, *checks: Check, hint: str = "") -> str:
    """Into the drift list; a failed check ends with its sentence as the error.

    Parameters
    ----------
    hint : why it may have failed
    """
    device.record(*checks)
    words = f"{verdict_words(checks)} {hint}".rstrip()
    result = json.dumps([check_to_json(check) for check in checks], indent=1) if arguments.json else words
    if all(check.passed for check in checks):
        return result
    if arguments.json:
        print(result)
    raise CalibrationError(words)


CHECK: Mapping[str, Callable[[argparse.Namespace, OpenDevice], str]] = {
    "verify-scale": check_scale,
    "verify-flat-field": check_flat_field,
    "verify-colour": check_colour,
    "verify-lights": check_lights,
    "verify-depth": check_depth,
    "status": tell_status,
}
