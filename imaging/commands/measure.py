"""`measure FRAME... --out DIR`: heights, wrinkles, depressions and texture of one capture."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from imaging.commands.arguments import Surroundings, add_json, add_out, roi_numbers, spacing_numbers
from imaging.commands.progress import Progress
from imaging.files import check_folder
from imaging.model.measurement import MeasuredCapture


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "frames", nargs="+", type=Path, metavar="FRAME", help="pictures of one pose; several in the order of the lights"
    )
    add_out(parser)
    parser.add_argument("--lights", type=Path, metavar="FILE", help="RTI .lp, a bare list, or JSON")
    parser.add_argument(
        "--spacing-um",
        type=spacing_numbers,
        metavar="UM|ROW,COL",
        help="micrometres per pixel; without it nothing is in mm",
    )
    parser.add_argument("--encoding", choices=("auto", "srgb", "linear"), default="auto", help="8-bit is sRGB in auto")
    parser.add_argument("--ambient", type=Path, metavar="FILE", help="picture with all lights off")
    parser.add_argument(
        "--flat-field", type=Path, nargs="+", metavar="FILE", help="one picture per light of a matte plane"
    )
    parser.add_argument("--mask", type=Path, metavar="FILE", help="white where to measure")
    parser.add_argument("--calibration", type=Path, metavar="FILE", help="device file")
    parser.add_argument("--roi", type=roi_numbers, metavar="ROW0,COL0,ROW1,COL1", help="where the endpoints are taken")
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="DIR",
        help="an earlier measurement of this site by this camera: its gloss and blur are taken over",
    )
    add_json(parser)


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Measure and write; the answer is what to print."""
    from imaging import pipeline
    from imaging.commands.measure_inputs import read_job
    from imaging.export.measured_picture import PictureStyle
    from imaging.export.measurement_json import measurement_to_json
    from imaging.export.surface_files import MeasuredFolder, write_measured
    from imaging.model.measurement import MeasureLimits

    check_folder(arguments.out)
    with Progress() as progress:
        progress.step(f"Reading {len(arguments.frames)} frames")
        job = read_job(arguments, datetime.now(UTC))
        progress.step("Measuring")
        measured = pipeline.measure(job.inputs, MeasureLimits(), job.roi)
        progress.step(f"Writing {arguments.out}")
        beside = MeasuredFolder(job.record, style=PictureStyle(font_folder=surroundings.font_folder))
        names = write_measured(arguments.out, measured, beside)
    if arguments.json:
        result = {"out": str(arguments.out), "files": list(names), **measurement_to_json(measured, job.record)}
        return json.dumps(result, indent=1)
    counts = len(arguments.frames), len(names)
    said = summary(measured, counts, job.record.calibration_state, arguments.out)
    notes = dict.fromkeys((*measured.surface.warnings, *measured.measurement.warnings))
    return "\n".join((said, *(f"Note: {words}" for words in notes)))


def summary(measured: MeasuredCapture, counts: tuple[int, int], state: str, out: Path) -> str:
    """One sentence: how it was measured, what was found, what was written.

    Parameters
    ----------
    counts : frames read, files written
    state : of the device file; empty without one
    """
    from imaging.export.captions import depth_words

    surface, is_relative = measured.surface, measured.measurement.depth_unit == "rel"
    said = {"": "scale as given", "calibrated": "calibrated"}.get(state, f"calibration {state}")
    scale = said if surface.is_calibrated else "uncalibrated"
    how = "single-light, relative shading, not depth" if is_relative else surface.method
    found = f": {words}" if (words := depth_words(measured)) else ""
    frames = f"{counts[0]} frame{'s' * (counts[0] > 1)}"
    return f"Measured {frames} ({how}, {scale}){found}; wrote {counts[1]} files to {out}."
