"""`unblind --archive DIR --study CODE --reason TEXT`: from now on everybody may know which sides were treated."""

import argparse

from imaging.commands.allocate import add_study, study_named
from imaging.commands.arguments import Surroundings, add_archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_archive(parser)
    add_study(parser)
    parser.add_argument(
        "--reason", required=True, metavar="TEXT", help="why, for the audit trail; cannot be taken back"
    )


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Unblind a study.

    Raises
    ------
    ArchiveError
        no such study, it is not blinded, or the reason is empty
    """
    from imaging.archive.store import open_archive

    with open_archive(arguments.archive, surroundings.operator) as archive:
        study = study_named(archive, arguments.study)
        archive.unblind(study.identifier, arguments.reason)
    return f"Study {study.code} is unblinded: treated and control sides are shown from now on."
