"""Reads arguments and opens the window, or hands over to a command. The only file that knows where things lie."""

import argparse
import getpass
import importlib
import io
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import platformdirs

if TYPE_CHECKING:
    from gui.session.station import Station
    from imaging.camera.device import Camera, LightController
    from imaging.camera.simulated.device import SimulatedCamera
    from imaging.model.calibration import DeviceCalibration
    from imaging.model.camera import CameraInfo

PROGRAM = "rhytid"
SIMULATED, SECOND = "simulated", "simulated-2"
"""The simulated camera, and another one to replace it with."""
RESOURCES = Path(__file__).resolve().parent / "resources"
DEVICE_FILES = platformdirs.user_data_path(PROGRAM) / "devices"
FOUND_SETTINGS = platformdirs.user_state_path(PROGRAM) / "cameras"
"""How cameras were set before: put back when the program lets go of them, after a crash at the next opening."""
DEMO_ARCHIVE = platformdirs.user_data_path(PROGRAM) / "demo-archive"
COMMANDS = {
    "demo": "the whole main job without a window, pictures into a folder",
    "cameras": "cameras found: id, name, vendor:product, modes, controls",
    "measure": "heights, wrinkles, depressions and texture of one capture",
    "compare": "what changed between two measured captures of one site",
    "targets": "printable calibration targets (PDF)",
    "calibrate": "scale, flat field, colour, lights or depth of a device, from pictures of targets",
    "repeatability": "how far every endpoint of a camera repeats on unchanged skin",
    "bridging": "how a camera that replaced another reads the same sites",
    "export": "annotated pictures out of an archive",
    "allocate": "which side of each subject is treated, from a randomisation list",
    "unblind": "let everybody know the treated sides of a blinded study",
    "verify": "every checksum, every link and the audit chain of an archive",
}
"""Each is a file in imaging/commands, imported when it is asked for."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 could not be done, 2 wrong usage."""
    from imaging.commands.arguments import joined_negatives

    _settle_libraries()
    given = joined_negatives(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        arguments = _parser(given).parse_args(given)
    except SystemExit as ending:
        return int(ending.code or 0)
    return _run_command(arguments) if arguments.command else _open_window(arguments)


def _settle_libraries() -> None:
    """What OpenCV and NumPy read once, when they are loaded; and of a broken file only our own sentence is heard."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "FATAL")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices are small here: a second thread only waits for them
    logging.getLogger("tifffile").addHandler(logging.NullHandler())
    if sys.platform == "win32":  # otherwise opening a camera can take half a minute
        os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    from imaging.version import __version__

    parser = argparse.ArgumentParser(description="Rhytid, an imaging station for skin clinics.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"Rhytid {__version__}")
    parser.add_argument("--archive", type=Path, metavar="DIR", help="archive to open; the last one if not given")
    parser.add_argument("--camera", metavar="ID|simulated|FILE|URL", help="camera to use; the last one if not given")
    parser.add_argument(
        "--lights", type=_lights, metavar="none|manual|serial:PORT|kit[:DLL]", help="what switches the lights"
    )
    parser.add_argument("--demo", action="store_true", help="open a demo archive with a simulated camera")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose, allow_abbrev=False)
        if name in given:
            importlib.import_module(f"imaging.commands.{name}").add_arguments(command)
        command.add_argument("--debug", action="store_true", help="on an error print where it happened")
    return parser


def _lights(line: str) -> str:
    from imaging.camera.light_choice import kind_of
    from imaging.errors import CameraError

    try:
        kind_of(line)
    except CameraError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return line


def _run_command(arguments: argparse.Namespace) -> int:
    from imaging.commands.arguments import Surroundings
    from imaging.commands.outcome import run_to_status

    command = importlib.import_module(f"imaging.commands.{arguments.command}")
    surroundings = Surroundings(operator_name(), RESOURCES)
    signal.signal(signal.SIGTERM, _end)
    return run_to_status(lambda: command.run(arguments, surroundings), arguments.debug)


def _end(number: int, _frame: object) -> None:
    """When the computer shuts down: what is half-written is removed on the way out."""
    raise SystemExit(128 + number)


def operator_name() -> str:
    """The log-in of the person at the keyboard."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in some containers
        return "unknown"


def _open_window(arguments: argparse.Namespace) -> int:
    from gui.app import run
    from imaging.commands.outcome import run_to_status

    status = 0

    def work() -> str:
        nonlocal status
        with _growing_demo() if arguments.demo else nullcontext():
            status = run(_station(arguments))
        return ""

    return run_to_status(work) or status


def _growing_demo() -> AbstractContextManager[None]:
    from imaging.commands.arguments import Surroundings
    from imaging.commands.demo_station import growing_archive

    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, str(Path(__file__).resolve())]
    return growing_archive(DEMO_ARCHIVE, Surroundings(operator_name(), RESOURCES), program)


