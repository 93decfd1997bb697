"""`cameras`: which cameras are there, and what they can do."""

import argparse
import dataclasses
import json
from typing import Any

from imaging.commands.arguments import Surroundings, add_json
from imaging.errors import CameraError
from imaging.model.camera import CameraInfo, CameraMode
from imaging.model.frame import ControlReading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json(parser)


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:  # noqa: ARG001 - all commands are called alike
    """List the cameras.

    Raises
    ------
    CameraError
        there is none; as JSON that is an answer too, the empty list
    """
    from imaging.camera.discovery import find_cameras

    found = [(info, *_controls(info)) for info in find_cameras()]
    if arguments.json:
        return json.dumps([as_json(*camera) for camera in found], indent=1)
    if not found:
        raise CameraError(
            "No camera is connected: plug one in, or open the station with --camera simulated, a video file or the URL "
            "of a stream."
        )
    return "\n".join(as_text(*camera) for camera in found)


def _controls(info: CameraInfo) -> tuple[tuple[ControlReading, ...], str]:
    """The controls as the camera reads them back, or why it could not be asked."""
    from imaging.camera.opening import open_camera

    try:
        camera = open_camera(info.identity)
        try:
            return camera.controls, ""
        finally:
            camera.close()
    except CameraError as error:
        return (), str(error)


def as_json(info: CameraInfo, controls: tuple[ControlReading, ...], problem: str) -> dict[str, Any]:
    return {
        "id": info.identity,
        "name": info.name,
        "vendor_product": info.vendor_product,
        "kind": info.kind,
        "path": info.path,
        "is_builtin": info.is_builtin,
        "modes": [dataclasses.asdict(mode) for mode in info.modes],
        "controls": [dataclasses.asdict(control) for control in controls],
        "problem": problem or None,
    }


def as_text(info: CameraInfo, controls: tuple[ControlReading, ...], problem: str) -> str:
    builtin = ", built into this computer" if info.is_builtin else ""
    lines = [f"{info.identity}  {info.name} ({info.vendor_product or 'no vendor:product'}){builtin}"]
    lines.append(f"  opened at   {info.path or 'unknown'}")
    lines.append(
        f"  modes       {', '.join(_mode_words(mode) for mode in info.modes) or 'not told before it is opened'}"
    )
    lines.append(f"  controls    {', '.join(_control_words(control) for control in controls) or problem or 'none'}")
    return "\n".join(lines)


def _mode_words(mode: CameraMode) -> str:
    rate = "" if mode.frames_per_s is None else f" {mode.frames_per_s:g}/s"
    return f"{mode.transport} {mode.cols}x{mode.rows}{rate}"


def _control_words(control: ControlReading) -> str:
    value = "not told" if control.read_back is None else f"{control.read_back:g}"
    is_limited = control.minimum is not None and control.maximum is not None
    limits = f" ({control.minimum:g} to {control.maximum:g})" if is_limited else ""
    return f"{control.name} {value}{limits}{' automatic' if control.is_automatic else ''}"
