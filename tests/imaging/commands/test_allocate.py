"""`allocate` and `unblind`: a randomisation list goes into the archive, and comes to light when it may."""

from dataclasses import replace
from pathlib import Path

import pytest

import main
from imaging.archive.protocols import read_protocol
from imaging.archive.store import create_archive, open_archive
from imaging.model.allocation import Allocation, Treated

PROTOCOL = Path(__file__).parents[3] / "resources" / "protocols" / "four-week.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with create_archive(tmp_path / "archive", "coordinator") as archive:
        archive.create_study("BLIND", "Blinded study", replace(read_protocol(PROTOCOL), is_blinded=True))
    (tmp_path / "list.csv").write_text("subject;treated\nS-001;left\nS-002;right\n", encoding="utf-8")
    return tmp_path / "archive"


def test_a_list_goes_in_and_comes_to_light_on_unblinding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--archive", str(folder), "--study", "BLIND"]
    assert main.main(["allocate", str(folder.parent / "list.csv"), *where]) == 0
    said = capsys.readouterr().out
    assert "treated side of 2 subjects of BLIND" in said and "before the study is unblinded" in said
    with open_archive(folder, "grader") as archive:
        study = archive.studies()[0].identifier
        assert archive.allocation(study, "S-001") == Allocation(is_hidden=True)
    assert main.main(["unblind", *where, "--reason", "data base locked"]) == 0
    with open_archive(folder, "grader") as archive:
        assert archive.allocation(study, "S-001").treated is Treated.LEFT


def test_what_cannot_be_recorded_is_said_in_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = str(folder.parent / "list.csv")
    assert main.main(["allocate", names, "--archive", str(folder), "--study", "OTHER"]) == 1
    assert "has no study OTHER (there: BLIND)" in capsys.readouterr().err
    where = ["--archive", str(folder), "--study", "BLIND"]
    assert main.main(["allocate", names, *where]) == 0
    (folder.parent / "list.csv").write_text("subject,treated\nS-001,right\n", encoding="utf-8")
    assert main.main(["allocate", names, *where]) == 1
    assert "S-001" in capsys.readouterr().err
    assert main.main(["allocate", names, *where, "--reason", "list was wrong"]) == 0
    assert main.main(["unblind", *where]) == 2
    assert main.main(["unblind", *where, "--reason", " "]) == 1
