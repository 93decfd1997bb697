"""`demo --out DIR`: the whole main job on a simulated camera, without a window; its pictures are what it shows.

`demo --archive DIR` lets the archive of a demo station grow while its window is open.
"""

import argparse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.commands.arguments import Surroundings, place
from imaging.commands.demo_station import fill_station
from imaging.commands.progress import Progress
from imaging.commands.simulated_clinic import OPERATOR, ClinicPlan, SimulatedClinic, open_clinic, today
from imaging.errors import ExportError, ImagingError
from imaging.files import check_folder, staged_folder
from imaging.model.visit import Capture, SiteKey, Subject, Visit

if TYPE_CHECKING:
    from imaging.export.comparison_picture import ComparisonStyle
    from imaging.export.measured_picture import PictureStyle

PARTS = PICTURES, COMPARISONS, ARCHIVE, TRUTH = "pictures", "comparisons", "archive", "truth"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--out", type=place, metavar="DIR", help="folder for the results, an earlier demonstration is replaced"
    )
    where.add_argument("--archive", type=place, metavar="DIR", help="demo archive to fill, made if missing")
    parser.add_argument("--subjects", type=int, default=1, metavar="N", help="how many subjects come (1)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="draws subjects, skins and hands (1)")


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Photograph, measure, compare and publish; which pictures were written.

    Raises
    ------
    ImagingError
        fewer than one subject, a folder that is in use or cannot be written
    """
    if arguments.subjects < 1:
        raise ImagingError(f"{arguments.subjects} subjects are no demonstration: give --subjects 1 or more.")
    if arguments.archive is not None:
        return fill_station(arguments.archive, arguments.seed, surroundings)
    refuse_used(arguments.out)
    plan = ClinicPlan(today(), arguments.subjects, arguments.seed, has_control=True)
    with (
        Progress() as progress,
        staged_folder(arguments.out, PARTS) as stage,
        closing(open_clinic(stage / ARCHIVE, plan, surroundings)) as clinic,
    ):
        written = [path.relative_to(stage) for path in _play(clinic, stage, progress, surroundings)]
    return "\n".join(["Pictures written:", *(f"  {arguments.out / path}" for path in written)])


def refuse_used(out: Path) -> None:
    """Leave alone what is not an earlier demonstration, or one in which somebody has worked.

    Raises
    ------
    ImagingError
        `out` may not be written or holds something else
    """
    from imaging.archive.store import open_archive

    check_folder(out)
    if not out.exists() or not any(out.iterdir()):
        return
    if not (out / TRUTH).is_dir() or not (out / ARCHIVE).is_dir():
        raise ExportError(f"{out} is not empty and holds no earlier demonstration: give another --out.")
    with open_archive(out / ARCHIVE, OPERATOR) as archive:
        if any(entry.operator != OPERATOR for entry in archive.audit_trail()):
            raise ExportError(f"{out} holds a demonstration in which somebody has worked: give another --out.")


def _play(clinic: SimulatedClinic, out: Path, progress: Progress, surroundings: Surroundings) -> Iterator[Path]:
    from imaging.camera.simulated.truth import write_truth

    captures = []
    for number, capture in enumerate(clinic.captures(), start=1):
        progress.step(f"Photographing, picture {number} of {clinic.shots_planned}")
        captures.append(capture)
    progress.step("Writing the truth of the simulated skin")
    write_truth(clinic.population, out / TRUTH, clinic.targets)
    for number, capture in enumerate(captures, start=1):
        progress.step(f"Measuring, picture {number} of {len(captures)}")
        yield _publish_capture(clinic, capture, out / PICTURES, surroundings)
    for subject in clinic.subjects:
        for site in clinic.plan.sites:
            progress.step(f"Comparing the visits of {subject.code}, {site}")
            yield _publish_comparison(clinic, subject, site, out / COMPARISONS, surroundings)


def _publish_capture(clinic: SimulatedClinic, capture: Capture, folder: Path, surroundings: Surroundings) -> Path:
    from imaging.export.measured_picture import PictureStyle
    from imaging.pipeline import picture_of, publish, record_of

    record = record_of(clinic.archive, capture)
    style = PictureStyle(record.protocol.heat_map_limit_um, font_folder=surroundings.font_folder)
    place = f"{capture.site.site}-{capture.site.laterality.value}"
    name = f"{record.subject_code}_{place}_week-{record.visit.week}_{capture.facts.replicate}.png"
    return publish(picture_of(clinic.archive, capture, style), folder / name)


def _publish_comparison(
    clinic: SimulatedClinic, subject: Subject, site: SiteKey, folder: Path, surroundings: Surroundings
) -> Path:
    from imaging.export.comparison_files import ComparedFolder, write_comparison
    from imaging.export.measured_picture import PictureStyle
    from imaging.pipeline import VisitPair, compare_visits

    visits = clinic.archive.visits(subject.identifier, clinic.study.identifier)
    style = PictureStyle(font_folder=surroundings.font_folder)
    compared = compare_visits(clinic.archive, VisitPair(site, visits[0].identifier, visits[-1].identifier), style)
    target = folder / f"{subject.code}_{site.site}-{site.laterality.value}"
    named = _named_sides(clinic, (subject, site), (visits[0], visits[-1]), style)
    write_comparison(target, compared.change, compared.references, ComparedFolder(style=named))
    return target / "comparison.png"


def _named_sides(
    clinic: SimulatedClinic, place: tuple[Subject, SiteKey], visits: tuple[Visit, Visit], style: "PictureStyle"
) -> "ComparisonStyle":
    """Which skin it is, what it gets, and what has to be said where no side is the control."""
    from imaging.export.captions import site_words
    from imaging.export.change_words import NO_CONTROL
    from imaging.export.comparison_picture import ComparisonStyle

    subject, site = place
    allocation = clinic.archive.allocation(clinic.study.identifier, subject.code)
    arm = allocation.arm_of(site.laterality)
    name = site_words(clinic.archive.protocol_of(clinic.study.identifier), site)
    name = f"{name} · {arm.value} side" if arm else name
    before, after = (f"{name} · week {visit.week}" for visit in visits)
    control = "" if allocation.has_control else NO_CONTROL
    return ComparisonStyle(style, before=(before,), after=(after, "brought onto the picture before"), control=control)
