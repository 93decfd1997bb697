"""What an earlier visit left of a site: the ghost, the baseline the gates judge against, the last picture."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from gui.session.chosen import Chosen
from gui.session.standing import SitePictures
from imaging.archive.store import Archive
from imaging.guidance.context import Baseline, BaselineFacts, make_baseline
from imaging.model.arrays import Pixels
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


def recall_site(archive: Archive, chosen: Chosen, site: SiteKey) -> SiteMemory:
    """Read both from the archive; may take a second, so never on the GUI thread."""
    if chosen.subject is None or chosen.study is None:
        return SiteMemory()
    first = archive.baseline(chosen.subject.identifier, chosen.study.identifier, site)
    last = _newest_before(archive, chosen, site)
    if first is None:
        return SiteMemory()
    ghost = evenly_lit(archive.read_stack(first))
    caption, thumbnail = "", None
    if last is not None:
        thumbnail = ghost if last.identifier == first.identifier else evenly_lit(archive.read_stack(last))
        caption = f"{last.facts.taken_at:%d %b %Y}"
    pictures = SitePictures(ghost, thumbnail, caption)
    roi = archive.roi(chosen.subject.identifier, chosen.study.identifier, site)
    baseline = make_baseline(ghost, BaselineFacts(roi, first.encoding, first.controls))
    return SiteMemory(pictures, baseline, first.facts.taken_at, roi, first.facts.camera_identity)


def evenly_lit(stack: LightStack) -> Pixels:
    """The picture a person looks at: all lights on, or the mean over the lights."""
    if stack.overview is not None:
        return stack.overview.pixels
    if len(stack.frames) == 1:
        return stack.frames[0].pixels
    mean: Pixels = np.mean([frame.pixels for frame in stack.frames], axis=0).astype(stack.frames[0].pixels.dtype)
    return mean


def _newest_before(archive: Archive, chosen: Chosen, site: SiteKey) -> Capture | None:
    for visit in reversed(chosen.earlier_visits):
        found = [c for c in archive.captures(visit.identifier, site=site) if not c.excluded_reason]
        if found:
            return found[-1]
    return None
