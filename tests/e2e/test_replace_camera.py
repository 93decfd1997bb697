"""Another camera at the station: the banner asks for a bridging set; by mouse to its pictures, its result, and on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.dialogs.replace_camera import ReplaceCameraDialog
from gui.main_window import MainWindow
from imaging.archive.protocols import read_protocol
from imaging.archive.store import Archive, create_archive
from imaging.camera.device import Camera, LightController
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.export.surface_files import write_measured
from imaging.model.calibration import DeviceCalibration
from imaging.model.camera import CameraInfo
from imaging.model.frame import Frame
from imaging.model.light_stack import LightStack
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.protocol import Laterality
from imaging.model.settings import StationSettings
from imaging.model.visit import CaptureFacts, Consent, ConsentAnswer, ConsentUse, SiteKey
from imaging.surface.endpoints import measure_surface
from imaging.version import __version__
from tests.e2e.conftest import RESOURCES, SHAPE, MakeWindow, click, wait_for
from tests.e2e.first_visit import start_visit, take_picture
from tests.imaging.comparison.skin_pairs import Furrows, Noise, Placement, World, first_surface, moving_surface

OLD, NEW = "simulated", "simulated-2"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEFT = SiteKey("crows-feet", Laterality.LEFT)
PLACES = [LEFT, SiteKey("crows-feet", Laterality.RIGHT), SiteKey("forehead", Laterality.MIDLINE)]


def camera_of(identity: str) -> SimulatedCamera:
    zoom = 1.0 if identity == OLD else 1.05
    return SimulatedCamera(Population(), shape=SHAPE, identity=identity, zoom=zoom, sway=0.05)


def open_camera(identity: str) -> tuple[Camera, LightController]:
    camera = camera_of(identity)
    return camera, camera.lights


def calibration(identity: str) -> DeviceCalibration:
    return camera_of(identity).calibration()


@dataclass(frozen=True)
class Skin:
    """The same three furrows under both cameras: the new one reads them 6 % deeper, and 4 % larger."""

    seed: int

    def surfaces(self) -> dict[str, MeasuredCapture]:
        world, depths = World(self.seed), np.array([150.0, 220.0, 120.0])
        one = first_surface(world, Furrows(tuple(depths)))
        two, _ = moving_surface(world, Furrows(tuple(1.06 * depths)), Placement(1.0, (3.0, -2.0), 1.04), Noise(0.005))
        assert two.spacing is not None
        spacing = replace(two.spacing, row_mm=two.spacing.row_mm / 1.04, col_mm=two.spacing.col_mm / 1.04)
        two = replace(two, spacing=spacing, height=two.height / 1.04, height_full=two.height_full / 1.04)
        return {
            camera: MeasuredCapture(surface, measure_surface(surface, MeasureLimits()), camera)
            for camera, surface in ((OLD, one), (NEW, two))
        }


def take(archive: Archive, visit_id: str, site: SiteKey, camera: str) -> str:
    pixels = np.random.default_rng(len(camera)).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    facts = CaptureFacts(visit_id, site, 1, START, camera, f"Camera {camera}", calibration=calibration(camera))
    stack = LightStack((Frame(pixels, 1, 0.0, None, "srgb", "RAW8", ()),))
    return archive.add_capture(stack, facts).identifier


def fill(folder: Path, subjects: int = 4) -> None:
    """A study whose courses began with the old camera, and a bridging set of three sites of each subject."""
    consents = tuple(Consent(use, ConsentAnswer.GIVEN, "1", START.date()) for use in ConsentUse)
    protocols = RESOURCES / "protocols"
    skins = [Skin(seed).surfaces() for seed in (5, 6, 7)]
    with create_archive(folder, "tester", clock=lambda: START) as archive:
        bridging = archive.create_study(
            "BRIDGE", "Two", replace(read_protocol(protocols / "bridging.toml"), replicates=1)
        )
        study = archive.create_study("SC-01", "Four weeks", read_protocol(protocols / "four-week.toml"))
        for number in range(subjects):
            subject = archive.add_subject(bridging.identifier, f"B-{number + 1:03}", 1970, consents)
            for camera in (OLD, NEW):
                visit = archive.start_visit(subject.identifier, bridging.identifier, None, started_at=START)
                for site, skin in zip(PLACES, skins, strict=True):
                    identifier = take(archive, visit.identifier, site, camera)
                    write_measured(archive.derived_folder(identifier, __version__), skin[camera])
                archive.finish_visit(visit.identifier)
        subject = archive.add_subject(study.identifier, "S-001", 1970, consents)
        visit = archive.start_visit(subject.identifier, study.identifier, 0, started_at=START)
        take(archive, visit.identifier, LEFT, OLD)
        archive.finish_visit(visit.identifier)


@pytest.fixture
def window(make_window: MakeWindow, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MainWindow]:
    """The station with the new camera on an archive of the old one."""
    fill(tmp_path / "archive", getattr(request, "param", 4))
    infos: tuple[CameraInfo, ...] = (camera_of(OLD).info, camera_of(NEW).info)
    made = make_window(
        open_camera=open_camera, calibration=calibration, find_cameras=lambda: infos,
        settings=StationSettings(camera=NEW, theme="light", archive=str(tmp_path / "archive")),
        now=lambda: START + timedelta(hours=3),
    )  # fmt: skip
    wait_for(lambda: made.banner.isVisible())
    yield made


def opened(window: MainWindow) -> ReplaceCameraDialog:
    click(window.banner.button)
    dialog = window.dialog
    assert isinstance(dialog, ReplaceCameraDialog)
    wait_for(lambda: dialog.sites.isVisible() and dialog.sites.rowCount() > 0)
    return dialog


def wait_for_row(dialog: ReplaceCameraDialog, words: list[str]) -> None:
    """What the list says of the left cheek."""
    wait_for(lambda: dialog.sites.words[3][1:] == words)


@pytest.mark.timeout(300)
def test_the_bridging_set_is_compared_and_kept(window: MainWindow) -> None:
    assert "Another camera" in window.banner.text
    assert window.banner.button.text() == "Replace camera"
    dialog = opened(window)
    assert (window._run.replacement.now.earlier, window._run.replacement.now.later) == (OLD, NEW)
    assert "12 of at least 10" in dialog.pictures.sentence.text()
    assert dialog.sites.words[0] == ["B-001, left crow's feet", "done", "done"]
    assert dialog.sites.words[3][1:] == ["missing", "missing"]
    assert not dialog.differences.isVisible()
    click(dialog.make)
    wait_for(lambda: dialog.differences.isVisible(), 200)
    words = dialog.comparison.sentence.text()
    assert "deeper" in words and "revision 1" in words, words
    bias = float(dialog.differences.words[0][1].split("\u00a0")[0])
    assert bias == pytest.approx(6.0, abs=2.0)
    archive = window._run.study.archive
    assert archive is not None
    kept = archive.bridge(OLD, NEW)
    assert kept is not None and kept.is_large_enough and len(kept.sites) == 12
    assert [entry.operator for entry in archive.audit_trail() if entry.action == "keep bridging set"] == ["tester"]
    click(dialog.close_button)
    wait_for(lambda: not window.banner.isVisible())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("window", [1], indirect=True)
def test_a_missing_site_is_photographed_with_either_camera(window: MainWindow) -> None:
    dialog = opened(window)
    assert "3 of at least 10" in dialog.pictures.sentence.text()
    QTest.mouseClick(dialog.with_earlier, Qt.MouseButton.LeftButton)
    wait_for(lambda: window.dialog is None)
    assert window.current == "today"
    run = window._run
    assert run.study.settings.camera == OLD
    assert run.study.study is not None and run.study.study.code == "BRIDGE"
    run.visit.choose_subject(run.visit.subjects()[0])
    for camera, taken in ((OLD, (1, 0)), (NEW, (1, 1))):
        start_visit(window)
        take_picture(window, "Left cheek")
        newest = run.visit.chosen.captures[-1]
        assert newest.facts.camera_identity == camera
        click(window.rail.button("calibration"))
        click(window.pages["calibration"].controls.replace)
        dialog = window.dialog
        assert isinstance(dialog, ReplaceCameraDialog)
        wait_for_row(dialog, ["done" if count else "missing" for count in taken])
        QTest.mouseClick(dialog.with_later, Qt.MouseButton.LeftButton)
        wait_for(lambda: window.dialog is None)
        run.visit.choose_subject(run.visit.subjects()[0])


@pytest.mark.timeout(120)
@pytest.mark.parametrize("window", [1], indirect=True)
def test_the_new_camera_is_calibrated_from_here(window: MainWindow) -> None:
    dialog = opened(window)
    assert dialog.calibration.badge.text() == "Done"
    QTest.mouseClick(dialog.calibrate, Qt.MouseButton.LeftButton)
    wait_for(lambda: window.current == "calibration")
    assert window._run.study.settings.camera == NEW
