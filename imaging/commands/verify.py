"""`verify --archive DIR [--repair]`: every checksum, every link, the audit chain."""

import argparse
import dataclasses
import json

from imaging.commands.arguments import Surroundings, add_archive, add_json
from imaging.commands.progress import Progress
from imaging.errors import ArchiveError
from imaging.model.audit import VerifyReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_archive(parser)
    parser.add_argument(
        "--repair",
        action="store_true",
        help="before: make a lost or damaged index and lost sidecars anew, take over captures the index lacks; "
        "no other program may have the archive open",
    )
    add_json(parser)


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Check the archive, mended first if asked; what was done and checked.

    Raises
    ------
    ArchiveError
        something is wrong; names the first problem. With `--json` all of them are printed before.
    """
    from imaging.archive.repairing import repair_archive
    from imaging.archive.store import open_archive

    with Progress() as progress:
        progress.step("Repairing" if arguments.repair else "Opening the archive")
        repairs = repair_archive(arguments.archive, surroundings.operator) if arguments.repair else ()
        with open_archive(arguments.archive, surroundings.operator) as archive:
            progress.step("Checking originals, links and the audit trail")
            report = archive.verify()
    if arguments.json:
        print(json.dumps(dataclasses.asdict(report) | {"is_sound": report.is_sound, "repairs": repairs}, indent=1))
    else:
        print(*repairs, *report.problems, sep="\n", end="\n" if repairs or report.problems else "")
    if not report.is_sound:
        raise ArchiveError(_refusal(report, arguments))
    return "" if arguments.json else _sound(report, arguments)


def _refusal(report: VerifyReport, arguments: argparse.Namespace) -> str:
    count = len(report.problems)
    more = f" and {count - 1} more" if count > 1 else ""
    next_step = "restore it from a copy" if arguments.repair else "repair it (--repair) or restore it from a copy"
    return f"The archive {arguments.archive} is not sound: {report.problems[0].rstrip('.')}{more}; {next_step}."


def _sound(report: VerifyReport, arguments: argparse.Namespace) -> str:
    notes = "".join(f"\n{note}" for note in report.notes)
    return (
        f"The archive {arguments.archive} is sound: {report.captures} captures, {report.originals} originals, "
        f"{report.sidecars} sidecars, {report.audit_entries} audit entries.{notes}"
    )
