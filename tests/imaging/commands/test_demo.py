"""`demo`: what it may write into, and that it leaves all or nothing. The whole of it runs with `make demo`."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

import main
from imaging.archive.protocols import read_protocol
from imaging.archive.store import create_archive, open_archive
from imaging.camera.device import Target
from imaging.commands.arguments import Surroundings
from imaging.commands.demo import ARCHIVE, PICTURES, TRUTH
from imaging.commands.simulated_clinic import ClinicPlan, SimulatedClinic, open_clinic, today
from imaging.model.allocation import Treated
from imaging.model.geometry import Roi
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey
from tests.imaging.archive.clinic import files_under

RESOURCES = Path(__file__).parents[3] / "resources"


def demo(out: Path, *more: str) -> int:
    return main.main(["demo", "--out", str(out), *more])


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """One picture instead of all visits."""

    def play(_clinic: SimulatedClinic, out: Path, *_more: object) -> Iterator[Path]:
        for name in (TRUTH, PICTURES):
            (out / name).mkdir()
        (out / PICTURES / "new.png").write_bytes(b"picture")
        yield out / PICTURES / "new.png"

    monkeypatch.setattr("imaging.commands.demo._play", play)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C after the first picture."""

    def play(_clinic: SimulatedClinic, out: Path, *_more: object) -> Iterator[Path]:
        (out / PICTURES).mkdir()
        yield out / PICTURES / "new.png"
        raise KeyboardInterrupt

    monkeypatch.setattr("imaging.commands.demo._play", play)


@pytest.mark.usefixtures("short")
def test_a_demonstration_and_another_one_in_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep" / "out"
    assert demo(out) == 0
    assert str(out / PICTURES / "new.png") in capsys.readouterr().out
    (out / PICTURES / "earlier.png").touch()
    (out / "notes.txt").write_text("mine")
    assert demo(out, "--seed", "2") == 0
    assert {path.name for path in out.iterdir()} == {ARCHIVE, PICTURES, TRUTH, "notes.txt"}
    assert [path.name for path in (out / PICTURES).iterdir()] == ["new.png"]
    with open_archive(out / ARCHIVE, "operator") as archive:
        assert archive.verify().problems == ()
    assert [path.name for path in out.parent.iterdir()] == ["out"]


@pytest.mark.usefixtures("stopped")
def test_a_stopped_run_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(tmp_path / "deep" / "out") == 1
    assert capsys.readouterr().err == "Stopped before it was done; nothing half-written is left.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("short")
def test_what_is_no_demonstration_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert demo(tmp_path) == 1
    said = capsys.readouterr().err
    assert "holds no earlier demonstration" in said
    assert said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert demo(tmp_path / "thesis.txt") == 1
    assert "is a file, not a folder" in capsys.readouterr().err


@pytest.mark.usefixtures("short")
def test_a_demonstration_in_which_somebody_worked_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(tmp_path) == 0
    with open_archive(tmp_path / ARCHIVE, "technician") as archive:
        study = archive.studies()[0].identifier
        archive.start_visit(archive.subjects(study)[0].identifier, study, 0)
    before = files_under(tmp_path)
    assert demo(tmp_path) == 1
    assert "in which somebody has worked" in capsys.readouterr().err
    assert files_under(tmp_path) == before


def test_no_subjects_are_no_demonstration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(tmp_path / "out", "--subjects", "0") == 1
    assert "--subjects 1" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_a_clinic_is_never_added_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with create_archive(tmp_path / "clinic", "technician") as archive:
        archive.create_study("TOPICAL", "Topical study", read_protocol(RESOURCES / "protocols" / "four-week.toml"))
        trail = archive.audit_trail()
    assert main.main(["demo", "--archive", str(tmp_path / "clinic")]) == 1
    assert "is not the archive of a demonstration" in capsys.readouterr().err
    with open_archive(tmp_path / "clinic", "technician") as archive:
        assert archive.audit_trail() == trail


def test_a_demo_station_that_died_before_its_study_was_made_is_taken_up(tmp_path: Path) -> None:
    create_archive(tmp_path / "station", "demo").close()
    clinic = open_clinic(tmp_path / "station", ClinicPlan(today(), 2), Surroundings("operator", RESOURCES))
    assert len(clinic.subjects) == 2
    clinic.close()


def test_a_demo_begun_with_other_sites_goes_on_with_them(tmp_path: Path) -> None:
    surroundings = Surroundings("operator", RESOURCES)
    earlier = SiteKey("crows-feet", Laterality.LEFT), SiteKey("forehead", Laterality.MIDLINE)
    open_clinic(tmp_path / "station", ClinicPlan(today(), sites=earlier), surroundings).close()
    with closing(open_clinic(tmp_path / "station", ClinicPlan(today()), surroundings)) as clinic:
        assert clinic.plan.sites == earlier


def test_one_side_is_treated_and_every_site_has_its_region(tmp_path: Path) -> None:
    plan = ClinicPlan(date(2026, 3, 30), replicates=1, has_control=True)
    with closing(open_clinic(tmp_path / "station", plan, Surroundings("operator", RESOURCES))) as clinic:
        taken = list(islice(clinic.captures(), 2))
        archive, study, (subject,) = clinic.archive, clinic.study.identifier, clinic.subjects
        allocation = archive.allocation(study, subject.code)
        assert allocation.treated is Treated.LEFT and allocation.has_control
        for capture in taken:
            region = archive.roi(subject.identifier, study, capture.site)
            assert region == Roi.proposed(archive.read_stack(capture).frames[0].shape)
    treated, control = (clinic.population.plan(Target("S-001", site, 4)) for site in plan.sites)
    assert treated.furrow_factor < 0.85 and control.furrow_factor > 0.9
