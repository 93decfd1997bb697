"""The folder of an archive: where things lie in it, and the file that says what it is."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import tomli_w

from imaging.archive.durable import archive_errors, write_durably
from imaging.archive.network import network_kind
from imaging.errors import ArchiveError

FORMAT = "rhytid-archive"
VERSION = 1
MARKER = "archive.toml"
INDEX = "index.sqlite"


@dataclass(frozen=True)
class ArchiveFolder:
    """Paths of one archive."""

    root: Path
    identifier: str

    @property
    def marker(self) -> Path:
        return self.root / MARKER

    @property
    def index(self) -> Path:
        return self.root / INDEX

    @property
    def index_files(self) -> tuple[Path, ...]:
        """The index with its write-ahead log and that one's map."""
        return tuple(self.root / f"{INDEX}{suffix}" for suffix in ("", "-wal", "-shm"))

    @property
    def people(self) -> Path:
        return self.root / "people.sqlite"

    @property
    def originals(self) -> Path:
        return self.root / "originals"

    @property
    def captures(self) -> Path:
        return self.root / "captures"

    @property
    def subjects(self) -> Path:
        return self.root / "subjects"

    @property
    def studies(self) -> Path:
        return self.root / "studies"

    @property
    def devices(self) -> Path:
        return self.root / "devices"

    @property
    def repeatability(self) -> Path:
        return self.root / "repeatability"

    @property
    def bridging(self) -> Path:
        return self.root / "bridging"

    @property
    def sidecar_homes(self) -> tuple[Path, ...]:
        """Folders of sidecars, those that know most first."""
        return self.studies, self.subjects, self.captures, self.devices

    @property
    def derived(self) -> Path:
        return self.root / "derived"

    def original(self, subject_id: str, sha256: str) -> Path:
        return self.originals / subject_id / f"{sha256}.png"


def make_archive_folder(root: Path, created_at: datetime) -> ArchiveFolder:
    """Make an empty folder into one for an archive.

    Raises
    ------
    ArchiveError
        It is a file, not empty, on a network share or may not be written.
    """
    root = Path(root)
    if root.exists() and not root.is_dir():
        raise ArchiveError(f"{root} is a file: choose a new folder for the archive.")
    if root.is_dir() and any(root.iterdir()):
        raise ArchiveError(f"{root} is not empty: choose a new folder for the archive.")
    refuse_network(root)
    identifier = str(uuid4())
    values = {
        "format": FORMAT,
        "version": VERSION,
        "identifier": identifier,
        "created_at": created_at,
        "index": INDEX,
    }
    with archive_errors("The archive was not created", root):
        write_durably(root / MARKER, tomli_w.dumps(values).encode())
    return ArchiveFolder(root, identifier)


def find_archive_folder(root: Path) -> ArchiveFolder:
    """The paths of an existing archive.

    Raises
    ------
    ArchiveError
        It is not an archive, of a newer format, or on a network share.
    """
    root = Path(root)
    if root.exists() and not root.is_dir():
        raise ArchiveError(f"{root} is a file, not an archive: choose the folder of an archive.")
    if not (root / MARKER).is_file():
        raise ArchiveError(f"{root} is not an archive ({MARKER} is not there): choose another folder, or create one.")
    values = _read_marker(root / MARKER)
    _check_marker(values, root)
    refuse_network(root)
    return ArchiveFolder(root, values["identifier"])


def refuse_network(root: Path) -> None:
    """ArchiveError when `root` is on a network share: an SQLite index would be corrupted there."""
    kind = network_kind(root)
    if kind is not None:
        raise ArchiveError(
            f"{root} is on a network share ({kind}), where the index would be damaged: choose a folder on a disk of "
            "this computer; several stations together need PostgreSQL."
        )


def _read_marker(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ArchiveError(f"{path} cannot be read ({error}): restore it from a backup of the archive.") from error


def _check_marker(values: dict[str, Any], root: Path) -> None:
    version = values.get("version")
    if values.get("format") != FORMAT or not isinstance(version, int) or not isinstance(values.get("identifier"), str):
        raise ArchiveError(f"{root} is not an archive of this program ({MARKER} says something else).")
    if version > VERSION:
        raise ArchiveError(f"The archive {root} was written by a newer program (format {version}): update this one.")
    if values.get("index") != INDEX:
        raise ArchiveError(f"The index of {root} is {values.get('index')!r}: this version only knows {INDEX}.")
