"""The station on one screen: measure, compare, publish.

Every function takes and returns frozen values and may run in any thread or process. Heavy imports wait inside, so that
the window opens before SciPy is loaded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.capture_inputs import inputs_of
from imaging.errors import MeasurementError
from imaging.model.comparison import Change, PointPairs
from imaging.model.geometry import Roi
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import light_set
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.visit import Capture, SiteKey
from imaging.version import __version__

if TYPE_CHECKING:
    from imaging.archive.store import Archive
    from imaging.comparison.change import CompareOptions
    from imaging.export.captions import CaptureRecord
    from imaging.export.measured_picture import PictureStyle
    from imaging.export.measurement_json import MeasureRecord
    from imaging.export.picture import PictureContent
    from imaging.model.light_stack import LightStack
    from imaging.surface.preview import Preview


@dataclass(frozen=True)
class VisitPair:
    """Two visits of one site.

    Parameters
    ----------
    moving_site : the other side of the face; None: the same site. Sides are looked at together, never judged
    start : two points marked on the first capture of both, where features alone do not find the way
    """

    site: SiteKey
    reference_visit_id: str
    moving_visit_id: str
    moving_site: SiteKey | None = None
    start: PointPairs | None = None

    @property
    def sites(self) -> tuple[SiteKey, SiteKey]:
        return self.site, self.moving_site or self.site


@dataclass(frozen=True, eq=False)
class ComparedVisits:
    """What `compare_visits` finds, with the replicates it was found on."""

    change: Change
    references: tuple[MeasuredCapture, ...]
    movings: tuple[MeasuredCapture, ...]


def measure(inputs: MeasureInputs, limits: MeasureLimits | None = None, roi: Roi | None = None) -> MeasuredCapture:
    """Surface and endpoints of one capture.

    Raises
    ------
    MeasurementError
        when the frames cannot be measured or `roi` lies outside them
    """
    from imaging.calibration.colour import with_true_colours
    from imaging.calibration.depth import with_depth_factor
    from imaging.calibration.distortion import without_distortion
    from imaging.calibration.white_strengths import with_strengths_of_white
    from imaging.surface.endpoints import measure_surface
    from imaging.surface.reconstruction import reconstruct

    surface = reconstruct(without_distortion(with_strengths_of_white(inputs)))
    if inputs.depth is not None:
        surface = with_depth_factor(surface, inputs.depth)
    if inputs.warnings:
        surface = replace(surface, warnings=(*inputs.warnings, *surface.warnings))
    measurement = measure_surface(surface, limits or MeasureLimits(), roi)
    if inputs.colour is not None:
        surface = with_true_colours(surface, inputs.colour)
    return MeasuredCapture(surface, measurement, light_set(inputs.lights))


def measure_capture(
    archive: "Archive",
    capture: Capture,
    style: "PictureStyle | None" = None,
    show: "Callable[[Preview], None] | None" = None,
    read: "Callable[[Capture], LightStack] | None" = None,
) -> MeasuredCapture:
    """The measurement of an archived capture: read if this engine version made it before, else made and kept.

    Parameters
    ----------
    style : of the `annotated.png` that is kept with it
    show : called with a quick height map before anything else, where there was no measurement and there is a preview
    read : gives the originals of this capture where somebody else reads them too; None: out of the archive

    Raises
    ------
    MeasurementError
        when the frames cannot be measured
    ArchiveError
        when an original is missing or damaged
    """
    from imaging.carried_light import kept_measurement, light_at_baseline, was_measured
    from imaging.carried_region import region_on
    from imaging.export.measured_picture import PictureStyle
    from imaging.export.surface_files import MeasuredFolder, write_measured

    folder = archive.derived_folder(capture.identifier, __version__)
    record = record_of(archive, capture)
    stack = None
    if show is not None and not was_measured(folder):
        stack = _previewed((read or archive.read_stack)(capture), capture, show)
    light = light_at_baseline(archive, record, lambda baseline: measure_capture(archive, baseline, style))
    if (known := kept_measurement(folder, light)) is not None:
        return known
    stack = stack or (read or archive.read_stack)(capture)
    roi, doubts = region_on(archive, record, partial(_read_once, archive, {capture.identifier: stack}))
    inputs = inputs_of(stack, capture)
    inputs = replace(inputs, skin_light=light, warnings=(*inputs.warnings, *doubts))
    measured = measure(inputs, record.protocol.limits, roi)
    beside = MeasuredFolder(_measure_record(capture), _caption(record, measured), style or PictureStyle())
    write_measured(folder, measured, beside)
    archive.record_measurement(capture.identifier, __version__, endpoints_of(measured))
    return measured


def _previewed(stack: "LightStack", capture: Capture, show: "Callable[[Preview], None]") -> "LightStack":
    """The frames, once what they show at a glance was handed on."""
    from imaging.previewing import preview_of

    if (quick := preview_of(stack, capture)) is not None:
        show(quick)
    return stack


def _read_once(archive: "Archive", known: "Mapping[str, LightStack]", capture: Capture) -> "LightStack":
    return known.get(capture.identifier) or archive.read_stack(capture)


def endpoints_of(measured: MeasuredCapture) -> dict[str, float | None]:
    """All endpoints of a capture under one roof: "wrinkles.count", "texture.Sa_um" ..."""
    groups = {name: getattr(measured.measurement, name) for name in ("wrinkles", "depressions", "texture")}
    return {f"{name}.{key}": value for name, values in groups.items() for key, value in values.items()}


def compare(
    references: Sequence[MeasuredCapture], movings: Sequence[MeasuredCapture], options: "CompareOptions"
) -> Change:
    """Change between two visits of one site, each given as its replicates. Never raises for a refused registration."""
    from imaging.comparison.change import compare_captures

    return compare_captures(references, movings, references[0].measurement.limits, options)


def compare_visits(archive: "Archive", pair: VisitPair, style: "PictureStyle | None" = None) -> ComparedVisits:
    """Change between two archived visits of a site, on all their accepted replicates; `style` as in `measure_capture`.

    Raises
    ------
    MeasurementError
        when a visit has no accepted capture of the site, or one cannot be measured
    """
    from imaging.comparison.change import CompareOptions

    visits = (pair.reference_visit_id, pair.moving_visit_id)
    sides = [accepted_captures(archive, *one) for one in zip(visits, pair.sites, strict=True)]
    judging = archive.judging(sides[0], sides[1], pair.site.site)
    chosen = judging.references, judging.movings
    references, movings = ([_named_capture(archive, capture, style) for capture in side] for side in chosen)
    visit = archive.visit(pair.reference_visit_id)
    headline = archive.protocol_of(visit.study_id).headline_endpoint
    refusals = (*_unlike_sides(pair), *judging.refusals)
    options = CompareOptions(headline, judging.repeatability, None, refusals, pair.start, *judging.known)
    return ComparedVisits(judging.noted(compare(references, movings, options)), tuple(references), tuple(movings))


def _named_capture(archive: "Archive", capture: Capture, style: "PictureStyle | None") -> MeasuredCapture:
    """As `measure_capture`, called what a technician calls it and not by its folder."""
    from imaging.export.captions import replicate_words

    return replace(measure_capture(archive, capture, style), origin=replicate_words(record_of(archive, capture)))


def _unlike_sides(pair: VisitPair) -> tuple[str, ...]:
    one, other = pair.sites
    if one == other:
        return ()
    return (
        f"Different places are shown ({one} and {other}): no skin is on both pictures, so nothing can be judged. "
        "Compare each side with itself.",
    )


def accepted_captures(archive: "Archive", visit_id: str, site: SiteKey) -> tuple[Capture, ...]:
    """The captures of a site that count at a visit, by replicate.

    Raises
    ------
    MeasurementError
        when there is none
    """
    found = [c for c in archive.captures(visit_id=visit_id) if c.site == site and c.is_accepted]
    if not found:
        raise MeasurementError(f"The visit has no accepted picture of {site}: choose another visit or take one.")
    return tuple(sorted(found, key=lambda capture: capture.facts.replicate))


def record_of(archive: "Archive", capture: Capture) -> "CaptureRecord":
    """Subject code, protocol and visit of a capture: what its caption says."""
    from imaging.export.captions import CaptureRecord

    visit = archive.visit(capture.facts.visit_id)
    code = archive.subject(capture.subject_id).code
    arm = archive.allocation(visit.study_id, code).arm_of(capture.site.laterality)
    return CaptureRecord(code, archive.protocol_of(visit.study_id), visit, capture, arm)


def picture_of(archive: "Archive", capture: Capture, style: "PictureStyle | None" = None) -> "PictureContent":
    """The annotated picture of an archived capture as a value; `render_picture` draws it, for screen and file alike."""
    from imaging.export.measured_picture import measured_content

    measured = measure_capture(archive, capture, style)
    caption = _caption(record_of(archive, capture), measured)
    return measured_content(measured, caption, style, archive.annotations(capture.identifier))


def publish(content: "PictureContent", path: Path) -> Path:
    """Draw on full-size pixels and write a PNG or TIFF, whole or not at all.

    Raises
    ------
    ExportError
        when the file cannot be written
    """
    from imaging.export.picture import render_picture, write_picture

    write_picture(path, render_picture(content), content.spacing)
    return path


def _caption(record: "CaptureRecord", measured: MeasuredCapture) -> tuple[str, ...]:
    from imaging.export.captions import caption_of

    return caption_of(record, measured)


def _measure_record(capture: Capture) -> "MeasureRecord":
    from imaging.export.measurement_json import InputFile, MeasureRecord

    inputs = tuple(InputFile(o.role, f"{o.sha256}.png", o.sha256) for o in capture.originals)
    calibration, day = capture.facts.calibration, capture.facts.taken_at.date()
    state = calibration.state_on(day) if calibration else ""
    return MeasureRecord(inputs, {"encoding": capture.encoding}, datetime.now(UTC), state)
