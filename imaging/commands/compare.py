"""`compare REFERENCE_DIR MOVING_DIR --out DIR`: what changed between two visits of one site."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.commands.arguments import Surroundings, add_json, add_out
from imaging.commands.progress import Progress
from imaging.errors import RegistrationError
from imaging.files import check_folder
from imaging.model.comparison import Change
from imaging.model.measurement import MeasuredCapture

if TYPE_CHECKING:
    from imaging.comparison.change import CompareOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "reference_dir", type=Path, metavar="REFERENCE_DIR", help="folder that measure wrote, earlier visit"
    )
    parser.add_argument("moving_dir", type=Path, metavar="MOVING_DIR", help="folder that measure wrote, later visit")
    add_out(parser)
    parser.add_argument("--reference", type=Path, action="append", default=[], metavar="DIR", help="further replicate")
    parser.add_argument("--moving", type=Path, action="append", default=[], metavar="DIR", help="further replicate")
    parser.add_argument(
        "--repeatability", type=Path, metavar="FILE", help="repeatability study of this device and site"
    )
    add_json(parser)


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Compare and write; the answer is what to print.

    Raises
    ------
    RegistrationError
        the captures could not be compared; everything is written all the same, with the reason
    """
    from imaging import pipeline
    from imaging.commands.measure_inputs import source
    from imaging.export.comparison_files import ComparedFolder, comparison_to_json, write_comparison
    from imaging.export.comparison_picture import ComparisonStyle
    from imaging.export.measured_picture import PictureStyle
    from imaging.export.surface_files import MEASUREMENT, read_measured

    check_folder(arguments.out)
    folders = {
        "reference": [arguments.reference_dir, *arguments.reference],
        "moving": [arguments.moving_dir, *arguments.moving],
    }
    with Progress() as progress:
        progress.step("Reading the measurements")
        references, movings = ([read_measured(folder) for folder in visit] for visit in folders.values())
        progress.step("Comparing")
        doubts = {role: calibration_doubts(visit) for role, visit in folders.items()}
        change = pipeline.compare(references, movings, _options(arguments.repeatability))
        light = (*repeated_doubt(folders), *light_doubt((*references, *movings)))
        change = replace(change, warnings=(*change.warnings, *doubts["reference"], *doubts["moving"], *light))
        progress.step(f"Writing {arguments.out}")
        inputs = tuple(source(role, folder / MEASUREMENT) for role, visit in folders.items() for folder in visit)
        plain = ComparisonStyle(PictureStyle(font_folder=surroundings.font_folder))
        style = replace(plain, before=(*plain.before, *doubts["reference"]), after=(*plain.after, *doubts["moving"]))
        names = write_comparison(arguments.out, change, references, ComparedFolder(inputs, style))
    refuse(change, (*references, *movings), arguments.out)
    if arguments.json:
        return json.dumps({"out": str(arguments.out), **comparison_to_json(change, references[0], inputs)}, indent=1)
    return " ".join((summary(change, len(names), arguments.out), *light))


def repeated_doubt(folders: Mapping[str, Sequence[Path]]) -> tuple[str, ...]:
    """That a replicate was given twice, which makes its visit look surer than it is."""
    found = []
    for visit in folders.values():
        places = [folder.resolve() for folder in visit]
        twice = dict.fromkeys(place.name for place in places if places.count(place) > 1)
        found += [
            f"{name} was given more than once for one visit: replicates are pictures of their own." for name in twice
        ]
    return tuple(found)


def light_doubt(captures: Sequence[MeasuredCapture]) -> tuple[str, ...]:
    """That gloss and blur of the skin were found on captures anew, and what to do; nothing when they are the same."""
    from imaging.comparison.comparability import found_anew

    others = [capture.origin for capture in found_anew(captures)]
    if not others:
        return ()
    again = "it" if len(others) == 1 else "them"
    return (
        f"Gloss and blur of the skin were found anew in {', '.join(others)}, which can look like a change of some per "
        f"cent: measure {again} again from the frames with --baseline {captures[0].origin}.",
    )


def calibration_doubts(folders: Sequence[Path]) -> tuple[str, ...]:
    """One sentence for every measurement whose device file had expired or failed a check."""
    found = []
    for folder in folders:
        state = json.loads((folder / "measurement.json").read_text(encoding="utf-8")).get("calibration_state")
        if state in ("expired", "failed"):
            found.append(f"The calibration had {state} when {folder.resolve().name} was measured.")
    return tuple(found)


def refuse(change: Change, captures: Sequence[MeasuredCapture], out: Path) -> None:
    """Say why captures that cannot be brought together, or must not be compared, were not.

    Raises
    ------
    RegistrationError
        the registration was refused, or method, light set, filters or calibration state differ
    """
    from imaging.comparison.comparability import obstacles

    reasons = list(obstacles(captures))
    if not change.registration.is_trusted:
        reasons.insert(0, change.registration.reason)
    if reasons:
        raise RegistrationError(f"Not compared: {reasons[0].rstrip('.')} (more in {out / 'comparison.json'}).")


def _options(repeatability: Path | None) -> "CompareOptions":
    from imaging.comparison.change import CompareOptions
    from imaging.comparison.repeatability import read_repeatability

    return CompareOptions(repeatability=read_repeatability(repeatability) if repeatability else None)


def summary(change: Change, file_count: int, out: Path) -> str:
    """One sentence: the headline endpoint then and now, its verdict, what was written."""
    from imaging.export.change_words import change_words, endpoint_title

    headline = next((endpoint for endpoint in change.endpoints if endpoint.endpoint == change.headline), None)
    found = f"{endpoint_title(change.headline)}: {'; '.join(change_words(headline))}" if headline else "Compared"
    return f"{found}; wrote {file_count} files to {out}."
