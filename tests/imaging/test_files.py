"""Results appear whole or not at all."""

import errno
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from imaging.errors import ArchiveError, ExportError
from imaging.files import check_folder, move_all, staged_folder, write_whole, written_beside

NAMES = ("a.txt", "b.txt", "done.json")


def write_run(out: Path, files: dict[str, str]) -> None:
    with staged_folder(out, NAMES) as stage:
        for name, text in files.items():
            (stage / name).write_text(text)


def content(out: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in out.iterdir()}


def fail(out: Path, error: BaseException) -> None:
    with staged_folder(out, NAMES) as stage:
        (stage / "a.txt").write_text("half")
        raise error


def test_a_new_folder_holds_exactly_what_was_written(tmp_path: Path) -> None:
    write_run(tmp_path / "deep" / "out", {"a.txt": "1"})
    assert content(tmp_path / "deep" / "out") == {"a.txt": "1"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_a_second_run_replaces_the_first_and_leaves_what_is_not_ours(tmp_path: Path) -> None:
    write_run(tmp_path, {"a.txt": "1", "b.txt": "1"})
    (tmp_path / "notes.md").write_text("mine")
    write_run(tmp_path, {"a.txt": "2", "done.json": "2"})
    assert content(tmp_path) == {"a.txt": "2", "done.json": "2", "notes.md": "mine"}


@pytest.mark.parametrize("error", [ValueError("bug"), OSError(errno.EIO, "broken disk"), KeyboardInterrupt()])
def test_a_failing_run_leaves_everything_as_it_was(tmp_path: Path, error: BaseException) -> None:
    write_run(tmp_path / "out", {"a.txt": "1"})
    with pytest.raises((ValueError, ExportError, KeyboardInterrupt)):
        fail(tmp_path / "out", error)
    assert content(tmp_path / "out") == {"a.txt": "1"}


def test_a_failing_first_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="bug"):
        fail(tmp_path / "deep" / "out", ValueError("bug"))
    assert list(tmp_path.iterdir()) == []


def test_a_failing_move_is_taken_back(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("1")
    (tmp_path / "new").write_text("2")
    moves = [("old", "kept"), ("new", "old"), ("missing", "other")]
    with pytest.raises(FileNotFoundError):
        move_all([(tmp_path / source, tmp_path / target) for source, target in moves])
    assert content(tmp_path) == {"old": "1", "new": "2"}


def test_a_full_disk_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"disk is full.*free some space"):
        fail(tmp_path / "out", OSError(errno.ENOSPC, "No space left on device"))


def test_a_full_disk_is_recognised_without_its_error_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=0))
    with pytest.raises(ExportError, match="disk is full"):
        fail(tmp_path / "out", OSError("174080 requested and 33736 written"))


def test_a_really_full_disk(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no full disk to write to")
    with pytest.raises(ExportError, match="disk is full"):
        write_whole(tmp_path / "a.bin", lambda _beside: full.write_bytes(b"x"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_is_needed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="is a file, not a folder"):
        check_folder(tmp_path / "file")
    with pytest.raises(ExportError, match="is a file, not a folder"):
        check_folder(tmp_path / "file" / "below")
    check_folder(tmp_path / "new" / "below")


def test_write_whole_keeps_the_earlier_file_on_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, lambda beside: beside.write_text("1"))

    def half(beside: Path) -> None:
        beside.write_text("half")
        raise ValueError("bug")

    with pytest.raises(ValueError, match="bug"):
        write_whole(path, half)
    assert content(tmp_path) == {"a.txt": "1"}


@pytest.mark.parametrize("is_new", [True, False])
def test_the_sentence_of_a_step_inside_names_the_folder_that_was_asked_for(tmp_path: Path, is_new: bool) -> None:
    out = tmp_path / "out"
    if not is_new:
        out.mkdir()
    with (
        pytest.raises(ExportError, match=rf"^{re.escape(str(out / 'a.txt'))} was not written"),
        staged_folder(out, ()) as stage,
    ):
        write_whole(stage / "a.txt", break_down)


def break_down(_beside: Path) -> None:
    raise OSError(errno.EIO, "broken disk")


def test_write_whole_makes_the_folder_and_takes_bytes(tmp_path: Path) -> None:
    write_whole(tmp_path / "deep" / "a.bin", b"1")
    assert content(tmp_path / "deep") == {"a.bin": "1"}


def test_the_caller_names_the_kind_of_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match=r"a\.toml was not written: .*a file lies where a folder is needed"):
        write_whole(tmp_path / "file" / "a.toml", b"1", ArchiveError)


def test_the_sentence_names_the_place_and_not_the_part_beside_it(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as refused:
        write_whole(tmp_path / "a.txt", lambda beside: beside.parent.joinpath(beside.name, "x").write_text("1"))
    assert ".part" not in str(refused.value)


def test_an_immutable_file_may_be_replaced_but_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for text in ("1", "2"):
        with written_beside(path, is_immutable=True) as beside:
            beside.write_text(text)
    assert path.read_text() == "2"
    assert path.stat().st_mode & 0o222 == 0
