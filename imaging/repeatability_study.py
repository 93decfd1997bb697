"""Unchanged skin taken again: a study of it, up to the file that verdicts rest on, and the replicates of one visit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from imaging.errors import MeasurementError
from imaging.model.study import RepeatabilityReport, RepeatReading
from imaging.model.visit import Capture, SiteKey, Study, Subject, Visit
from imaging.pipeline import measure_capture

if TYPE_CHECKING:
    from imaging.archive.store import Archive
    from imaging.comparison.repeatability import Repeatability
    from imaging.model.measurement import MeasuredCapture

KIND = "repeatability"


@dataclass(frozen=True)
class StudyReadings:
    """What every usable capture of a study says, and one sentence for each that was left out."""

    study: Study
    headline: str
    readings: tuple[RepeatReading, ...]
    left_out: tuple[str, ...]

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reading.device for reading in self.readings))


def read_study(archive: "Archive", code: str, said: Callable[[str], None] | None = None) -> StudyReadings:
    """Every accepted capture of a repeatability study, each patch of skin read on what all its captures share.

    Parameters
    ----------
    said : is told what is being done, for people who wait

    Raises
    ------
    MeasurementError
        there is no such study, its protocol is of another kind, or a capture cannot be measured
    """
    from imaging.export.captions import site_words

    study = _study(archive, code)
    protocol = archive.protocol_of(study.identifier)
    readings: list[RepeatReading] = []
    left_out: list[str] = []
    patches = tuple(_patches(archive, study))
    for number, (subject, visits, site) in enumerate(patches, start=1):
        if said:
            said(f"Measuring {subject.code}, {site_words(protocol, site)}: {number} of {len(patches)}")
        found, refusals = read_patch(archive, visits, site)
        readings += found
        left_out += refusals
    return StudyReadings(study, protocol.headline_endpoint, tuple(readings), tuple(left_out))


def _patches(archive: "Archive", study: Study) -> Iterator[tuple[Subject, Sequence[Visit], SiteKey]]:
    """Every place of every subject that was taken."""
    for subject in archive.subjects(study.identifier):
        visits = archive.visits(subject.identifier, study.identifier)
        taken = [capture for visit in visits for capture in archive.captures(visit_id=visit.identifier)]
        for site in dict.fromkeys(capture.site for capture in taken if capture.is_accepted):
            yield subject, visits, site


def read_patch(
    archive: "Archive", visits: Sequence[Visit], site: SiteKey
) -> tuple[tuple[RepeatReading, ...], tuple[str, ...]]:
    """One patch of unchanged skin at all visits of a subject: what each accepted capture says, and what was left out.

    Raises
    ------
    MeasurementError
        a capture cannot be measured
    """
    from imaging.archive.bridging import have_alike_lights
    from imaging.comparison.repeated import read_repeated

    taken = [[c for c in archive.captures(visit_id=v.identifier) if c.site == site and c.is_accepted] for v in visits]
    seen = [captures for captures in taken if captures]
    if not seen:
        return (), ()
    subject = archive.subject(visits[0].subject_id)
    measured = ((_named(measure_capture(archive, c), subject, c) for c in captures) for captures in seen)
    alike = have_alike_lights([capture for captures in seen for capture in captures])
    found = read_repeated(measured, has_alike_lights=alike)
    readings = tuple(
        _reading(subject, capture, values)
        for captures, said in zip(seen, found.visits, strict=True)
        for capture, values in zip(captures, said, strict=True)
        if values is not None
    )
    return readings, found.refusals


def report_of(
    archive: "Archive", read: StudyReadings, device: str | None, made_on: date
) -> tuple[RepeatabilityReport, "Repeatability"]:
    """What the study says of one camera; `device` may be None when it used only one.

    Raises
    ------
    MeasurementError
        nothing was repeated, or there are several cameras (or none of that name) to choose from
    """
    from imaging.study.repeatability import StudyFacts, as_repeatability, repeatability_report

    chosen = _device(read, device)
    revision = archive.repeatability_revision(chosen) + 1
    facts = StudyFacts(read.study.code, read.headline, made_on, revision, read.left_out)
    report = repeatability_report(read.readings, chosen, facts)
    return report, as_repeatability(report)


def _study(archive: "Archive", code: str) -> Study:
    studies = archive.studies()
    study = next((study for study in studies if study.code == code), None)
    if study is None:
        known = ", ".join(study.code for study in studies) or "none yet"
        raise MeasurementError(f"The archive has no study {code}: choose one of its studies ({known}).")
    if archive.protocol_of(study.identifier).kind != KIND:
        raise MeasurementError(
            f"Study {code} is not a repeatability study, its skin may have changed: make one from the template "
            '"Repeatability".'
        )
    return study


def _device(read: StudyReadings, device: str | None) -> str:
    if not read.devices:
        raise MeasurementError(f"Study {read.study.code} has no accepted picture that can be used: take some first.")
    listed = ", ".join(read.devices)
    if device is None and len(read.devices) > 1:
        raise MeasurementError(f"Study {read.study.code} used several cameras ({listed}): choose one with --device.")
    if device is not None and device not in read.devices:
        raise MeasurementError(f"Study {read.study.code} has no picture of camera {device}: choose one of {listed}.")
    return device or read.devices[0]


def _reading(subject: Subject, capture: Capture, values: Mapping[str, float | None]) -> RepeatReading:
    from imaging.calibration.state import capture_state

    facts, site = capture.facts, capture.site
    return RepeatReading(
        subject.code, site.site, site.laterality.value, facts.visit_id, facts.taken_at.date(), capture.operator,
        facts.camera_identity, facts.replicate, values, capture_state(capture).name,
    )  # fmt: skip


def _named(measured: "MeasuredCapture", subject: Subject, capture: Capture) -> "MeasuredCapture":
    """With the words that a message would call it by."""
    taken = f"{capture.facts.taken_at:%Y-%m-%d}, picture {capture.facts.replicate}"
    return replace(measured, origin=f"{subject.code}, {capture.site}, {taken}")


def replicate_cv_pct(archive: "Archive", visit: Visit, site: SiteKey) -> float | None:
    """How far the replicates of one site at one visit differ: CV of the headline endpoint, in %.

    Read as a comparison reads them: on the grid of the first, on the skin that all show, wrinkles chosen on their mean.
    None with fewer than two that can be read, or where the endpoint is not measurable.

    Raises
    ------
    MeasurementError
        a capture cannot be measured
    """
    readings, _ = read_patch(archive, (visit,), site)
    headline = archive.protocol_of(visit.study_id).headline_endpoint
    names = headline, headline.removesuffix("_um") + "_rel"
    read = (next((v for n in names if (v := reading.values.get(n)) is not None), None) for reading in readings)
    return cv_pct([value for value in read if value is not None])


def cv_pct(values: Sequence[float]) -> float | None:
    """Standard deviation (n - 1) over mean, in %; None for fewer than two values or a mean of zero."""
    if len(values) < 2 or not (middle := fmean(values)):
        return None
    return 100 * stdev(values) / abs(middle)
