"""Treated sides: recorded by code, corrected with a reason, told to nobody while the study is blinded."""

from dataclasses import replace
from pathlib import Path

import pytest

from imaging.archive.randomisation_list import read_randomisation
from imaging.archive.repairing import rebuild_index
from imaging.archive.store import open_archive
from imaging.errors import ArchiveError
from imaging.model.allocation import Allocation, Arm, Treated
from imaging.model.protocol import Laterality
from imaging.model.visit import Study
from tests.imaging.archive.clinic import Clinic


def blinded_study(clinic: Clinic) -> Study:
    protocol = replace(clinic.archive.protocol_of(clinic.study.identifier), is_blinded=True)
    return clinic.archive.create_study("BLIND", "Blinded", protocol)


def test_each_side_has_its_arm() -> None:
    left = Allocation(treated=Treated.LEFT)
    assert [left.arm_of(side) for side in Laterality] == [Arm.TREATED, Arm.CONTROL, None]
    assert Allocation(treated=Treated.NEITHER).arm_of(Laterality.MIDLINE) is Arm.CONTROL
    assert Allocation().arm_of(Laterality.LEFT) is None
    assert left.has_control and not Allocation(treated=Treated.BOTH).has_control


def test_a_side_is_recorded_before_its_subject_comes(clinic: Clinic) -> None:
    study = clinic.study.identifier
    assert clinic.archive.allocate(study, {"S-099": Treated.RIGHT, "S-100": Treated.LEFT}) == 2
    assert clinic.archive.allocate(study, {"S-099": Treated.RIGHT}) == 0
    clinic.archive.add_subject(study, "S-099")
    assert clinic.archive.allocation(study, "S-099") == Allocation(treated=Treated.RIGHT)
    assert clinic.archive.allocation(study, "S-101") == Allocation()


def test_a_correction_needs_a_reason_and_leaves_the_first_record(clinic: Clinic) -> None:
    study, code = clinic.study.identifier, clinic.subject.code
    clinic.archive.allocate(study, {code: Treated.LEFT})
    with pytest.raises(ArchiveError, match="reason for the correction"):
        clinic.archive.allocate(study, {code: Treated.RIGHT, "S-200": Treated.LEFT})
    assert not clinic.archive.allocation(study, "S-200").is_recorded, "all or none"
    clinic.archive.allocate(study, {code: Treated.RIGHT}, "typing error")
    assert clinic.archive.allocation(study, code).treated is Treated.RIGHT
    entry = clinic.archive.audit_trail()[-1]
    assert (entry.action, entry.reason) == ("record allocation", "typing error")
    assert clinic.subject.identifier in entry.ids["subjects"]


def test_a_blinded_study_tells_nobody_before_it_is_unblinded(clinic: Clinic) -> None:
    study = blinded_study(clinic).identifier
    clinic.archive.allocate(study, {"S-001": Treated.LEFT})
    assert clinic.archive.allocation(study, "S-001") == Allocation(is_hidden=True)
    assert clinic.archive.allocation(study, "S-001").arm_of(Laterality.LEFT) is None
    assert "left" not in str(clinic.archive.audit_trail()[-1]).lower()
    with pytest.raises(ArchiveError, match="Give the reason"):
        clinic.archive.unblind(study, " ")
    clinic.archive.unblind(study, "data base locked")
    assert clinic.archive.allocation(study, "S-001").treated is Treated.LEFT
    assert clinic.archive.audit_trail()[-1].reason == "data base locked"
    with pytest.raises(ArchiveError, match="nothing to unblind"):
        clinic.archive.unblind(study, "again")


def test_sides_and_unblinding_survive_a_lost_index(clinic: Clinic) -> None:
    study = blinded_study(clinic).identifier
    clinic.archive.allocate(study, {"S-001": Treated.LEFT})
    clinic.archive.unblind(study, "data base locked")
    assert clinic.archive.verify().is_sound
    folder = clinic.archive.path
    clinic.archive.close()
    (folder / "index.sqlite").unlink()
    rebuild_index(folder, "operator")
    with open_archive(folder, "operator") as again:
        assert again.allocation(study, "S-001").treated is Treated.LEFT
        assert not again.is_blinded(study)


@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
def test_a_randomisation_list_is_read(tmp_path: Path, parted_by: str) -> None:
    lines = (("Block", "Subject", "Treated"), ("1", "S-001", "Left"), ("1", "S-002", "right"), ("", "", ""))
    path = tmp_path / "list.csv"
    path.write_text("\n".join(parted_by.join(line) for line in lines), encoding="utf-8-sig")
    assert read_randomisation(path) == {"S-001": Treated.LEFT, "S-002": Treated.RIGHT}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "columns subject and treated"),
        ("subject,side\nS-001,left\n", "columns subject and treated"),
        ("subject,treated\n", "names no subject"),
        ("subject,treated\nS-001,left\nS-001,right\n", "Line 3 .* names S-001 a second time"),
        ("subject,treated\nS-001,\n", "Line 2 .* has ''"),
        ("subject,treated\n,left\n", "Line 2 .* names no subject"),
        ("subject,treated\nS-001,cream A\n", "Line 2 .* has 'cream a'"),
    ],
)
def test_a_wrong_list_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ArchiveError, match=words):
        read_randomisation(path)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"none\.csv cannot be read"):
        read_randomisation(tmp_path / "none.csv")
