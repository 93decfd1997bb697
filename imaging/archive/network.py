"""Is a folder on a network share? SQLite's write-ahead log corrupts there."""

import sys
from pathlib import Path, PurePosixPath

NETWORK_KINDS = frozenset({
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "afs", "ncpfs", "ceph", "glusterfs",
    "lustre", "gfs2", "ocfs2", "fuse.sshfs", "fuse.davfs2", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.ceph",
    "fuse.cephfs", "fuse.gvfsd-fuse",
})  # fmt: skip
_MOUNTS = Path("/proc/mounts")
_REMOTE_DRIVE = 4


def network_kind(folder: Path) -> str | None:
    """The kind of network file system a folder lies on, or None. Best effort outside Linux and Windows."""
    folder = folder.resolve()
    if sys.platform == "win32":
        return _windows_kind(folder)
    if not _MOUNTS.is_file():
        return None
    kind = mounted_kind(folder.as_posix(), _MOUNTS.read_text(encoding="utf-8", errors="replace"))
    return kind if kind in NETWORK_KINDS else None


def mounted_kind(folder: str, mounts: str) -> str | None:
    """The kind of file system a folder lies on, from the text of `/proc/mounts`: the deepest, newest mount counts."""
    inside = (PurePosixPath(folder), *PurePosixPath(folder).parents)
    best: tuple[int, str | None] = (-1, None)
    for line in mounts.splitlines():
        fields = line.split(" ")
        point = PurePosixPath(_unescaped(fields[1])) if len(fields) > 2 else None
        if point in inside and point is not None and len(point.parts) >= best[0]:
            best = len(point.parts), fields[2]
    return best[1]


def _unescaped(point: str) -> str:
    """Spaces and tabs stand as octal numbers in `/proc/mounts`."""
    return point.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")


def _windows_kind(folder: Path) -> str | None:
    if str(folder).startswith("\\\\"):
        return "network share"
    import ctypes

    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined, unused-ignore]
    return "network drive" if kernel.GetDriveTypeW(folder.anchor) == _REMOTE_DRIVE else None
