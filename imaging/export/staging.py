"""Results appear whole or not at all: written beside, then renamed."""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from imaging.errors import ExportError

_PARTIAL = ".partial-"
_FULL_BYTES = 1 << 20


@contextmanager
def plain_errors(target: Path) -> Iterator[None]:
    """Turn what the system says about a file into one plain sentence.

    Raises
    ------
    ExportError
        instead of any OSError inside
    """
    try:
        yield
    except OSError as error:
        raise ExportError(_sentence(error, target)) from error


def _sentence(error: OSError, target: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full, nothing was written to {target}: free some space and repeat."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"{target} may not be written: choose another place or ask for the right to write there."
    if isinstance(error, NotADirectoryError | FileExistsError):
        return f"{target} cannot be made, a file lies where a folder is needed: choose another folder."
    return f"{target} could not be written ({error.strerror or error}): choose another place and repeat."


def check_folder(out: Path) -> None:
    """Refuse an output folder that cannot be one, before any work is done.

    Raises
    ------
    ExportError
        `out`, or a folder above it, is a file or may not be written
    """
    with plain_errors(out):
        nearest = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
        if not nearest.is_dir():
            raise ExportError(f"{nearest} is a file, not a folder: choose another folder for the results.")
        if not os.access(nearest, os.W_OK):
            raise PermissionError(errno.EACCES, "no right to write")


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a file beside `path`, then put it in its place; on any failure `path` stays as it was."""
    with plain_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{_PARTIAL}{uuid4().hex}{path.suffix}")
        try:
            write(beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def staged_folder(out: Path, names: Iterable[str]) -> Iterator[Path]:
    """A folder to write into that becomes `out`, or leaves `out` as it was if the block fails.

    Parameters
    ----------
    out : may be missing, or hold earlier results and files of others, which stay
    names : every file a run may leave, the one that says "complete" last; earlier ones that this run did not write
        are removed, so that the files in `out` always belong to one run
    """
    with plain_errors(out):
        made = _make_parents(out)
        stage = _stage_for(out)
        try:
            yield stage
            _put_in_place(stage, out, tuple(names))
        except BaseException as error:
            is_full = _was_disk_full(error, stage)
            shutil.rmtree(stage, ignore_errors=True)
            for folder in made:
                with suppress(OSError):
                    folder.rmdir()
            if is_full:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise
        shutil.rmtree(stage, ignore_errors=True)


def _was_disk_full(error: BaseException, stage: Path) -> bool:
    """NumPy and Pillow lose the error number of a full disk; then the disk is asked, before room is made again."""
    return isinstance(error, OSError) and error.errno is None and shutil.disk_usage(stage).free < _FULL_BYTES


def _make_parents(out: Path) -> list[Path]:
    """Make the folders above `out`; the new ones, innermost first."""
    missing = [folder for folder in out.absolute().parents if not folder.exists()]
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    return missing


def _stage_for(out: Path) -> Path:
    """Inside an existing folder (it may be a disk of its own), beside a new one (one rename makes it)."""
    parent = out if out.exists() else out.absolute().parent
    stage = parent / f"{_PARTIAL}{uuid4().hex}"
    stage.mkdir()
    return stage


def _put_in_place(stage: Path, out: Path, names: tuple[str, ...]) -> None:
    if not out.exists():
        stage.rename(out)
        return
    written = sorted(path.name for path in stage.iterdir())
    earlier = stage / "earlier"
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
