"""A bridging set from the archive to what verdicts across a change of cameras rest on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from imaging.errors import MeasurementError
from imaging.model.bridging import LEAST_SITES, Bridge, BridgingSite
from imaging.model.protocol import StudyProtocol
from imaging.model.study import RepeatReading
from imaging.model.visit import Capture, SiteKey, Study, Subject
from imaging.pipeline import measure_capture

if TYPE_CHECKING:
    from imaging.archive.store import Archive
    from imaging.model.measurement import MeasuredCapture

KIND = "bridging"
WITHIN = timedelta(days=1)
"""Between the cameras: skin differs by a few per cent from day to day, and that must not be laid to a camera."""


@dataclass(frozen=True)
class Cameras:
    """Identities of the camera that was used and of the one that takes its place."""

    earlier: str
    later: str


@dataclass(frozen=True)
class _Pair:
    """One patch of skin and its accepted captures with each camera, taken within a day where there are both."""

    study: Study
    subject: Subject
    site: SiteKey
    earlier: tuple[Capture, ...]
    later: tuple[Capture, ...]

    @property
    def patch(self) -> str:
        return f"{self.subject.code}/{self.site.site}/{self.site.laterality.value}"


def bridging_sites(archive: "Archive", cameras: Cameras) -> tuple[BridgingSite, ...]:
    """Every site of the archive's bridging studies, and those of other studies that both cameras photographed."""
    found = {}
    for study in archive.studies():
        protocol = archive.protocol_of(study.identifier)
        wanted = protocol.replicates if protocol.kind == KIND else 1
        for pair in _pairs(archive, study, cameras):
            counts, side = (len(pair.earlier), len(pair.later)), pair.site.laterality.value
            words = _place_words(protocol, pair)
            one = BridgingSite(pair.subject.code, pair.site.site, side, words, *counts, wanted)
            if protocol.kind == KIND or min(counts) > 0:
                found[one.patch] = one
    return tuple(found.values())


def _place_words(protocol: StudyProtocol, pair: _Pair) -> str:
    """For example "S-001, left crow's feet"."""
    name, side = protocol.site(pair.site.site).name, pair.site.laterality.value
    return f"{pair.subject.code}, {name if side == 'midline' else f'{side} {name[:1].lower()}{name[1:]}'}"


def read_bridging_set(
    archive: "Archive", cameras: Cameras, said: Callable[[str], None] | None = None
) -> tuple[tuple[RepeatReading, ...], tuple[str, ...]]:
    """Every capture of every site that both cameras photographed within a day, each site read on common skin.

    Parameters
    ----------
    said : is told what is being done, for people who wait

    Returns
    -------
    the readings, and one sentence for each capture or site that was left out

    Raises
    ------
    MeasurementError
        a capture cannot be measured
    """
    readings: dict[str, tuple[RepeatReading, ...]] = {}
    left_out: list[str] = []
    for study in archive.studies():
        for pair in _pairs(archive, study, cameras):
            if pair.earlier and pair.later:
                if said:
                    said(f"Measuring {_place_words(archive.protocol_of(study.identifier), pair)}")
                readings[pair.patch], refusals = _read_pair(archive, pair)
                left_out += refusals
    return tuple(reading for found in readings.values() for reading in found), tuple(left_out)


def make_bridge(
    archive: "Archive", cameras: Cameras, made_on: date, said: Callable[[str], None] | None = None
) -> Bridge:
    """Measure a bridging set and compare the cameras; nothing is kept yet.

    Raises
    ------
    MeasurementError
        fewer than three sites can be compared, or a capture cannot be measured
    """
    from imaging.study.bridging import BridgeFacts, bridge_of

    readings, left_out = read_bridging_set(archive, cameras, said)
    try:
        return bridge_of(readings, BridgeFacts(cameras.earlier, cameras.later, made_on, left_out=left_out))
    except MeasurementError as error:
        raise MeasurementError(f"{error} {left_out[0] if left_out else ''}".strip()) from error


def missing_words(sites: Sequence[BridgingSite]) -> str:
    """What a bridging set still lacks, in one sentence; empty when it is large enough."""
    done = sum(site.is_complete for site in sites)
    if done >= LEAST_SITES:
        return ""
    return f"{done} of {LEAST_SITES} sites are done with both cameras."


def _pairs(archive: "Archive", study: Study, cameras: Cameras) -> Iterator[_Pair]:
    """Every site of every subject that one of the cameras photographed, or that the protocol of a bridging set asks."""
    protocol = archive.protocol_of(study.identifier)
    asked = (
        [SiteKey(site.code, side) for site in protocol.sites for side in site.sides] if protocol.kind == KIND else []
    )
    for subject in archive.subjects(study.identifier):
        taken = [c for c in archive.captures(subject_id=subject.identifier, study_id=study.identifier) if c.is_accepted]
        for site in dict.fromkeys([*asked, *(capture.site for capture in taken)]):
            here = [capture for capture in taken if capture.site == site]
            earlier, later = _nearest(here, cameras)
            if earlier or later or site in asked:
                yield _Pair(study, subject, site, earlier, later)


def _nearest(captures: Sequence[Capture], cameras: Cameras) -> tuple[tuple[Capture, ...], tuple[Capture, ...]]:
    """The newest visits of both cameras that lie within a day of each other, else what there is of either."""
    one, two = (_by_visit(captures, camera) for camera in (cameras.earlier, cameras.later))
    near = [(a, b) for a in one for b in two if abs(b[0].facts.taken_at - a[0].facts.taken_at) <= WITHIN]
    if near:
        return max(near, key=lambda pair: max(pair[0][0].facts.taken_at, pair[1][0].facts.taken_at))
    return ((), two[-1]) if two else (one[-1] if one else (), ())


def _by_visit(captures: Sequence[Capture], camera: str) -> list[tuple[Capture, ...]]:
    """Captures of one camera, visit by visit, oldest first."""
    visits: dict[str, list[Capture]] = {}
    for capture in captures:
        if capture.facts.camera_identity == camera:
            visits.setdefault(capture.facts.visit_id, []).append(capture)
    return [tuple(found) for found in visits.values()]


def _read_pair(archive: "Archive", pair: _Pair) -> tuple[tuple[RepeatReading, ...], tuple[str, ...]]:
    from imaging.comparison.repeated import read_repeated

    sides = (pair.earlier, pair.later)
    measured = ((_named(measure_capture(archive, capture), pair, capture) for capture in side) for side in sides)
    found = read_repeated(measured, is_bridging=True)
    readings = tuple(
        RepeatReading(
            pair.subject.code, pair.site.site, pair.site.laterality.value, capture.facts.visit_id,
            capture.facts.taken_at.date(), capture.operator, capture.facts.camera_identity, capture.facts.replicate,
            values,
        )
        for side, said in zip(sides, found.visits, strict=True)
        for capture, values in zip(side, said, strict=True)
        if values is not None
    )  # fmt: skip
    return readings, found.refusals


def _named(measured: "MeasuredCapture", pair: _Pair, capture: Capture) -> "MeasuredCapture":
    """With the words that a message would call it by."""
    taken = f"{capture.facts.camera_name}, picture {capture.facts.replicate}"
    return replace(measured, origin=f"{pair.subject.code}, {pair.site}, {taken}")
