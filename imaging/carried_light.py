"""Each capture by itself leaves open how glossy its skin is and how light under it blurs the shading: all captures of a
site take what its baseline showed, which keeps that out of the change (`docs/decisions/surface-translucency.md`)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from imaging.archive.store import Archive
from imaging.errors import ArchiveError, MeasurementError
from imaging.export.captions import CaptureRecord
from imaging.export.surface_files import MEASUREMENT, read_measured, read_skin_light
from imaging.model.measurement import MeasuredCapture
from imaging.model.skin_light import SkinLight
from imaging.model.visit import Capture
from imaging.version import __version__


def light_at_baseline(
    archive: Archive, record: CaptureRecord, measure: Callable[[Capture], MeasuredCapture]
) -> SkinLight | None:
    """The gloss or blur that this site showed to the same camera at its baseline; None: to be found on the capture.

    Parameters
    ----------
    measure : for a baseline that was not measured yet
    """
    capture = record.capture
    baseline = archive.baseline(capture.subject_id, record.visit.study_id, capture.site)
    if baseline is None or baseline.identifier == capture.identifier:
        return None
    if baseline.facts.camera_identity != capture.facts.camera_identity:
        return None
    try:
        light = _kept(archive, baseline, measure)
    except (ArchiveError, MeasurementError):
        return None
    return None if light is None else replace(light, is_carried=True)


def _kept(archive: Archive, baseline: Capture, measure: Callable[[Capture], MeasuredCapture]) -> SkinLight | None:
    try:
        return read_skin_light(archive.derived_folder(baseline.identifier, __version__))
    except MeasurementError:
        return measure(baseline).surface.skin_light


def was_measured(folder: Path) -> bool:
    """Something was made here before; whether it can be read is not asked."""
    return (folder / MEASUREMENT).is_file()


def kept_measurement(folder: Path, wanted: SkinLight | None) -> MeasuredCapture | None:
    """What was measured before, if it rests on the gloss or blur that is wanted now: the baseline of a site can change.

    None where nothing was made yet, or cannot be read: derived files can always be made again.
    """
    try:
        known = read_measured(folder)
    except MeasurementError:
        return None
    found = known.surface.skin_light
    rests_on_it = found is None or found == wanted or (wanted is None and not found.is_carried)
    return known if rests_on_it else None
