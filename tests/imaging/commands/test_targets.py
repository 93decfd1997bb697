"""`targets` writes what can be printed."""

import signal
from pathlib import Path

import pytest

import main
from imaging.calibration import sheets

NAMES = ["colour-card.pdf", "depth-target.pdf", "light-card.pdf", "scale-target.pdf", "white-field.pdf"]


def test_five_pdfs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["targets", "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert "Wrote 5 targets" in said.out
    assert said.err == ""
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == NAMES
    for path in (tmp_path / "out").iterdir():
        content = path.read_bytes()
        assert content.startswith(b"%PDF")
        assert b"/PrintScaling /None" in content
        assert b"DejaVu" in content, "the font travels with the file"


def test_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main.main(["targets", "--out", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*NAMES, "mine.txt"])


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("a file")
    assert main.main(["targets", "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_program_told_to_end_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a computer that shuts down does."""
    monkeypatch.setattr(sheets, "pdf_of", lambda *_: signal.raise_signal(signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit, match="143"):
            main.main(["targets", "--out", str(tmp_path / "out")])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert list(tmp_path.iterdir()) == []
