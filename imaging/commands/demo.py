"""`demo --out DIR`: the whole main job on a simulated camera, without a window; its pictures are what it shows."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.commands.arguments import Surroundings, add_out
from imaging.commands.progress import Progress
from imaging.errors import ExportError, ImagingError
from imaging.model.visit import Capture, SiteKey, Subject

if TYPE_CHECKING:
    from imaging.commands.simulated_clinic import SimulatedClinic

PICTURES, COMPARISONS, ARCHIVE, TRUTH = "pictures", "comparisons", "archive", "truth"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_out(parser)
    parser.add_argument("--subjects", type=int, default=1, metavar="N", help="how many subjects come (1)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="draws subjects, skins and hands (1)")


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Photograph, measure, compare and publish; which pictures were written.

    Raises
    ------
    ImagingError
        fewer than one subject, a folder that is in use or cannot be written
    """
    from imaging.archive.protocols import read_protocol
    from imaging.commands.simulated_clinic import ClinicPlan, SimulatedClinic

    if arguments.subjects < 1:
        raise ImagingError(f"{arguments.subjects} subjects are no demonstration: give --subjects 1 or more.")
    out: Path = arguments.out
    if (out / ARCHIVE).exists():
        raise ExportError(f"{out} holds an earlier demonstration: delete it or give another --out.")
    template = read_protocol((surroundings.resources or Path("resources")) / "protocols" / "four-week.toml")
    plan = ClinicPlan(datetime.now(UTC).date(), arguments.subjects, arguments.seed)
    clinic = SimulatedClinic(out / ARCHIVE, template, plan)
    try:
        with Progress() as progress:
            written = list(_play(clinic, out, progress, surroundings))
    finally:
        clinic.close()
    return "\n".join(["Pictures written:", *(f"  {path}" for path in written)])


def _play(clinic: "SimulatedClinic", out: Path, progress: Progress, surroundings: Surroundings) -> Iterator[Path]:
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
            yield _publish_comparison(clinic, subject, site, out / COMPARISONS)


def _publish_capture(clinic: "SimulatedClinic", capture: Capture, folder: Path, surroundings: Surroundings) -> Path:
    from imaging.export.measured_picture import PictureStyle
    from imaging.pipeline import picture_of, publish, record_of

    record = record_of(clinic.archive, capture)
    style = PictureStyle(record.protocol.heat_map_limit_um, font_folder=surroundings.font_folder)
    place = f"{capture.site.site}-{capture.site.laterality.value}"
    name = f"{record.subject_code}_{place}_week-{record.visit.week}_{capture.facts.replicate}.png"
    return publish(picture_of(clinic.archive, capture, style), folder / name)


def _publish_comparison(clinic: "SimulatedClinic", subject: Subject, site: SiteKey, folder: Path) -> Path:
    from imaging.export.comparison_files import write_comparison
    from imaging.pipeline import VisitPair, compare_visits

    visits = clinic.archive.visits(subject.identifier, clinic.study.identifier)
    compared = compare_visits(clinic.archive, VisitPair(site, visits[0].identifier, visits[-1].identifier))
    target = folder / f"{subject.code}_{site.site}-{site.laterality.value}"
    write_comparison(target, compared.change, compared.references)
    return target / "comparison.png"
