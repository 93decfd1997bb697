"""`calibrate KIND ... --out FILE`: one section of a device file from pictures of a target, or a check of it."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.commands.arguments import Surroundings, add_json, numbers, place, spacing_numbers
from imaging.commands.progress import Progress

if TYPE_CHECKING:
    from imaging.calibration.device_store import OpenDevice

KINDS = {
    "scale": "spacing and lens distortion from the scale target",
    "flat-field": "white fields, one per light",
    "colour": "colour correction from a 24-patch card",
    "lights": "directions or positions of the lights from a ball",
    "depth": "µm per unit from measured targets of known depth",
    "verify-scale": "check the scale against the device file",
    "verify-flat-field": "check new white fields against those of the device file",
    "verify-colour": "check the colour correction against the device file",
    "verify-lights": "check the lights against the device file, from a ball",
    "verify-depth": "check the depth factor against the device file, from measured targets",
    "status": "what the device file holds, until when it counts, and how it drifted",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True, title="kinds")
    for name, purpose in KINDS.items():
        kind = kinds.add_parser(name, help=purpose, description=purpose, allow_abbrev=False)
        makes_section = name in _ADD
        _add_common(kind, makes_section)
        if name != "status":
            _ADD[name.removeprefix("verify-")](kind)


def _add_common(kind: argparse.ArgumentParser, makes_section: bool) -> None:
    kind.add_argument("--out", type=place, required=True, metavar="FILE", help="device file; its other sections stay")
    if makes_section:
        kind.add_argument("--device", metavar="ID", help="identity of the camera, for a new device file")
        kind.add_argument("--valid-days", type=int, metavar="N", help="how long it counts; by default half or one year")
    add_json(kind)
    kind.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _add_frames(kind: argparse.ArgumentParser, what: str) -> None:
    kind.add_argument("frames", nargs="+", type=Path, metavar="FRAME", help=what)


def _add_encoding(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--encoding", choices=("auto", "srgb", "linear"), default="auto", help="8-bit is sRGB in auto")


def _add_scale(kind: argparse.ArgumentParser) -> None:
    _add_frames(kind, "pictures of the scale target lying flat; three or more, turned, for the distortion")
    kind.add_argument(
        "--printed-mm", type=numbers, metavar="ACROSS[,DOWN]", help="measured lengths of the 100 mm check bars"
    )
    kind.add_argument(
        "--chessboard", type=numbers, metavar="ACROSS,DOWN,MM", help="plain chessboard: inner corners and square in mm"
    )


def _add_flat_field(kind: argparse.ArgumentParser) -> None:
    _add_frames(kind, "pictures of a matte white plane, one per light, in the order of the lights")
    _add_encoding(kind)


def _add_colour(kind: argparse.ArgumentParser) -> None:
    _add_frames(kind, "pictures of a 24-patch card")
    _add_encoding(kind)
    kind.add_argument("--patches", type=Path, metavar="FILE", help="24 lines L,a,b (D50): the colours of your card")


def _add_lights(kind: argparse.ArgumentParser) -> None:
    _add_frames(kind, "pictures of the ball, one per light; place after place when there are several masks")
    _add_encoding(kind)
    kind.add_argument("--ball", choices=("mirror", "matte"), required=True, help="polished or matte white")
    kind.add_argument(
        "--mask", type=Path, nargs="+", metavar="FILE", help="white on the ball, one per place; sought when not given"
    )
    kind.add_argument("--places", type=int, default=1, metavar="N", help="places of the ball, when no mask says so")
    kind.add_argument("--spacing-um", type=spacing_numbers, metavar="UM|ROW,COL", help="for positions of near lights")
    kind.add_argument(
        "--ball-height-mm", type=float, metavar="MM", help="of its centre; it lies on the plane if not given"
    )


def _add_depth(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("targets", nargs="+", type=_target, metavar="MEASURED_DIR=DEPTH_UM", help="folder and true depth")
    kind.add_argument(
        "--shape", choices=("groove", "step"), default="groove", help="step: flat bottom, read by ISO 5436-1"
    )


_ADD = {
    "scale": _add_scale,
    "flat-field": _add_flat_field,
    "colour": _add_colour,
    "lights": _add_lights,
    "depth": _add_depth,
}


def _target(text: str) -> tuple[Path, float]:
    folder, _, depth = text.rpartition("=")
    try:
        if folder:
            return Path(folder), float(depth)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"'{text}' is not FOLDER=DEPTH_UM such as groove1=120")


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:  # noqa: ARG001 - all commands are called alike
    """Calibrate or check; the answer is what to print.

    Raises
    ------
    CalibrationError, MeasurementError
        the pictures do not do, or the device file cannot be written; then it stays as it was
    CalibrationError
        a check failed; it is in the drift list all the same
    """
    from imaging.commands.calibrate_checks import CHECK
    from imaging.commands.calibrate_sections import MAKE

    with Progress() as progress:
        progress.step(f"Calibrating: {KINDS[arguments.kind]}")
        device = _opened(arguments)
        if arguments.kind in CHECK:
            return CHECK[arguments.kind](arguments, device)
        result = MAKE[arguments.kind](arguments, device)
    if arguments.json:
        return json.dumps({"out": str(arguments.out), "kind": arguments.kind, **result.values}, indent=1)
    return f"{result.sentence} Wrote {arguments.out}."


def _opened(arguments: argparse.Namespace) -> "OpenDevice":
    """The device file of `--out`; a lights file (.lp) is written anew."""
    from imaging.calibration.device_store import OpenDevice, check_period, open_device
    from imaging.model.calibration import DeviceCalibration

    now = datetime.now(UTC)
    if arguments.kind == "lights" and arguments.out.suffix.lower() == ".lp":
        check_period(arguments.valid_days)
        return OpenDevice(arguments.out, DeviceCalibration(arguments.out.stem), now)
    return open_device(arguments.out, now, getattr(arguments, "device", None), getattr(arguments, "valid_days", None))
