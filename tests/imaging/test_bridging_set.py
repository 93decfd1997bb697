"""A bridging set in an archive: which sites are done, and what two cameras say of the same skin."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import main
from imaging.archive.protocols import read_protocol
from imaging.archive.store import Archive, create_archive
from imaging.bridging_set import Cameras, bridging_sites, make_bridge, missing_words
from imaging.errors import MeasurementError
from imaging.export.measurement_json import MeasureRecord
from imaging.export.surface_files import MeasuredFolder, write_measured
from imaging.model.bridging import BridgingSite
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.protocol import Laterality
from imaging.model.surface import Surface
from imaging.model.visit import Capture, ConsentUse, SiteKey
from imaging.surface.endpoints import measure_surface
from imaging.version import __version__
from tests.imaging.archive.clinic import PROTOCOLS, Clinic, consent, make_facts, make_stack
from tests.imaging.comparison.skin_pairs import Furrows, Noise, Placement, World, first_surface, moving_surface

DEPTH = "wrinkles.deepest_mean_depth_um"
CAMERAS = Cameras("old", "new")
SIDES = [SiteKey("crows-feet", Laterality.LEFT), SiteKey("crows-feet", Laterality.RIGHT)]
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SMALL = {"lights": 1, "shape": (8, 8, 3)}


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """One subject of a treatment study."""
    with create_archive(tmp_path / "archive", "operator") as archive:
        study = archive.create_study("TOPICAL-1", "Topical study", read_protocol(PROTOCOLS / "four-week.toml"))
        consents = (consent(ConsentUse.TRIAL), consent(ConsentUse.CARE))
        subject = archive.add_subject(study.identifier, "S-001", 1971, consents)
        visit = archive.start_visit(subject.identifier, study.identifier, 0, started_at=START)
        yield Clinic(archive, study, subject, visit)


def bridging_clinic(clinic: Clinic) -> Clinic:
    """The subject takes part in a bridging study too."""
    archive = clinic.archive
    study = archive.create_study("BRIDGE", "Bridging", read_protocol(PROTOCOLS / "bridging.toml"))
    archive.enrol_subject(study.identifier, clinic.subject.identifier)
    return replace(clinic, study=study)


def take(clinic: Clinic, camera: str, site: SiteKey, hours: float = 0.0, count: int = 3) -> list[Capture]:
    archive = clinic.archive
    visit = archive.start_visit(clinic.subject.identifier, clinic.study.identifier, None, started_at=START)
    more = {"camera_identity": camera, "taken_at": START + timedelta(hours=hours)}
    facts = [make_facts(visit, site, number + 1, **more) for number in range(count)]
    return [archive.add_capture(make_stack(len(str(site)) + n, **SMALL), one) for n, one in enumerate(facts)]


def done(archive: Archive) -> dict[str, tuple[int, int]]:
    return {site.patch: (site.earlier, site.later) for site in bridging_sites(archive, CAMERAS)}


def test_every_site_of_the_protocol_is_asked_for(clinic: Clinic) -> None:
    bridging = bridging_clinic(clinic)
    sites = bridging_sites(clinic.archive, CAMERAS)
    assert [site.name.split(", ")[1] for site in sites] == [
        "left crow's feet", "right crow's feet", "Forehead", "left cheek", "right cheek",
    ]  # fmt: skip
    take(bridging, "old", SIDES[0])
    take(bridging, "new", SIDES[0], hours=2)
    take(bridging, "new", SIDES[1])
    counts = list(done(clinic.archive).values())
    assert counts == [(3, 3), (0, 3), (0, 0), (0, 0), (0, 0)]
    assert "1 of 10" in missing_words(bridging_sites(clinic.archive, CAMERAS))


def test_pictures_of_different_days_are_no_pair(clinic: Clinic) -> None:
    """Skin differs from day to day: that must not be laid to a camera."""
    bridging = bridging_clinic(clinic)
    take(bridging, "old", SIDES[0])
    take(bridging, "new", SIDES[0], hours=30)
    assert next(iter(done(clinic.archive).values())) == (0, 3)
    take(bridging, "old", SIDES[0], hours=31, count=2)
    assert next(iter(done(clinic.archive).values())) == (2, 3)


def test_a_patient_seen_with_both_cameras_at_a_visit_counts_too(clinic: Clinic) -> None:
    take(clinic, "old", SIDES[1], count=2)
    assert bridging_sites(clinic.archive, CAMERAS) == ()
    take(clinic, "new", SIDES[1], hours=1, count=1)
    (site,) = bridging_sites(clinic.archive, CAMERAS)
    assert (site.earlier, site.later, site.is_complete) == (2, 1, True)


def test_enough_sites_lack_nothing() -> None:
    sites = [BridgingSite(f"B-{n}", "cheek", "left", "", 3, 3, 3) for n in range(10)]
    assert missing_words(sites) == ""
    assert missing_words([*sites[:9], replace(sites[9], later=2)]) == "9 of 10 sites are done with both cameras."


def keep_measured(archive: Archive, capture: Capture, surface: Surface, lights: str) -> None:
    """As if this engine had measured it."""
    measured = MeasuredCapture(surface, measure_surface(surface, MeasureLimits()), lights)
    record = MeasureRecord((), {}, START, "calibrated")
    write_measured(archive.derived_folder(capture.identifier, __version__), measured, MeasuredFolder(record))


def test_a_camera_that_reads_six_per_cent_deeper_is_found_out(clinic: Clinic) -> None:
    """Three sites, other lights, pictures 4 % larger: 6 % comes back, and that three sites are too few is said."""
    for number, key in enumerate((*SIDES, SiteKey("forehead", Laterality.MIDLINE))):
        world, depths = World(5 + number), np.array([150.0, 220.0, 120.0])
        (old,), (new,) = (take(clinic, camera, key, count=1) for camera in ("old", "new"))
        keep_measured(clinic.archive, old, first_surface(world, Furrows(tuple(depths))), "four lights")
        moving, _ = moving_surface(
            world, Furrows(tuple(1.06 * depths)), Placement(1.0, (3.0, -2.0), 1.04), Noise(0.005)
        )
        assert moving.spacing is not None
        finer = replace(moving.spacing, row_mm=moving.spacing.row_mm / 1.04, col_mm=moving.spacing.col_mm / 1.04)
        heights = {"height": moving.height / 1.04, "height_full": moving.height_full / 1.04}
        keep_measured(clinic.archive, new, replace(moving, spacing=finer, **heights), "other lights")
    found = make_bridge(clinic.archive, CAMERAS, date(2026, 3, 2))
    row = found.row(DEPTH)
    assert row is not None
    assert np.exp(row.bias) == pytest.approx(1.06, abs=0.02)
    assert not found.is_large_enough and len(found.sites) == 3
    assert found.left_out == ()


def test_a_set_without_pairs_is_refused(clinic: Clinic) -> None:
    with pytest.raises(MeasurementError, match="Only 0 sites"):
        make_bridge(clinic.archive, CAMERAS, date(2026, 3, 2))


def test_the_command_line_lists_and_keeps(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(clinic.archive.path)
    assert main.main(["bridging", "--archive", folder]) == 1
    assert "too few cameras (none)" in capsys.readouterr().err
    for number, key in enumerate((*SIDES, SiteKey("forehead", Laterality.MIDLINE))):
        surface = first_surface(World(5 + number), Furrows())
        for camera in ("old", "new"):
            (capture,) = take(clinic, camera, key, count=1)
            keep_measured(clinic.archive, capture, surface, camera)
    assert main.main(["bridging", "--archive", folder, "--list", "--later", "new"]) == 0
    assert "3 of 10 sites" in capsys.readouterr().out
    assert main.main(["bridging", "--archive", folder, "--later", "nobody"]) == 1
    assert "no picture of camera nobody: choose one of old, new" in capsys.readouterr().err
    assert main.main(["bridging", "--archive", folder]) == 0
    assert "new against old, 3 sites: the deepest wrinkle reads +0.0%" in capsys.readouterr().out.replace(
        "-0.0", "+0.0"
    )
    kept = clinic.archive.bridge("old", "new")
    assert kept is not None and not kept.is_large_enough
