"""`repeatability` on an archive that a simulated clinic filled: untreated skin, two days, re-placed."""

import csv
import json
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

import main
from imaging.archive.protocols import read_protocol
from imaging.archive.store import open_archive
from imaging.commands.simulated_clinic import OPERATOR, STUDY, ClinicPlan, SimulatedClinic
from imaging.comparison.repeatability import EndpointSpread, Repeatability, read_repeatability, repeatability_bytes
from imaging.model.comparison import Verdict
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey
from imaging.pipeline import VisitPair, compare_visits

PROTOCOLS = Path(main.__file__).parent / "resources" / "protocols"
SITE = SiteKey("crows-feet", Laterality.LEFT)
HEADLINE = "wrinkles.deepest_mean_depth_um"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repeated") / "archive"
    plan = ClinicPlan(date(2026, 3, 9), subjects=2, weeks=(0, 1), sites=(SITE,), replicates=2, is_treated=False)
    with closing(SimulatedClinic(folder, read_protocol(PROTOCOLS / "repeatability.toml"), plan)) as clinic:
        assert len(list(clinic.captures())) == 8
    return folder


@pytest.fixture(scope="module")
def out(archive: Path) -> Path:
    path = archive.parent / "study" / "camera.json"
    arguments = ["repeatability", "--archive", str(archive), "--study", STUDY, "--out", str(path)]
    assert main.main(arguments) == 0
    return path


def test_the_file_says_how_far_the_camera_repeats(out: Path) -> None:
    found = read_repeatability(out)

    spread = found.endpoints[HEADLINE]
    assert found.device
    assert spread.is_relative
    assert 0 < spread.s_within < 0.05
    assert (spread.df_within, spread.df_between) == (4, 2)
    assert HEADLINE in found.sites["crows-feet"]


def test_the_report_has_two_pages_and_every_reading_is_kept(out: Path) -> None:
    pages = out.with_suffix(".pdf").read_bytes()
    with out.with_name("camera-readings.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert pages.startswith(b"%PDF")
    assert pages.count(b"/Type /Page\n") == 2
    assert len(rows) == 8
    assert {row["subject"] for row in rows} == {"S-001", "S-002"}
    assert all(float(row[HEADLINE]) > 25 for row in rows)
    assert {row["calibration"] for row in rows} == {"verified"}


def test_too_small_a_study_is_reported_and_feeds_no_verdict(out: Path, archive: Path) -> None:
    report = json.loads(out.read_text())["report"]

    assert any("2 subjects" in sentence for sentence in report["shortcomings"])
    with open_archive(archive, OPERATOR) as opened:
        assert opened.repeatability(report["device"]) is None


def test_a_study_kept_in_the_archive_feeds_the_verdict(out: Path, archive: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(archive, tmp_path / "archive")
    device = read_repeatability(out).device
    spreads = {HEADLINE: EndpointSpread(0.03, 60, 0.04, 19)}
    large = Repeatability(device, spreads, "2026-03-09", sites={"crows-feet": spreads})
    with open_archive(copy, OPERATOR) as opened:
        kept = opened.keep_repeatability(device, repeatability_bytes(large))
        visits = opened.visits(opened.subjects(opened.studies()[0].identifier)[0].identifier)
        compared = compare_visits(opened, VisitPair(SITE, visits[0].identifier, visits[1].identifier))
        [row] = [row for row in compared.change.endpoints if row.endpoint == HEADLINE]
        assert row.verdict is Verdict.NO_CHANGE
        assert row.mdc95_source == kept.name
        assert opened.repeatability_revision(device) == 1
        assert opened.verify().is_sound
        kept.write_bytes(kept.read_bytes() + b" ")
        assert any(str(kept) in problem for problem in opened.verify().problems)


@pytest.mark.parametrize(
    ("study", "device", "sentence"),
    [("NONE", None, "has no study NONE"), (STUDY, "other:camera", "has no picture of camera other:camera")],
)
def test_what_cannot_be_done_is_said(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], study: str, device: str | None, sentence: str
) -> None:
    arguments = ["repeatability", "--archive", str(archive), "--study", study, "--out", str(tmp_path / "no.json")]

    assert main.main([*arguments, *(["--device", device] if device else [])]) == 1

    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_treated_skin_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = ClinicPlan(date(2026, 3, 9), subjects=0)
    with closing(SimulatedClinic(tmp_path / "archive", read_protocol(PROTOCOLS / "four-week.toml"), plan)):
        pass

    out = tmp_path / "out.json"
    status = main.main(["repeatability", "--archive", str(tmp_path / "archive"), "--study", STUDY, "--out", str(out)])

    assert status == 1
    assert "is not a repeatability study" in capsys.readouterr().err
