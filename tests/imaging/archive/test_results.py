"""What was made of captures is kept: the newest of everything, by engine version where it is derived."""

import pytest

from imaging.errors import ArchiveError
from imaging.model.annotation import Annotation, Shape
from imaging.model.comparison import PointPairs
from imaging.model.geometry import Roi
from tests.imaging.archive.clinic import (
    LEFT_EYE,
    Clinic,
)


def test_regions_annotations_and_measurements_keep_their_newest(clinic: Clinic) -> None:
    archive, capture = clinic.archive, clinic.shoot()
    who = (clinic.subject.identifier, clinic.study.identifier, LEFT_EYE)
    assert archive.roi(*who) is None
    assert archive.annotations(capture.identifier) == ()
    assert archive.measurements(capture.identifier) == {}
    drawn = (
        Annotation(Shape.LINE, (1.5, 2), (3, 4), colour="#ff0000", identifier="a"),
        Annotation(Shape.TEXT, (5, 6), (5, 6), "scar"),
    )
    for roi, shapes in ((Roi(0, 0, 9, 9), drawn[:1]), (Roi(1, 2, 8, 9), drawn)):
        archive.set_roi(*who, roi)
        archive.save_annotations(capture.identifier, shapes)
    archive.record_measurement(capture.identifier, "0.1", {"wrinkles.count": 3, "texture.Str": None})
    archive.record_measurement(capture.identifier, "0.1", {"wrinkles.count": 4.5, "texture.Sa_um": float("nan")})
    with clinic.reopen() as again:
        assert again.roi(*who) == Roi(1, 2, 8, 9)
        assert again.annotations(capture.identifier) == drawn
        assert again.annotations(capture.identifier, version=1) == drawn[:1]
        assert again.measurements(capture.identifier) == {"wrinkles.count": 4.5, "texture.Sa_um": None}
        again.record_measurement(capture.identifier, "0.2", {"wrinkles.count": 5})
        assert again.measurements(capture.identifier) == {"wrinkles.count": 5}
        assert again.measurements(capture.identifier, "0.1")["wrinkles.count"] == 4.5
        assert again.measured_by(capture.identifier) == "0.2"


def test_results_of_nothing_are_refused(clinic: Clinic) -> None:
    archive = clinic.archive
    with pytest.raises(ArchiveError, match="no capture"):
        archive.save_annotations("nonsense", ())
    with pytest.raises(ArchiveError, match="no capture"):
        archive.record_measurement("nonsense", "1", {})
    with pytest.raises(ArchiveError, match="not enrolled"):
        archive.set_roi("nobody", clinic.study.identifier, LEFT_EYE, Roi(0, 0, 1, 1))


def test_derived_files_lie_by_capture_and_engine_version(clinic: Clinic) -> None:
    archive, capture = clinic.archive, clinic.shoot()
    folder = archive.derived_folder(capture.identifier, "0.1.0+abc")
    assert folder == archive.path / "derived" / capture.identifier / "0.1.0+abc"
    assert folder.parent.is_dir()
    assert not folder.exists()
    for version in ("", "..", "a/b", "../../x"):
        with pytest.raises(ArchiveError, match="engine version"):
            archive.derived_folder(capture.identifier, version)
    with pytest.raises(ArchiveError, match="no capture"):
        archive.derived_folder("..", "1")


def test_marked_points_are_kept_with_their_two_captures(clinic: Clinic) -> None:
    archive, first, second = clinic.archive, clinic.shoot(), clinic.shoot(replicate=2)
    pair = (first.identifier, second.identifier)
    assert archive.marked_points(*pair) is None
    marked = PointPairs(((1.25, 2.0), (30.0, 40.5)), ((3.0, 4.0), (50.0, 60.0)))
    with pytest.raises(ArchiveError, match="no capture"):
        archive.mark_points(first.identifier, "nonsense", marked)
    archive.mark_points(*pair, PointPairs(((0, 0), (9, 9)), ((0, 0), (9, 9))))
    archive.mark_points(*pair, marked)
    with clinic.reopen() as again:
        assert again.marked_points(*pair) == marked
        assert again.marked_points(pair[1], pair[0]) is None
        again.mark_points(*pair, None)
        assert again.marked_points(*pair) is None
        actions = [entry.action for entry in again.audit_trail()]
        assert actions[-3:] == ["mark points", "mark points", "take points back"]
        assert again.verify().is_sound