def _station(arguments: argparse.Namespace) -> "Station":
    """What this computer has, and what was asked for."""
    from gui.bridge.tones import TonePlayer
    from gui.session.station import Station
    from imaging.archive.settings_file import read_settings, write_settings
    from imaging.camera.discovery import find_cameras

    path = platformdirs.user_config_path(PROGRAM) / "settings.toml"
    settings = read_settings(path if path.is_file() else RESOURCES / "defaults.toml")
    is_simulated = arguments.demo or arguments.camera == SIMULATED
    archive = DEMO_ARCHIVE if arguments.demo else arguments.archive or settings.archive
    camera = SIMULATED if arguments.demo else arguments.camera or settings.camera
    lights = arguments.lights or ("none" if is_simulated else settings.lights)
    return Station(
        operator=operator_name(),
        resources=RESOURCES,
        protocols=RESOURCES / "protocols",
        find_cameras=_with_simulated(find_cameras) if is_simulated else find_cameras,
        open_camera=partial(_open_camera, is_on_stand=lights == "manual"),
        calibration=_calibration,
        device_file=_device_file,
        settings=replace(settings, archive=str(archive) if archive else None, camera=camera, lights=lights),
        write_settings=(lambda _settings: None) if arguments.demo else partial(write_settings, path),
        proposed_archive=platformdirs.user_documents_path() / "Rhytid archive",
        state_file=platformdirs.user_state_path(PROGRAM) / "window.ini",
        day_file=None if arguments.demo else platformdirs.user_state_path(PROGRAM) / "day.json",
        play=TonePlayer(),
        is_demo=arguments.demo,
    )


def _open_camera(identity: str, is_on_stand: bool = False) -> "tuple[Camera, LightController]":
    """A camera with what it switches by itself: a real one nothing. A simulated one may be held or stand."""
    from imaging.camera.found_settings import FoundSettings
    from imaging.camera.lights import NoLights
    from imaging.camera.opening import open_camera

    if identity in (SIMULATED, SECOND):
        camera = _simulated_camera(identity)
        camera.sway = 0.02 if is_on_stand else 1.0
        return camera, camera.lights
    return open_camera(identity, found=FoundSettings(FOUND_SETTINGS)), NoLights()


def _simulated_camera(identity: str = SIMULATED) -> "SimulatedCamera":
    """The second one shows the same people larger and darker, with other lamps, another lens and other noise."""
    from imaging.camera.simulated.device import SimulatedCamera
    from imaging.camera.simulated.optics import Optics
    from imaging.camera.simulated.population import Population

    people = Population(has_control=True)  # as in the demo's study
    if identity == SIMULATED:
        return SimulatedCamera(people)
    optics = Optics(exposure=0.54, strengths=(0.92, 1.04, 0.97, 1.02), lens_px=0.8)
    return SimulatedCamera(people, identity=identity, seed=77, zoom=1.05, optics=optics)


def _with_simulated(find_cameras: "Callable[[], tuple[CameraInfo, ...]]") -> "Callable[[], tuple[CameraInfo, ...]]":
    return lambda: (_simulated_camera().info, _simulated_camera(SECOND).info, *find_cameras())


def _calibration(identity: str) -> "DeviceCalibration | None":
    """The device file of a camera; None when it was never calibrated. The simulated one knows itself."""
    from imaging.calibration.device_file import read_device_file

    path = _device_file(identity)
    if path.is_file():
        return read_device_file(path)
    return _simulated_camera().calibration() if identity == SIMULATED else None


def _device_file(identity: str) -> Path:
    """Where it lies, or will lie once the camera is calibrated."""
    return DEVICE_FILES / f"{quote(identity, safe='')}.json"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # before any work was begun
        sys.exit("Stopped before it was done; nothing half-written is left.")
