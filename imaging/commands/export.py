"""`export --archive DIR --out DIR`: annotated pictures, by subject code and never by name."""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.commands.arguments import Surroundings, add_archive, add_out
from imaging.commands.progress import Progress
from imaging.errors import ExportError
from imaging.files import check_folder, staged_folder
from imaging.model.protocol import Laterality
from imaging.model.visit import Capture, ConsentUse, Study, Subject, Visit

if TYPE_CHECKING:
    from imaging.archive.store import Archive
    from imaging.export.measured_picture import PictureStyle

_SUFFIXES = {"png": ".png", "tiff": ".tif"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_archive(parser)
    add_out(parser)
    parser.add_argument("--study", metavar="CODE", help="only this study")
    parser.add_argument("--subject", metavar="CODE", help="only this subject")
    parser.add_argument("--visit", type=int, metavar="WEEK", help="only visits of this week")
    parser.add_argument("--site", metavar="CODE", help="only this site, for example crows-feet")
    parser.add_argument("--side", choices=[side.value for side in Laterality], help="only this side of the subject")
    parser.add_argument("--format", choices=tuple(_SUFFIXES), default="png")
    parser.add_argument("--no-heat-map", action="store_true", help="photograph and wrinkles without the depth colours")
    parser.add_argument(
        "--use",
        choices=[use.value for use in ConsentUse],
        help="what the pictures are for; subjects who have not consented to it are left out (default: care or trial)",
    )


@dataclass(frozen=True)
class Chosen:
    """One capture with where it belongs."""

    study: Study
    subject: Subject
    visit: Visit
    capture: Capture


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Write the pictures of all accepted captures that the options choose.

    Raises
    ------
    ExportError
        no capture fits, or nobody consented to this use
    """
    from imaging.archive.store import open_archive
    from imaging.export.measured_picture import PictureStyle

    check_folder(arguments.out)
    with open_archive(arguments.archive, surroundings.operator) as archive, Progress() as progress:
        found = list(chosen_captures(archive, arguments))
        allowed = [item for item in found if may_leave(item.subject, arguments.use)]
        refuse_nothing(found, allowed, arguments)
        style = PictureStyle(font_folder=surroundings.font_folder)
        with staged_folder(arguments.out, ()) as stage:
            for number, item in enumerate(allowed, start=1):
                progress.step(f"Picture {number} of {len(allowed)}")
                path = _free_path(stage, file_name(item, _SUFFIXES[arguments.format]), item.capture)
                _publish(archive, item, path, (arguments, style))
    left_out = len(found) - len(allowed)
    note = f"; {left_out} left out for lack of consent" if left_out else ""
    return f"Wrote {len(allowed)} picture{'s' * (len(allowed) > 1)} to {arguments.out}{note}."


def chosen_captures(archive: "Archive", arguments: argparse.Namespace) -> Iterator[Chosen]:
    """Accepted captures that meet every option given."""
    for study in archive.studies():
        if arguments.study not in (None, study.code):
            continue
        for subject in archive.subjects(study.identifier):
            if arguments.subject in (None, subject.code):
                yield from _of_subject(archive, study, subject, arguments)


def _of_subject(archive: "Archive", study: Study, subject: Subject, arguments: argparse.Namespace) -> Iterator[Chosen]:
    for visit in archive.visits(subject_id=subject.identifier, study_id=study.identifier):
        if arguments.visit not in (None, visit.week):
            continue
        for capture in archive.captures(visit_id=visit.identifier):
            is_place = arguments.site in (None, capture.site.site)
            is_side = arguments.side in (None, capture.site.laterality.value)
            if capture.is_accepted and is_place and is_side:
                yield Chosen(study, subject, visit, capture)


def may_leave(subject: Subject, use: str | None) -> bool:
    """Did the subject consent to this use (care or trial when none is named)?"""
    uses = [ConsentUse(use)] if use else [ConsentUse.CARE, ConsentUse.TRIAL]
    return any(subject.allows(each) for each in uses)


def refuse_nothing(found: list[Chosen], allowed: list[Chosen], arguments: argparse.Namespace) -> None:
    """Say why there is no picture to write."""
    if not found:
        raise ExportError(f"No accepted capture in {arguments.archive} fits these options: leave some out.")
    if not allowed:
        use = arguments.use or "care or trial"
        raise ExportError(f"{found[0].subject.code} has not consented to {use}: nothing was exported.")


def file_name(item: Chosen, suffix: str) -> str:
    """Codes only, for example "STUDY_S-001_crows-feet_left_week4_1.png"."""
    week = "visit" if item.visit.week is None else f"week{item.visit.week}"
    capture = item.capture
    parts = (item.study.code, item.subject.code, capture.site.site, capture.site.laterality.value, week)
    clean = [re.sub(r"[^\w.-]+", "-", part) for part in parts]
    moment = f"{item.visit.started_at:%Y%m%d}" if item.visit.week is None else ""
    return "_".join([part for part in (*clean, moment, str(capture.facts.replicate)) if part]) + suffix


def _free_path(folder: Path, name: str, capture: Capture) -> Path:
    """The name, or with the capture's identifier when another picture has it (two unplanned visits of one day)."""
    path = folder / name
    return path.with_stem(f"{path.stem}_{capture.identifier[:8]}") if path.exists() else path


def _publish(archive: "Archive", item: Chosen, path: Path, how: "tuple[argparse.Namespace, PictureStyle]") -> None:
    from dataclasses import replace

    from imaging import pipeline

    arguments, style = how
    limit = archive.protocol_of(item.study.identifier).heat_map_limit_um
    content = pipeline.picture_of(archive, item.capture, replace(style, heat_map_limit_um=limit))
    pipeline.publish(content.without_heat_map() if arguments.no_heat_map else content, path)
