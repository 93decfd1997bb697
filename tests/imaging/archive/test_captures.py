"""A capture comes back pixel for pixel; decisions about it are a history; the original never changes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from imaging.archive.store import Archive
from imaging.calibration.device_file import calibration_to_json
from imaging.errors import ArchiveError
from imaging.model.frame import Frame
from imaging.model.light_stack import LightStack
from imaging.model.protocol import Laterality, StudyProtocol
from imaging.model.reading import GateKind, GateReading, GateState
from imaging.model.visit import Capture, ConsentAnswer, ConsentUse, Override, SiteKey
from tests.imaging.archive.clinic import (
    LEFT_EYE,
    PROTOCOLS,
    RIGHT_EYE,
    Clinic,
    consent,
    files_under,
    make_calibration,
    make_facts,
    make_stack,
)


def assert_same_frame(found: Frame | None, given: Frame | None) -> None:
    assert found is not None
    assert given is not None
    np.testing.assert_array_equal(found.pixels, given.pixels)
    assert found.pixels.dtype == given.pixels.dtype
    for name in ("sequence", "time_s", "light", "encoding", "transport", "controls"):
        assert getattr(found, name) == getattr(given, name)


@pytest.mark.parametrize(
    ("kind", "shape", "lights"), [("uint8", (24, 32, 3), 4), ("uint16", (24, 32, 3), 1), ("uint8", (24, 32), 3)]
)
def test_a_stack_comes_back_pixel_for_pixel(clinic: Clinic, kind: str, shape: tuple[int, ...], lights: int) -> None:
    stack = make_stack(3, kind=kind, shape=shape, lights=lights)
    capture = clinic.archive.add_capture(stack, make_facts(clinic.visit))
    with clinic.reopen() as archive:
        found = archive.read_stack(archive.capture(capture.identifier))
    for one, other in zip(found.frames, stack.frames, strict=True):
        assert_same_frame(one, other)
    if stack.overview is None:
        assert found.overview is None
    else:
        assert_same_frame(found.overview, stack.overview)


def test_a_view_of_a_larger_picture_is_archived_as_it_looks(clinic: Clinic) -> None:
    pixels = np.arange(40 * 60 * 3, dtype=np.uint32).astype(np.uint8).reshape(40, 60, 3)[5:30, 50:2:-1, ::-1]
    capture = clinic.archive.add_capture(LightStack((Frame(pixels, 1, 0.0),)), make_facts(clinic.visit))
    np.testing.assert_array_equal(clinic.archive.read_stack(capture).frames[0].pixels, pixels)


def test_what_is_known_about_a_shot_comes_back(clinic: Clinic) -> None:
    facts = make_facts(clinic.visit, replicate=2, calibration=make_calibration())
    capture = clinic.archive.add_capture(make_stack(), facts)
    with clinic.reopen() as archive:
        found = archive.capture(capture.identifier)
        assert archive.captures() == (found,)
    assert found.facts.calibration is not None
    assert facts.calibration is not None
    assert calibration_to_json(found.facts.calibration) == calibration_to_json(facts.calibration)
    assert replace(found.facts, calibration=None) == replace(facts, calibration=None)
    assert (found.subject_id, found.site, found.operator) == (clinic.subject.identifier, LEFT_EYE, "operator")
    assert (found.encoding, found.transport, found.is_accepted) == ("srgb", "MJPG", True)
    assert [(o.role, o.light) for o in found.originals] == [("frame", f"L{n}") for n in range(4)] + [("overview", None)]


def test_originals_are_named_by_their_content_and_nobody_may_write_them(clinic: Clinic) -> None:
    capture = clinic.shoot()
    for original in capture.originals:
        path = clinic.archive.original_path(capture, original)
        assert path.parent.name == clinic.subject.identifier
        assert path.stem == original.sha256
        assert path.stat().st_size == original.byte_count
        assert path.stat().st_mode & 0o222 == 0


def test_the_same_picture_twice_is_one_file_but_never_shared_between_subjects(clinic: Clinic) -> None:
    first, again = clinic.shoot(seed=5), clinic.shoot(seed=5, replicate=2)
    assert first.originals == again.originals
    assert len(list(clinic.archive.folder.originals.rglob("*.png"))) == 5
    other = clinic.archive.add_subject(clinic.study.identifier, "S-002", consents=(consent(ConsentUse.TRIAL),))
    visit = clinic.archive.start_visit(other.identifier, clinic.study.identifier)
    clinic.archive.add_capture(make_stack(5), make_facts(visit))
    assert len(list(clinic.archive.folder.originals.rglob("*.png"))) == 10


def test_a_damaged_original_is_named_and_never_shown(clinic: Clinic) -> None:
    capture = clinic.shoot()
    path = clinic.archive.original_path(capture, capture.originals[2])
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=f"{path.name} is damaged"):
        clinic.archive.read_stack(capture)
    path.unlink()
    with pytest.raises(ArchiveError, match=f"{path.name} is missing"):
        clinic.archive.read_stack(capture)


def test_taking_the_picture_again_heals_a_damaged_original(clinic: Clinic) -> None:
    capture = clinic.shoot(seed=1)
    path = clinic.archive.original_path(capture, capture.originals[0])
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    clinic.shoot(seed=1, replicate=2)
    clinic.archive.read_stack(capture)


@pytest.mark.parametrize("answer", [None, ConsentAnswer.REFUSED, ConsentAnswer.WITHDRAWN])
def test_no_picture_without_consent(clinic: Clinic, answer: ConsentAnswer | None) -> None:
    archive, study = clinic.archive, clinic.study.identifier
    subject = archive.add_subject(study, "S-9", consents=(consent(ConsentUse.CARE), consent(ConsentUse.TEACHING)))
    if answer is not None:
        archive.record_consent(subject.identifier, consent(ConsentUse.TRIAL))
        archive.record_consent(subject.identifier, consent(ConsentUse.TRIAL, answer))
    visit = archive.start_visit(subject.identifier, study)
    before = files_under(archive.path)
    with pytest.raises(ArchiveError, match="consent for trial"):
        archive.add_capture(make_stack(), make_facts(visit))
    assert files_under(archive.path) == before


def test_routine_care_asks_for_the_consent_for_care(clinic: Clinic) -> None:
    from imaging.archive.protocols import read_protocol

    archive = clinic.archive
    study = archive.create_study("CARE", "Care", read_protocol(PROTOCOLS / "follow-up.toml")).identifier
    subject = archive.add_subject(study, "P-1", consents=(consent(ConsentUse.TRIAL),)).identifier
    visit = archive.start_visit(subject, study)
    with pytest.raises(ArchiveError, match="consent for care"):
        archive.add_capture(make_stack(), make_facts(visit))
    archive.record_consent(subject, consent(ConsentUse.CARE))
    assert archive.add_capture(make_stack(), make_facts(visit)).is_accepted


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"site": SiteKey("elbow", Laterality.LEFT)}, "no site elbow/left"),
        ({"site": SiteKey("crows-feet", Laterality.MIDLINE)}, "no site crows-feet/midline"),
        ({"visit_id": "nonsense"}, "no visit nonsense"),
        ({"replicate": 0}, "replicate 0"),
        ({"taken_at": datetime(2026, 1, 1)}, "no time zone"),
    ],
)
def test_impossible_shots_are_refused_before_anything_is_written(
    clinic: Clinic, change: dict[str, object], words: str
) -> None:
    before = files_under(clinic.archive.path)
    with pytest.raises(ArchiveError, match=words):
        clinic.archive.add_capture(make_stack(), replace(make_facts(clinic.visit), **change))  # type: ignore[arg-type]
    assert files_under(clinic.archive.path) == before


def test_pixels_that_would_lose_something_are_refused(clinic: Clinic) -> None:
    frame = Frame(np.zeros((4, 4, 3), dtype=np.float32), 1, 0.0)
    with pytest.raises(ArchiveError, match="float32"):
        clinic.archive.add_capture(LightStack((frame,)), make_facts(clinic.visit))


def test_an_overridden_stop_keeps_a_capture_out_until_it_is_accepted(clinic: Clinic) -> None:
    red = GateReading("calibration", GateKind.STOP, GateState.RED, None, "", "", "Calibrate.", 1)
    facts = make_facts(clinic.visit, readings=(red,), overrides=(Override("calibration", "device away"),))
    capture = clinic.archive.add_capture(make_stack(), facts)
    assert not capture.is_accepted
    assert capture.excluded_reason == ""
    assert clinic.archive.baseline(clinic.subject.identifier, clinic.study.identifier, LEFT_EYE) is None
    assert clinic.archive.set_accepted(capture.identifier, True, "calibration checked after").is_accepted


def test_an_exclusion_has_a_reason_and_can_be_taken_back(clinic: Clinic) -> None:
    archive, capture = clinic.archive, clinic.shoot()
    excluded = archive.exclude(capture.identifier, "hair")
    assert (excluded.is_accepted, excluded.excluded_reason) == (False, "hair")
    back = archive.set_accepted(capture.identifier, True)
    assert (back.is_accepted, back.excluded_reason) == (True, "")
    for reason in ("", "  "):
        with pytest.raises(ArchiveError, match="needs a reason"):
            archive.exclude(capture.identifier, reason)
        with pytest.raises(ArchiveError, match="needs a reason"):
            archive.set_accepted(capture.identifier, False, reason)


def test_a_capture_moves_to_another_site_and_its_files_stay(clinic: Clinic) -> None:
    archive, capture = clinic.archive, clinic.shoot()
    before = files_under(archive.path)
    moved = archive.reassign(capture.identifier, RIGHT_EYE, "wrong side chosen")
    assert (moved.site, moved.facts.site) == (RIGHT_EYE, LEFT_EYE)
    assert archive.captures(site=LEFT_EYE) == ()
    assert archive.captures(site=RIGHT_EYE) == (moved,)
    assert [a.site for a in archive.assignments(capture.identifier)] == [LEFT_EYE, RIGHT_EYE]
    assert files_under(archive.path) == before
    with pytest.raises(ArchiveError, match="no site"):
        archive.reassign(capture.identifier, SiteKey("elbow", Laterality.LEFT), "typing")
    with pytest.raises(ArchiveError, match="needs a reason"):
        archive.reassign(capture.identifier, LEFT_EYE, "")


def test_captures_are_listed_by_every_condition(clinic: Clinic, protocol: StudyProtocol) -> None:
    archive = clinic.archive
    second, first = clinic.shoot(1, replicate=2), clinic.shoot(2, replicate=1)
    right = clinic.shoot(3, site=RIGHT_EYE, replicate=3)
    assert archive.captures(clinic.visit.identifier) == (first, second, right)
    assert archive.captures(subject_id=clinic.subject.identifier, site=RIGHT_EYE) == (right,)
    assert archive.captures(study_id=clinic.study.identifier) == archive.captures()
    other = archive.create_study("OTHER", "Other", protocol).identifier
    assert archive.captures(study_id=other) == archive.captures("nonsense") == ()
    with pytest.raises(ArchiveError, match="no capture nonsense"):
        archive.capture("nonsense")


def test_the_baseline_is_the_first_accepted_capture_of_the_first_visit_that_has_one(clinic: Clinic) -> None:
    archive, who = clinic.archive, (clinic.subject.identifier, clinic.study.identifier)
    assert archive.baseline(*who, LEFT_EYE) is None
    later = archive.start_visit(*who, week=2, started_at=clinic.visit.started_at + timedelta(weeks=2))
    at_week_2 = archive.add_capture(make_stack(7), make_facts(later))
    assert archive.baseline(*who, LEFT_EYE) == at_week_2
    second, first = clinic.shoot(8, replicate=2), clinic.shoot(9, replicate=1)
    assert archive.baseline(*who, LEFT_EYE) == first
    archive.exclude(first.identifier, "moved")
    assert archive.baseline(*who, LEFT_EYE) == second
    archive.set_accepted(second.identifier, False, "retaken")
    assert archive.baseline(*who, LEFT_EYE) == at_week_2
    assert archive.baseline(*who, RIGHT_EYE) is None


def test_several_threads_add_captures_at_once(clinic: Clinic) -> None:
    def shoot(number: int) -> Capture:
        return clinic.shoot(seed=number % 3, site=(LEFT_EYE, RIGHT_EYE)[number % 2], replicate=number + 1)

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(shoot, range(12)))
    assert {c.identifier for c in clinic.archive.captures()} == {c.identifier for c in taken}
    report = clinic.archive.verify()
    assert report.problems == ()
    assert (report.captures, report.audit_entries) == (12, 4 + 12)


def test_two_open_archives_write_to_one_trail(clinic: Clinic) -> None:
    from imaging.archive.store import open_archive

    def enrol(pair: tuple[Archive, int]) -> None:
        pair[0].add_subject(clinic.study.identifier, f"N-{pair[1]}")

    with open_archive(clinic.archive.path, "somebody else") as other, ThreadPoolExecutor(2) as pool:
        list(pool.map(enrol, [((clinic.archive, other)[number % 2], number) for number in range(10)]))
        assert len(other.subjects(clinic.study.identifier)) == 11
        assert other.verify().problems == ()
