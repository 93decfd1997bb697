"""What is known while a camera takes another one's place, as frozen values. Free of Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from imaging.archive.store import Archive
from imaging.bridging_set import KIND, Cameras, bridging_sites
from imaging.model.bridging import LEAST_SITES, Bridge, BridgingSite, CameraUse
from imaging.model.calibration_state import CalibrationState
from imaging.model.visit import Capture


@dataclass(frozen=True)
class Replacing:
    """One camera in the place of another.

    Parameters
    ----------
    cameras : every camera of the archive, and the station's own; identity and what it is called
    earlier, later : identities; None while there is nothing to replace
    current : the camera the station uses now
    calibration : of the later camera
    sites : of the bridging set, done or not
    kept : the bridging set that verdicts rest on now
    progress : what is being measured; empty when nothing is
    problem : one sentence of what went wrong
    """

    cameras: tuple[tuple[str, str], ...] = ()
    earlier: str | None = None
    later: str | None = None
    current: str | None = None
    calibration: CalibrationState | None = None
    sites: tuple[BridgingSite, ...] = ()
    kept: Bridge | None = None
    progress: str = ""
    problem: str = ""

    @property
    def pair(self) -> Cameras | None:
        if self.earlier is None or self.later is None:
            return None
        return Cameras(self.earlier, self.later)

    @property
    def may_be_same(self) -> bool:
        """One model on two ports: perhaps only the cable was plugged in elsewhere."""
        models = [one.split("@")[0] if one and "@" in one else "" for one in (self.earlier, self.later)]
        return bool(models[0]) and models[0] == models[1] and not (self.kept and self.kept.is_same)

    @property
    def done(self) -> int:
        """Sites photographed with both cameras."""
        return sum(site.is_complete for site in self.sites)

    @property
    def is_set_complete(self) -> bool:
        return self.done >= LEAST_SITES

    def name(self, identity: str | None) -> str:
        return dict(self.cameras).get(identity or "", identity or "")


def clinical_cameras(archive: Archive) -> tuple[CameraUse, ...]:
    """Cameras with which skin was followed: pictures of bridging and repeatability studies start no course."""
    found: dict[str, CameraUse] = {}
    for study in archive.studies():
        if archive.protocol_of(study.identifier).kind not in (KIND, "repeatability"):
            for use in archive.cameras(study.identifier):
                found.setdefault(use.identity, use)
    return tuple(found.values())


def camera_without_bridge(archive: Archive, identity: str) -> CameraUse | None:
    """A camera with which skin of this archive was followed, of which nobody knows how it goes with this one."""
    for use in clinical_cameras(archive):
        if use.identity == identity:
            continue
        bridge = archive.bridge(use.identity, identity)
        if bridge is None or not bridge.is_large_enough:
            return use
    return None


def same_cameras(archive: Archive, captures: Sequence[Capture]) -> dict[str, str]:
    """Later identities of cameras that somebody said to be an earlier one of these captures."""
    used = list(dict.fromkeys(capture.facts.camera_identity for capture in captures))
    found: dict[str, str] = {}
    for number, later in enumerate(used):
        for earlier in used[:number]:
            bridge = archive.bridge(earlier, later)
            if bridge is not None and bridge.is_same:
                found.setdefault(later, found.get(earlier, earlier))
    return found


def look_at(archive: Archive, current: str | None, wanted: tuple[str | None, str | None]) -> Replacing:
    """The cameras of an archive and how far the bridging set of two of them is; may take a moment.

    Parameters
    ----------
    wanted : earlier and later camera as a person chose them; None proposes
    """
    uses = archive.cameras()
    names = {use.identity: use.name for use in uses}
    if current is not None:
        names.setdefault(current, current)
    earlier, later = _proposed(archive, tuple(names), wanted)
    now = Replacing(_told_apart(names), earlier, later, current)
    if now.pair is None or earlier is None or later is None:
        return now
    return Replacing(
        now.cameras, earlier, later, current, None, bridging_sites(archive, now.pair), archive.bridge(earlier, later)
    )


def _told_apart(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Two cameras of one model are called by their identity too."""
    listed = list(names.values())
    return tuple(
        (identity, name if listed.count(name) == 1 or name == identity else f"{name} · {identity}")
        for identity, name in names.items()
    )


def _proposed(
    archive: Archive, known: Sequence[str], wanted: tuple[str | None, str | None]
) -> tuple[str | None, str | None]:
    """The camera most courses began with, and the one that came last."""
    earlier, later = wanted
    if earlier is None:
        clinical = [use.identity for use in clinical_cameras(archive)]
        earlier = next((one for one in (*clinical, *known) if one != later), None)
    if later is None:
        later = next((one for one in reversed(known) if one != earlier), None)
    return earlier, later
