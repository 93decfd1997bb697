"""White fields are kept with the captures they count for, once a subject, and read back with the frames."""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from imaging.archive.objects import FLAT_FIELD
from imaging.calibration.device_file import read_device_file, write_device_file
from imaging.calibration.device_store import PictureFile, open_device
from imaging.calibration.flat_field import FlatFieldEstimate
from imaging.camera.png import encode_png
from imaging.capture_inputs import inputs_of
from imaging.model.calibration import DeviceCalibration
from imaging.model.visit import ConsentUse
from tests.imaging.archive.clinic import Clinic, consent, files_under, make_calibration, make_facts, make_stack

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def white(seed: int, kind: str = "uint8") -> np.ndarray:
    top = np.iinfo(kind).max
    return np.random.default_rng(seed).integers(top // 2, top, (24, 32, 3), dtype=kind)


def device_with_white_fields(folder: Path, kind: str = "uint8") -> DeviceCalibration:
    path = folder / "camera.json"
    write_device_file(path, make_calibration())
    pictures = [PictureFile(encode_png(white(seed, kind)), ".png") for seed in range(4)]
    open_device(path, NOW).write_flat_fields(FlatFieldEstimate((0.7,) * 4, 0.01, 0.9), pictures)
    return read_device_file(path)


def test_they_are_kept_once_a_subject_and_measured_with(clinic: Clinic, tmp_path: Path) -> None:
    calibration = device_with_white_fields(tmp_path / "devices")
    archive = clinic.archive
    first = archive.add_capture(make_stack(1), make_facts(clinic.visit, calibration=calibration))
    count = len(files_under(archive.folder.originals))
    again = archive.add_capture(make_stack(2), make_facts(clinic.visit, replicate=2, calibration=calibration))
    assert len(files_under(archive.folder.originals)) == count + 5, "five new frames, no new white field"
    kept = [o for o in again.originals if o.role == FLAT_FIELD]
    assert [o.sha256 for o in kept] == [o.sha256 for o in first.originals if o.role == FLAT_FIELD]
    for seed, original in enumerate(kept):
        content = archive.original_path(again, original).read_bytes()
        assert hashlib.sha256(content).hexdigest() == original.sha256
        assert content == encode_png(white(seed))
    shutil.rmtree(tmp_path / "devices")
    stack = archive.read_stack(again)
    assert len(stack.frames) == 4 and stack.overview is not None and len(stack.flat_fields) == 4
    inputs = inputs_of(stack, again)
    np.testing.assert_array_equal(inputs.flat_fields[2], white(2))
    assert not any("white fields" in words for words in inputs.warnings)
    assert archive.verify().is_sound


def test_another_subject_has_its_own(clinic: Clinic, tmp_path: Path) -> None:
    calibration = device_with_white_fields(tmp_path / "devices")
    archive, study = clinic.archive, clinic.study.identifier
    other = archive.add_subject(study, "S-009", 1980, (consent(ConsentUse.TRIAL),))
    visit = archive.start_visit(other.identifier, study, 0)
    for number, who in enumerate((clinic.visit, visit)):
        archive.add_capture(make_stack(number), make_facts(who, calibration=calibration))
    homes = [archive.folder.originals / subject for subject in (clinic.subject.identifier, other.identifier)]
    names = [{path.name for path in home.iterdir()} for home in homes]
    assert len(names[0] & names[1]) == 4


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_shot_is_not_lost_for_a_white_field(clinic: Clinic, tmp_path: Path, harm: str) -> None:
    calibration = device_with_white_fields(tmp_path / "devices")
    path = next((tmp_path / "devices").glob("*-white-2-*"))
    path.unlink() if harm == "lost" else path.write_bytes(encode_png(white(77)))
    capture = clinic.archive.add_capture(make_stack(1), make_facts(clinic.visit, calibration=calibration))
    inputs = inputs_of(clinic.archive.read_stack(capture), capture)
    assert inputs.flat_fields == () and any("white fields" in words for words in inputs.warnings)


def test_white_fields_of_another_bit_depth_are_not_divided_by(clinic: Clinic, tmp_path: Path) -> None:
    calibration = device_with_white_fields(tmp_path / "devices", "uint16")
    capture = clinic.archive.add_capture(make_stack(1), make_facts(clinic.visit, calibration=calibration))
    stack = clinic.archive.read_stack(capture)
    assert len(stack.flat_fields) == 4
    assert any("white fields" in words for words in inputs_of(stack, capture).warnings)
