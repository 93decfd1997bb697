"""Bridging sets of cameras, kept where the verdicts are given that cross a change of cameras."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from imaging.archive.repeatability import RepeatabilityVerbs
from imaging.archive.sidecar import device_stem
from imaging.archive.tables import CaptureRow, VisitRow
from imaging.comparison.bridging import AcrossCameras, bridge_bytes, read_bridge
from imaging.comparison.repeatability import Repeatability
from imaging.errors import CalibrationError
from imaging.model.bridging import Bridge, CameraUse
from imaging.model.calibration import Check, LightsCalibration
from imaging.model.comparison import Change
from imaging.model.visit import Capture

KEPT_BRIDGE = "keep bridging set"
"""What the trail calls it, with the file's name and checksum."""
SAME_CAMERA = "say that two cameras are one"
_NAME = re.compile(r"(?P<cameras>[0-9a-f]{16})-r(?P<revision>\d+)\.json")


@dataclass(frozen=True)
class Judging:
    """Which captures of two visits are compared, and what a verdict on them rests on.

    Parameters
    ----------
    references, movings : of each visit those of one camera, the same one where both visits have it
    repeatability : of the references' camera at this site
    across : set when the cameras differ and a bridging set of them was kept
    refusals : one plain sentence when they differ and there is none
    has_alike_lights : of one camera whose lights were calibrated anew in between and found where they had been
    """

    references: tuple[Capture, ...]
    movings: tuple[Capture, ...]
    repeatability: Repeatability | None
    across: AcrossCameras | None = None
    refusals: tuple[str, ...] = ()
    has_alike_lights: bool = False

    @property
    def known(self) -> tuple[AcrossCameras | None, bool]:
        """What `CompareOptions` takes last: across, and whether the lights are alike."""
        return self.across, self.has_alike_lights

    def noted(self, change: Change) -> Change:
        """The change with a warning for every calibration in doubt that it rests on."""
        doubts = dict.fromkeys(capture.doubt for capture in (*self.references, *self.movings) if capture.doubt)
        warnings = tuple(f"Calibration doubtful: {doubt}" for doubt in doubts)
        return replace(change, warnings=(*change.warnings, *warnings)) if warnings else change


class BridgingVerbs(RepeatabilityVerbs):
    """Which cameras were used, and how their readings go together; every revision stays, the newest counts."""

    def cameras(self, study_id: str | None = None) -> tuple[CameraUse, ...]:
        """Every camera that took a picture of this archive, or of one study, the one used first at the front."""
        found = select(
            CaptureRow.camera_identity, func.max(CaptureRow.camera_name), func.count(), func.min(CaptureRow.taken_at),
            func.max(CaptureRow.taken_at),
        ).group_by(CaptureRow.camera_identity)  # fmt: skip
        if study_id is not None:
            found = found.join(VisitRow).where(VisitRow.study_id == study_id)
        with self._reading() as session:
            rows = session.execute(found.order_by(func.min(CaptureRow.taken_at), func.min(CaptureRow.added_at))).all()
        return tuple(CameraUse(one, name, count, first.date(), last.date()) for one, name, count, first, last in rows)

    def keep_bridge(self, bridge: Bridge, pairs: dict[str, object] | None = None) -> Bridge:
        """Keep what a bridging set found, as the next revision for these two cameras; the answer carries its number.

        Raises
        ------
        ArchiveError
            the file cannot be written; nothing is kept then
        """
        cameras = _digest(bridge.earlier, bridge.later)
        kept = replace(bridge, revision=max(self._bridges(cameras), default=0) + 1)
        content, name = bridge_bytes(kept, pairs), f"{cameras}-r{kept.revision}.json"
        digest = hashlib.sha256(content).hexdigest()
        action = SAME_CAMERA if bridge.is_same else KEPT_BRIDGE
        named = {"earlier": device_stem(bridge.earlier), "later": device_stem(bridge.later)}
        with self._writing(action, file=name, sha256=digest, **named) as writing:
            writing.files[self.folder.bridging / name] = content
        return kept

    def bridge(self, earlier: str, later: str) -> Bridge | None:
        """The newest bridging set of two cameras, whichever of them came first; None when there is none.

        Raises
        ------
        MeasurementError
            the file was damaged
        """
        for cameras, is_inverse in ((_digest(earlier, later), False), (_digest(later, earlier), True)):
            revisions = self._bridges(cameras)
            if revisions:
                found = read_bridge(revisions[max(revisions)])
                return found.inverse if is_inverse else found
        return None

    def judging(self, references: Sequence[Capture], movings: Sequence[Capture], site: str) -> Judging:
        """What two visits of a site are compared on: `references` and `movings` are all their accepted captures.

        Raises
        ------
        MeasurementError
            a kept file was damaged
        """
        one, other = _cameras_of(references, movings)
        sides = _taken_with(references, one), _taken_with(movings, other)
        repeatability = self._at_site(one, site)
        bridge = None if one == other else self.bridge(one, other)
        if one == other or (bridge is not None and bridge.is_same):
            alike = have_alike_lights((*sides[0], *sides[1]))
            return Judging(*sides, repeatability or self._at_site(other, site), has_alike_lights=alike)
        if bridge is None:
            return Judging(*sides, repeatability, refusals=(_no_bridge(one, other),))
        return Judging(*sides, repeatability, AcrossCameras(bridge, self._at_site(other, site)))

    def _at_site(self, camera: str, site: str) -> Repeatability | None:
        study = self.repeatability(camera)
        return study.at_site(site) if study else None

    def _bridges(self, cameras: str) -> dict[int, Path]:
        matches = [(path, _NAME.fullmatch(path.name)) for path in self.folder.bridging.glob("*.json")]
        return {int(match["revision"]): path for path, match in matches if match and match["cameras"] == cameras}


def have_alike_lights(captures: Sequence[Capture]) -> bool:
    """Were all taken under lights that a check would take for the same: within its limits of the first capture's?"""
    found = [capture.facts.calibration.lights for capture in captures if capture.facts.calibration is not None]
    lights = [section for section in found if section is not None]
    if not lights or len(lights) < len(captures):
        return False
    try:
        return all(check.passed for other in lights[1:] for check in _compared_lights(lights[0], other))
    except CalibrationError:
        return False


def _compared_lights(one: LightsCalibration, other: LightsCalibration) -> tuple[Check, ...]:
    from imaging.calibration.lights import LightsEstimate
    from imaging.calibration.verification import verify_lights

    return verify_lights(one, LightsEstimate(other.lights, 0.0, 0.0), datetime.now(UTC))


def _digest(earlier: str, later: str) -> str:
    """Names a file whatever an identity looks like: video files and addresses are cameras too."""
    return hashlib.sha256(f"{earlier}\n{later}".encode()).hexdigest()[:16]


def _cameras_of(references: Sequence[Capture], movings: Sequence[Capture]) -> tuple[str, str]:
    """One that both visits have, else the one each was mostly taken with."""
    one, other = (Counter(c.facts.camera_identity for c in side) for side in (references, movings))
    common = [camera for camera in one if camera in other]
    if common:
        return common[0], common[0]
    return one.most_common(1)[0][0], other.most_common(1)[0][0]


def _taken_with(captures: Sequence[Capture], camera: str) -> tuple[Capture, ...]:
    return tuple(capture for capture in captures if capture.facts.camera_identity == camera)


def _no_bridge(one: str, other: str) -> str:
    return (
        f"The pictures were taken with different cameras ({one} and {other}): they cannot be judged against each other "
        "before a bridging set of both was kept."
    )
