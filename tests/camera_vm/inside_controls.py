"""The controls of a real UVC webcam. Run inside the guest by test_real_camera.py; not collected elsewhere."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from imaging.camera.found_settings import FoundSettings
from imaging.camera.modes import mode_like
from imaging.camera.opencv import OpenCvCamera
from imaging.capture.exposing import TARGET, find_exposure
from imaging.model.frame import ControlReading
from tests.camera_vm.conftest import SIZE, Log, wait_for
from tests.camera_vm.inside_camera import camera, done_count, fresh, is_set

__all__ = ["camera", "fresh"]


def until_drawn(log: Log) -> None:
    """Until no redrawing ends any more: those of earlier values come first."""
    before = -1
    while before != (before := done_count(log)):
        wait_for(lambda seen=before: done_count(log) > seen, 2.5)  # type: ignore[misc]


@pytest.mark.usefixtures("fresh")
class TestControls:
    def test_applied_read_back_and_heard_by_the_camera(self, camera: OpenCvCamera, camera_log: Log) -> None:
        wanted = {"exposure": 222.0, "white_balance": 5100.0, "gain": 4.0, "focus": 95.0, "sharpness": 2.0}
        camera.start()
        assert all(reading.is_held for reading in camera.apply(wanted))
        names = {"exposure": "exposure_abs", "white_balance": "wb_temp", "focus": "focus_abs"}
        for name, value in wanted.items():
            assert is_set(camera_log, names.get(name, name), value), name
        assert is_set(camera_log, "ae_mode", 1)

    def test_exposure_changes_the_picture(self, camera: OpenCvCamera) -> None:
        camera.start()
        before = camera.grab(5.0).pixels.mean()
        camera.apply({"exposure": 40.0})
        assert wait_for(lambda: camera.grab(5.0).pixels.mean() < 0.7 * before, 30.0)

    def test_replayed_on_every_start(self, camera: OpenCvCamera, camera_log: Log) -> None:
        camera.start()
        camera.apply({"exposure": 333.0})
        camera.stop()
        count = len(camera_log())
        camera.start()
        assert {r.name: r.read_back for r in camera.controls}["exposure"] == 333.0
        assert is_set(lambda: camera_log()[count:], "exposure_abs", 333)

    def test_automatics_are_off_from_the_first_frame_and_back_on_afterwards(
        self, camera: OpenCvCamera, camera_log: Log
    ) -> None:
        found = {c.name: c for c in camera.controls}
        assert found["exposure"].is_automatic, "a camera as it is sold"
        camera.start()
        assert not any(c.is_automatic for c in camera.controls)
        camera.apply({"exposure": 99.0, "gain": 3.0, "focus": 40.0})
        camera.close()
        after = {c.name: c for c in camera.controls}
        assert {n: (c.read_back, c.is_automatic) for n, c in after.items()} == {
            n: (c.read_back, c.is_automatic) for n, c in found.items()
        }
        assert is_set(camera_log, "ae_mode", 8), "aperture priority, as the camera itself calls it"

    def test_after_a_crash_the_next_run_puts_the_first_settings_back(
        self, camera: OpenCvCamera, tmp_path: Path
    ) -> None:
        before = {c.name: c.read_back for c in camera.controls}
        crashed = OpenCvCamera(camera.info, mode_like(camera.info.modes, SIZE), found=FoundSettings(tmp_path))
        crashed.start()
        crashed.apply({"gain": 5.0, "sharpness": 1.0})
        crashed._capture.release()  # the process is gone, and nobody put anything back
        crashed._capture = None
        assert {c.name: c.read_back for c in camera.controls}["gain"] == 5.0
        later = OpenCvCamera(camera.info, mode_like(camera.info.modes, SIZE), found=FoundSettings(tmp_path))
        later.start()
        later.close()
        assert {c.name: c.read_back for c in camera.controls} == before
        assert list(tmp_path.iterdir()) == []

    def test_the_exposure_is_found_on_the_skin(
        self, camera: OpenCvCamera, camera_log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """This webcam draws its pictures anew for every value, which takes it seconds: they are waited for."""
        apply = camera.apply

        def apply_and_wait(wanted: Mapping[str, float]) -> tuple[ControlReading, ...]:
            readings = apply(wanted)
            until_drawn(camera_log)
            return readings

        camera.start()
        until_drawn(camera_log)
        monkeypatch.setattr(camera, "apply", apply_and_wait)
        found = find_exposure(camera, answer_s=5.0)
        assert (found.is_obeyed, found.control.is_held) == (True, True)
        assert abs(found.level - TARGET) < 0.1
        assert is_set(camera_log, "exposure_abs", found.control.read_back or 0)
