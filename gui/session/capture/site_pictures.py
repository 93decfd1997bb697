"""What an earlier visit left of a site: the ghost, the baseline the gates judge against, the last picture."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import cv2
import numpy as np

from gui.session.capture.standing import SitePictures
from gui.session.chosen import Chosen
from imaging.archive.store import Archive
from imaging.guidance.context import Baseline, BaselineFacts, make_baseline
from imaging.model.arrays import Pixels
from imaging.model.calibration import DeviceCalibration
from imaging.model.geometry import Roi
from imaging.model.light_stack import LightStack
from imaging.model.visit import Capture, SiteKey


@dataclass(frozen=True, eq=False)
class SiteMemory:
    """Pictures for the eye and the baseline for the gates."""

    pictures: SitePictures = field(default_factory=SitePictures)
    baseline: Baseline | None = None
    baseline_at: datetime | None = None
    roi: Roi | None = None
    """Of the baseline picture; a live picture in place has it there too."""
    camera: str = ""
    """Identity of the camera that took the baseline."""


@dataclass(frozen=True)
class LiveCamera:
    """The camera that looks now, and what is known of it."""

    identity: str = ""
    calibration: DeviceCalibration | None = None


def recall_site(archive: Archive, chosen: Chosen, site: SiteKey, live: LiveCamera | None = None) -> SiteMemory:
    """Read both from the archive; may take a second, so never on the GUI thread.

    Where the baseline was taken with another camera, what this one took first at the site stands in for it; while there
    is nothing, the baseline is shown at the size in which this camera would show it, and its settings are not asked
    of this camera.
    """
    if chosen.subject is None or chosen.study is None:
        return SiteMemory()
    first = archive.baseline(chosen.subject.identifier, chosen.study.identifier, site)
    last = _newest_before(archive, chosen, site)
    if first is None:
        return SiteMemory()
    first = _first_with(archive, chosen, site, live) or first
    ghost = evenly_lit(archive.read_stack(first))
    caption, thumbnail = "", None
    if last is not None:
        thumbnail = ghost if last.identifier == first.identifier else evenly_lit(archive.read_stack(last))
        caption = f"{last.facts.taken_at:%d %b %Y}"
    pictures = SitePictures(ghost, last=thumbnail, last_caption=caption)
    return _remembered(archive, chosen, first, (pictures, live))


def _remembered(
    archive: Archive, chosen: Chosen, first: Capture, shown: tuple[SitePictures, LiveCamera | None]
) -> SiteMemory:
    pictures, live = shown
    ghost, camera = pictures.baseline, first.facts.camera_identity
    if ghost is None or chosen.subject is None or chosen.study is None:
        return SiteMemory(pictures)
    is_other = live is not None and live.identity not in ("", camera)
    if is_other and live is not None:
        ghost = as_seen_by(ghost, first.facts.calibration, live.calibration)
        pictures = replace(pictures, baseline=ghost)
    own = archive.baseline(chosen.subject.identifier, chosen.study.identifier, first.site)
    is_baseline = own is not None and own.identifier == first.identifier and not is_other
    roi = archive.roi(chosen.subject.identifier, chosen.study.identifier, first.site) if is_baseline else None
    controls = () if is_other else first.controls
    baseline = make_baseline(ghost, BaselineFacts(roi, first.encoding, controls))
    return SiteMemory(replace(pictures, roi=roi), baseline, first.facts.taken_at, roi, camera)


def as_seen_by(picture: Pixels, then: DeviceCalibration | None, now: DeviceCalibration | None) -> Pixels:
    """A picture of one camera in the size in which another would show the same skin; as it is where that is unknown."""
    if then is None or now is None or then.scale is None or now.scale is None:
        return picture
    rows, cols = now.scale.frame_shape
    down, across = (
        getattr(then.scale.spacing, name) / getattr(now.scale.spacing, name) for name in ("row_mm", "col_mm")
    )
    middle_row, middle_col = (n / 2 for n in picture.shape[:2])
    matrix = np.array([[across, 0, cols / 2 - across * middle_col], [0, down, rows / 2 - down * middle_row]])
    return cast(Pixels, cv2.warpAffine(picture, matrix, (cols, rows), borderMode=cv2.BORDER_REPLICATE))


def _first_with(archive: Archive, chosen: Chosen, site: SiteKey, live: LiveCamera | None) -> Capture | None:
    """What this camera took first at the site; None when it has not been there."""
    if live is None or not live.identity or chosen.subject is None or chosen.study is None:
        return None
    taken = archive.captures(subject_id=chosen.subject.identifier, study_id=chosen.study.identifier, site=site)
    own = (c for c in taken if c.is_accepted and c.facts.camera_identity == live.identity)
    return next(own, None)


def evenly_lit(stack: LightStack) -> Pixels:
    """The picture a person looks at: all lights on, or the mean over the lights."""
    if stack.overview is not None:
        return stack.overview.pixels
    if len(stack.frames) == 1:
        return stack.frames[0].pixels
    first, *others = [frame.pixels for frame in stack.frames]
    total: Any = first.astype(np.uint32 if first.dtype.kind == "u" else np.float64)
    for other in others:
        total += other
    total = total // len(stack.frames) if first.dtype.kind == "u" else total / len(stack.frames)
    return cast(Pixels, total.astype(first.dtype))


def _newest_before(archive: Archive, chosen: Chosen, site: SiteKey) -> Capture | None:
    for visit in reversed(chosen.earlier_visits):
        found = [c for c in archive.captures(visit.identifier, site=site) if not c.excluded_reason]
        if found:
            return found[-1]
    return None
