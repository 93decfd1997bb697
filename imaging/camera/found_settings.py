"""How cameras were set before this program touched them: kept in a folder, so that a crash cannot lose it."""

import json
from pathlib import Path
from urllib.parse import quote

from imaging.camera.controls import FoundControls
from imaging.errors import CameraError
from imaging.files import write_whole


class FoundSettings:
    """One small file a camera, from its first opening until it was put back.

    Parameters
    ----------
    folder : made when it is needed; None keeps nothing beyond this run
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: dict[str, FoundControls] = {}

    def keep(self, identity: str, found: FoundControls) -> FoundControls:
        """What is to be put back one day: what was found first, if this program never came to put it back.

        A folder that may not be written keeps nothing; the camera works all the same.
        """
        known = self._kept.get(identity) or self._read(identity)
        self._kept[identity] = known or found
        if known is None:
            self._write(identity, found)
        return self._kept[identity]

    def forget(self, identity: str) -> None:
        """It was put back."""
        self._kept.pop(identity, None)
        if self._folder is not None:
            self._path(self._folder, identity).unlink(missing_ok=True)

    def _read(self, identity: str) -> FoundControls | None:
        try:
            values = json.loads(self._path(self._folder, identity).read_text("utf-8")) if self._folder else None
            return FoundControls(_numbers(values["values"]), _numbers(values["automatics"])) if values else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _write(self, identity: str, found: FoundControls) -> None:
        if self._folder is None:
            return
        values = {"camera": identity, "values": dict(found.values), "automatics": dict(found.automatics)}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._path(self._folder, identity), json.dumps(values, indent=1).encode(), CameraError)
        except (OSError, CameraError):
            return

    @staticmethod
    def _path(folder: Path, identity: str) -> Path:
        return folder / f"{quote(identity, safe='')}.json"


def _numbers(values: dict[str, float]) -> dict[str, float]:
    return {str(name): float(value) for name, value in values.items()}
