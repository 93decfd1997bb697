"""Repeatability studies of devices, kept where the verdicts are given that rest on them."""

import hashlib
import re
from pathlib import Path

from imaging.archive.device_checks import DeviceCheckVerbs
from imaging.archive.sidecar import device_stem
from imaging.comparison.repeatability import Repeatability, read_repeatability

KEPT = "keep repeatability"
"""What the trail calls it, with the file's name and checksum."""
_NAME = re.compile(r"(?P<device>.+)-r(?P<revision>\d+)\.json")


class RepeatabilityVerbs(DeviceCheckVerbs):
    """Keep and find what repeatability studies found; every revision stays, the newest counts."""

    def keep_repeatability(self, device: str, content: bytes) -> Path:
        """Keep a file that a repeatability study wrote, as the next revision for this device.

        Raises
        ------
        ArchiveError
            the file cannot be written; nothing is kept then
        """
        stem = device_stem(device)
        name = f"{stem}-r{self.repeatability_revision(device) + 1}.json"
        digest = hashlib.sha256(content).hexdigest()
        with self._writing(KEPT, device=stem, file=name, sha256=digest) as writing:
            path = self.folder.repeatability / name
            writing.files[path] = content
        return path

    def repeatability_revision(self, device: str) -> int:
        """Of the newest study of this device that was kept; 0 when there is none."""
        return max(self._revisions(device), default=0)

    def repeatability(self, device: str) -> Repeatability | None:
        """What the newest study of this device found; None when there is none.

        Raises
        ------
        MeasurementError
            the file was damaged
        """
        revisions = self._revisions(device)
        return read_repeatability(revisions[max(revisions)]) if revisions else None

    def _revisions(self, device: str) -> dict[int, Path]:
        stem, found = device_stem(device), {}
        for path in self.folder.repeatability.glob("*.json"):
            match = _NAME.fullmatch(path.name)
            if match and match["device"] == stem:
                found[int(match["revision"])] = path
        return found
