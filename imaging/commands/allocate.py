"""`allocate LIST --archive DIR --study CODE`: which side of every subject is treated, from a randomisation list."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.commands.arguments import Surroundings, add_archive
from imaging.errors import ArchiveError

if TYPE_CHECKING:
    from imaging.archive.store import Archive
    from imaging.model.visit import Study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "list", type=Path, metavar="LIST", help="CSV with the columns subject and treated (left, right, both, neither)"
    )
    add_archive(parser)
    add_study(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="why sides recorded earlier are corrected")


def add_study(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--study", required=True, metavar="CODE", help="the study")


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Record the list; all of it or nothing.

    Raises
    ------
    ArchiveError
        no such study, a mistake in the list, or another side was recorded and no reason is given
    """
    from imaging.archive.randomisation_list import read_randomisation
    from imaging.archive.store import open_archive

    treated = read_randomisation(arguments.list)
    with open_archive(arguments.archive, surroundings.operator) as archive:
        study = study_named(archive, arguments.study)
        news = archive.allocate(study.identifier, treated, arguments.reason)
        hidden = "; nobody is told before the study is unblinded" if archive.is_blinded(study.identifier) else ""
    known = len(treated) - news
    rest = f", {known} were known already" if known else ""
    return f"Recorded the treated side of {news} subject{'' if news == 1 else 's'} of {study.code}{rest}{hidden}."


def study_named(archive: "Archive", code: str) -> "Study":
    """The study with this code; ArchiveError when there is none."""
    found = next((study for study in archive.studies() if study.code == code), None)
    if found is None:
        there = ", ".join(study.code for study in archive.studies()) or "none"
        raise ArchiveError(f"{archive.path} has no study {code} (there: {there}): give --study one of them.")
    return found
