"""`demo --out DIR`: the whole main job on a simulated camera, without a window; its pictures are what it shows.

`demo --archive DIR` lets the archive of a demo station grow while its window is open.
"""

import argparse
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from imaging.commands.arguments import Surroundings
from imaging.commands.progress import Progress
from imaging.commands.simulated_clinic import ClinicPlan, SimulatedClinic
from imaging.errors import ExportError, ImagingError
from imaging.model.visit import Capture, SiteKey, Subject

PICTURES, COMPARISONS, ARCHIVE, TRUTH = "pictures", "comparisons", "archive", "truth"


STATION_SUBJECTS, STATION_DUE = 3, 2
"""A demo station has three subjects; two of them wait for the user to photograph their last visit."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="DIR", help="folder for the results; made if missing")
    where.add_argument("--archive", type=Path, metavar="DIR", help="demo archive to fill, made if missing")
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
        return _fill_station(arguments.archive, arguments.seed, surroundings)
    out: Path = arguments.out
    if (out / ARCHIVE).exists():
        raise ExportError(f"{out} holds an earlier demonstration: delete it or give another --out.")
    with (
        closing(
            _clinic(out / ARCHIVE, ClinicPlan(_today(), arguments.subjects, arguments.seed), surroundings)
        ) as clinic,
        Progress() as progress,
    ):
        written = list(_play(clinic, out, progress, surroundings))
    return "\n".join(["Pictures written:", *(f"  {path}" for path in written)])


def found_station(archive_folder: Path, surroundings: Surroundings, seed: int = 1) -> None:
    """Make the archive of a demo station, subjects enrolled, nobody photographed yet; takes well under a second."""
    _clinic(archive_folder, _station_plan(seed), surroundings).close()


def _fill_station(archive_folder: Path, seed: int, surroundings: Surroundings) -> str:
    from imaging.export.measured_picture import PictureStyle
    from imaging.pipeline import measure_capture

    style = PictureStyle(font_folder=surroundings.font_folder)
    with closing(_clinic(archive_folder, _station_plan(seed), surroundings)) as clinic:
        for capture in clinic.captures():
            measure_capture(clinic.archive, capture, style)
    return f"The demo archive {archive_folder} is complete."


def _station_plan(seed: int) -> ClinicPlan:
    return ClinicPlan(_today(), STATION_SUBJECTS, seed, due_today=STATION_DUE)


def _today() -> date:
    return datetime.now(UTC).date()


def _clinic(archive_folder: Path, plan: ClinicPlan, surroundings: Surroundings) -> SimulatedClinic:
    from imaging.archive.protocols import read_protocol

    protocols = (surroundings.resources or Path("resources")) / "protocols"
    return SimulatedClinic(archive_folder, read_protocol(protocols / "four-week.toml"), plan)


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
    from imaging.export.comparison_picture import ComparisonStyle
    from imaging.export.measured_picture import PictureStyle
    from imaging.pipeline import VisitPair, compare_visits

    visits = clinic.archive.visits(subject.identifier, clinic.study.identifier)
    style = PictureStyle(font_folder=surroundings.font_folder)
    compared = compare_visits(clinic.archive, VisitPair(site, visits[0].identifier, visits[-1].identifier), style)
    target = folder / f"{subject.code}_{site.site}-{site.laterality.value}"
    write_comparison(target, compared.change, compared.references, ComparedFolder(style=ComparisonStyle(style)))
    return target / "comparison.png"
