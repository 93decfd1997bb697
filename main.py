"""Reads arguments and opens the window, or hands over to a command. The only file that knows where things lie."""

import argparse
import getpass
import importlib
import io
import sys
from collections.abc import Sequence
from pathlib import Path

RESOURCES = Path(__file__).resolve().parent / "resources"
COMMANDS = {
    "demo": "the whole main job without a window, pictures into a folder",
    "cameras": "cameras found: id, name, vendor:product, modes, controls",
    "measure": "heights, wrinkles, depressions and texture of one capture",
    "compare": "what changed between two measured captures of one site",
    "export": "annotated pictures out of an archive",
    "verify": "every checksum, every link and the audit chain of an archive",
}
"""Each is a file in imaging/commands, imported when it is asked for."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 could not be done, 2 wrong usage."""
    from imaging.commands.arguments import joined_negatives

    given = joined_negatives(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        arguments = _parser(given).parse_args(given)
    except SystemExit as ending:
        return int(ending.code or 0)
    return _run_command(arguments) if arguments.command else _open_window(arguments)


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    from imaging.version import __version__

    parser = argparse.ArgumentParser(description="Rhytid, an imaging station for skin clinics.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"Rhytid {__version__}")
    parser.add_argument("--archive", type=Path, metavar="DIR", help="archive to open; the last one if not given")
    parser.add_argument("--camera", metavar="ID|simulated|FILE|URL", help="camera to use; the last one if not given")
    parser.add_argument("--demo", action="store_true", help="open a demo archive with a simulated camera")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose, allow_abbrev=False)
        if name in given:
            importlib.import_module(f"imaging.commands.{name}").add_arguments(command)
        command.add_argument("--debug", action="store_true", help="on an error print where it happened")
    return parser


def _run_command(arguments: argparse.Namespace) -> int:
    from imaging.commands.arguments import Surroundings
    from imaging.commands.outcome import run_to_status

    command = importlib.import_module(f"imaging.commands.{arguments.command}")
    surroundings = Surroundings(getpass.getuser(), RESOURCES)
    return run_to_status(lambda: command.run(arguments, surroundings), arguments.debug)


def _open_window(arguments: argparse.Namespace) -> int:
    window = importlib.import_module("gui.app")
    return int(window.run(arguments, RESOURCES))


if __name__ == "__main__":
    sys.exit(main())
