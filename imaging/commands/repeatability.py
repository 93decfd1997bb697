"""`repeatability --archive DIR --study CODE --out FILE`: ICC, CV, SEM and MDC of every endpoint of a camera."""

import argparse
import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from imaging.commands.arguments import Surroundings, add_archive, add_json, place
from imaging.commands.progress import Progress
from imaging.export.measurement_json import plain
from imaging.files import check_folder
from imaging.model.study import RepeatabilityReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_archive(parser)
    parser.add_argument("--study", required=True, metavar="CODE", help="the repeatability study")
    parser.add_argument(
        "--out",
        type=place,
        required=True,
        metavar="FILE",
        help="the file for verdicts (JSON); report and table beside it",
    )
    parser.add_argument("--device", metavar="ID", help="camera, where the study used several")
    add_json(parser)


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Measure every capture of the study; write the file, the report and the readings; keep the file in the archive.

    Raises
    ------
    MeasurementError
        no such study, nothing repeated, or several cameras and none chosen
    """
    from imaging.archive.store import open_archive
    from imaging.export.repeatability_files import study_bytes, write_repeatability_study
    from imaging.repeatability_study import read_study, report_of

    check_folder(arguments.out.parent)
    with open_archive(arguments.archive, surroundings.operator) as archive, Progress() as progress:
        read = read_study(archive, arguments.study, progress.step)
        found = report_of(archive, read, arguments.device, datetime.now(UTC).date())
        progress.step(f"Writing {arguments.out}")
        written = write_repeatability_study(arguments.out, found, read.readings, surroundings.font_folder)
        report = found[0]
        if not report.shortcomings:
            archive.keep_repeatability(report.device, study_bytes(*found))
    if arguments.json:
        return json.dumps({"out": [str(path) for path in written], **plain(dataclasses.asdict(report))}, indent=1)
    return summary(report, written)


def summary(report: RepeatabilityReport, written: Sequence[Path]) -> str:
    """The headline endpoint's numbers, and whether verdicts may rest on them."""
    from imaging.export.change_words import endpoint_title

    row = report.row(report.headline) or next((row for row in report.rows if row.endpoint == report.headline), None)
    said = f"{endpoint_title(report.headline)}: not measured"
    if row is not None:
        share = "" if not row.is_relative else f", minimal detectable change {row.mdc95:.1%} between visits"
        icc = "" if row.icc is None else f"ICC {row.icc.value:.2f}"
        within = f"within a visit {100 * row.s_within:.1f} %" if row.is_relative else ""
        said = f"{endpoint_title(report.headline)}: {', '.join(part for part in (icc, within) if part)}{share}"
    use = "kept in the archive: visits of this camera are judged on it"
    if report.shortcomings:
        use = f"no verdict can rest on it: {' '.join(report.shortcomings)}".rstrip(".")
    off = f" {report.calibration}" if report.calibration else ""
    return f"{said}; wrote {', '.join(path.name for path in written)} to {written[0].parent}; {use}.{off}"
