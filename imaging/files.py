"""Writing files and folders that appear whole or not at all, and survive a power cut.

Everything is written beside its place, flushed to the disk, renamed, and the folder flushed. What the system says when
that fails becomes one plain sentence, of the kind of error the caller names.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from imaging.errors import ExportError, ImagingError

PART = ".part"
"""Ending of what is still being written; its name begins with a dot."""
_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_FULL_BYTES = 1 << 20


@contextmanager
def plain_errors(kind: type[ImagingError], work: str, place: Path, needed_bytes: int = 0) -> Iterator[None]:
    """Turn what the system says about a file into one plain sentence.

    Parameters
    ----------
    kind : of the error raised instead
    work : what was not done, for example "The capture was not archived"
    place : the file or folder it was about, which may be missing
    needed_bytes : how much room the work takes, for a full disk

    Raises
    ------
    ImagingError
        of this `kind`, instead of any OSError inside
    """
    try:
        yield
    except OSError as error:
        raise kind(_sentence(error, work, place, needed_bytes)) from error


def _sentence(error: OSError, work: str, place: Path, needed_bytes: int) -> str:
    named = place if PART in str(error.filename or PART) else error.filename
    if error.errno in _FULL:
        return full_disk_sentence(work, place, needed_bytes)
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"{work}: {named} may not be written; choose another place or ask for the right to write there."
    if isinstance(error, NotADirectoryError | FileExistsError):
        return f"{work}: {named} cannot be made, a file lies where a folder is needed; choose another folder."
    return f"{work}: {named} gave an error ({error.strerror or error}); check the place and repeat."


def full_disk_sentence(work: str, place: Path, needed_bytes: int = 0) -> str:
    """What to say when there is no room."""
    needed = f"{_megabytes(needed_bytes)} are needed and " if needed_bytes else ""
    folder = _nearest(place)
    return (
        f"{work}: the disk is full, {needed}{_megabytes(free_bytes(folder))} are free in {folder}; "
        "free some space and repeat."
    )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


def free_bytes(place: Path) -> int:
    """Room on the disk of a file or folder, which may be missing."""
    return shutil.disk_usage(_nearest(place)).free


def _nearest(place: Path) -> Path:
    """The innermost folder that exists, of a place and all above it."""
    return next(folder for folder in (place, *place.absolute().parents) if folder.is_dir())


def check_folder(out: Path, kind: type[ImagingError] = ExportError) -> None:
    """Refuse an output folder that cannot be one, before any work is done.

    Raises
    ------
    ImagingError
        of this `kind`: `out`, or a folder above it, is a file or may not be written
    """
    with plain_errors(kind, "Nothing was written", out):
        nearest = next(place for place in (out, *out.absolute().parents) if place.exists())
        if not nearest.is_dir():
            raise kind(f"{nearest} is a file, not a folder: choose another folder for the results.")
        if not os.access(nearest, os.W_OK):
            raise PermissionError(errno.EACCES, "no right to write", str(out))


def write_whole(path: Path, write: bytes | Callable[[Path], object], kind: type[ImagingError] = ExportError) -> None:
    """Put a file in its place; on any failure what was at `path` stays as it was.

    Parameters
    ----------
    path : its folder is made if missing
    write : the content, or what fills the file it is given

    Raises
    ------
    ImagingError
        of this `kind`: the disk is full, or the file may not be written
    """
    with plain_errors(kind, f"{path} was not written", path), written_beside(path) as beside:
        if isinstance(write, bytes):
            beside.write_bytes(write)
        else:
            write(beside)


@contextmanager
def written_beside(path: Path, *, is_immutable: bool = False) -> Iterator[Path]:
    """A file to write into that becomes `path`, or leaves `path` as it was if the block or the disk fails.

    Parameters
    ----------
    is_immutable : take away the right to write from everyone

    Raises
    ------
    OSError
        as the system says it
    """
    make_folder(path.parent)
    beside = _name_beside(path)
    is_new = not path.exists()
    try:
        with _removed_on_failure(beside):
            yield beside
            _flush(beside)
            if is_immutable:
                beside.chmod(beside.stat().st_mode & 0o555)
            if os.name == "nt" and not is_new:
                path.chmod(0o644)  # Windows replaces no read-only file
            beside.replace(path)
            flush_folder(path.parent)
    except BaseException:
        if is_new:
            remove(path)
        raise


@contextmanager
def staged_folder(out: Path, names: Iterable[str], kind: type[ImagingError] = ExportError) -> Iterator[Path]:
    """A folder to write into that becomes `out`, or leaves `out` as it was if the block fails.

    Parameters
    ----------
    out : may be missing, or hold earlier results and files of others, which stay
    names : every file a run may leave, the one that says "complete" last; earlier ones that this run did not write
        are removed, so that the files in `out` always belong to one run

    Raises
    ------
    ImagingError
        of this `kind`: the disk is full, or the folder may not be written
    """
    with plain_errors(kind, f"Nothing was written to {out}", out), _parents_made(out):
        stage = _stage_for(out)
        with _said_of(out, stage), _removed_on_failure(stage):
            yield stage
            for path in stage.rglob("*"):
                _flush(path)
            _put_in_place(stage, out, tuple(names))
            flush_folder(out)
            flush_folder(out.absolute().parent)
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _parents_made(out: Path) -> Iterator[None]:
    """Make the folders above `out`, and take the new ones away again if the block fails."""
    missing = [folder for folder in out.absolute().parents if not folder.exists()]
    make_folder(out.absolute().parent)
    try:
        yield
    except BaseException:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
        raise


def _name_beside(place: Path) -> Path:
    return place.with_name(f".{place.name}.{uuid4().hex[:8]}{PART}")


def _stage_for(out: Path) -> Path:
    """Inside an existing folder (it may be a disk of its own), beside a new one (one rename makes it)."""
    stage = _name_beside(out / "results") if out.exists() else _name_beside(out.absolute())
    stage.mkdir()
    return stage


@contextmanager
def _removed_on_failure(part: Path) -> Iterator[None]:
    """Remove a file or folder that is being written if the block fails.

    NumPy and Pillow lose the error number of a full disk; then the disk is asked, before room is made again.
    """
    try:
        yield
    except BaseException as error:
        is_nameless = isinstance(error, OSError) and error.errno is None
        is_full = is_nameless and free_bytes(part.parent) < _FULL_BYTES
        shutil.rmtree(part, ignore_errors=True) if part.is_dir() else remove(part)
        if is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise


@contextmanager
def _said_of(out: Path, stage: Path) -> Iterator[None]:
    """Nobody knows the folder beside: what is said of it is said of the folder it was to become."""
    try:
        yield
    except ImagingError as error:
        error.args = (str(error).replace(str(stage), str(out)),)
        raise


def _put_in_place(stage: Path, out: Path, names: tuple[str, ...]) -> None:
    if not out.exists():
        stage.rename(out)
        return
    written = sorted(path.name for path in stage.iterdir())
    earlier = stage / f"{PART}-earlier"
    earlier.mkdir()
    moves = [(out / name, earlier / name) for name in sorted({*names, *written}) if (out / name).exists()]
    order = {name: at for at, name in enumerate(names)}
    moves += [(stage / name, out / name) for name in sorted(written, key=lambda name: (order.get(name, -1), name))]
    move_all(moves)


def move_all(moves: list[tuple[Path, Path]]) -> None:
    """Every move, or none."""
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.replace(target)
            done.append((source, target))
    except OSError:
        for source, target in reversed(done):
            target.replace(source)
        raise


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each flushed into its parent."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


def _flush(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut; what nobody may write was flushed before."""
    if path.is_dir():
        flush_folder(path)
    elif os.access(path, os.W_OK):
        with path.open("r+b") as file:
            os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut. Windows flushes folders by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file, also a read-only one; nothing happens when it is not there or cannot be removed."""
    with suppress(OSError):
        path.chmod(0o644)  # Windows keeps read-only files
    with suppress(OSError):
        path.unlink()
