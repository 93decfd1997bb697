"""The calibration's session on the simulated camera: what a failure, a cancel and a day left out leave behind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.session.calibration.calibrating import Calibrating, DepthTarget, Mode, Phase, StepKey, StepState
from gui.session.calibration.looking import bench_target
from gui.session.calibration.trusted import banner_words
from gui.session.run import Run
from gui.session.station import Station
from imaging.calibration.device_file import read_device_file, write_device_file
from imaging.calibration.device_store import open_device
from imaging.camera.device import BenchObject, BenchTarget
from imaging.camera.simulated.device import SimulatedCamera
from imaging.model.calibration import Check, DeviceCalibration
from tests.gui.world import World

SOON_MS = 20_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "devices" / "simulated.json"


@pytest.fixture
def bench(qapp: QApplication, station: Station, world: World, file: Path) -> Iterator[Run]:  # noqa: ARG001
    """A station that keeps device files; nothing is calibrated yet."""

    def calibration(_identity: str) -> DeviceCalibration | None:
        return read_device_file(file) if file.exists() else None

    run = Run(replace(station, device_file=lambda _: file, calibration=calibration))
    run.trust.watch()
    yield run
    run.close()


@pytest.fixture
def calibrated(bench: Run, world: World, file: Path) -> Run:
    """The device file is there, the day before."""
    file.parent.mkdir(parents=True)
    write_device_file(file, SimulatedCamera(world.population, shape=(240, 320)).calibration())
    bench.trust.refresh()
    return bench


def start(run: Run, qtbot: QtBot, mode: Mode, step: StepKey) -> Calibrating:
    run.calibration.enter()
    qtbot.waitUntil(lambda: run.devices.state.name == "live", timeout=SOON_MS)
    run.calibration.begin(mode, step)
    return run.calibration.now


def wait_for_phase(run: Run, qtbot: QtBot, phase: Phase) -> None:
    qtbot.waitUntil(lambda: run.calibration.now.phase is phase, timeout=SOON_MS)


def test_a_board_that_lies_still_is_taken_by_itself(bench: Run, qtbot: QtBot, file: Path) -> None:
    start(bench, qtbot, Mode.STEPS, StepKey.SCALE)
    wait_for_phase(bench, qtbot, Phase.DONE)
    assert "µm per pixel" in bench.calibration.now.result
    made = read_device_file(file).scale
    assert made is not None
    assert made.spacing.mean_mm == pytest.approx(0.072, rel=2e-3)
    qtbot.waitUntil(lambda: bench.trust.known.state is not None and bench.trust.known.state.is_trusted)


def test_what_is_no_white_card_is_said_and_nothing_is_written(bench: Run, qtbot: QtBot, file: Path) -> None:
    start(bench, qtbot, Mode.STEPS, StepKey.WHITE)
    bench.devices.aim(BenchTarget(BenchObject.SCALE))
    qtbot.waitUntil(lambda: bool(bench.calibration.now.sight.instruction), timeout=SOON_MS)
    bench.calibration.take()
    qtbot.waitUntil(lambda: bool(bench.calibration.now.problem), timeout=SOON_MS)
    assert bench.calibration.now.problem.endswith(".")
    assert bench.calibration.now.phase is Phase.LOOKING
    assert not file.exists()


def test_stopping_half_way_leaves_the_device_file_as_it_was(calibrated: Run, qtbot: QtBot, file: Path) -> None:
    before = file.read_bytes()
    start(calibrated, qtbot, Mode.STEPS, StepKey.LIGHTS)
    qtbot.waitUntil(lambda: calibrated.calibration.now.place == 1, timeout=SOON_MS)
    calibrated.calibration.overview()
    calibrated.calibration.leave()
    assert file.read_bytes() == before
    assert calibrated.calibration.now.step is None


def test_a_step_left_out_is_marked_and_the_next_one_begins(bench: Run, qtbot: QtBot) -> None:
    start(bench, qtbot, Mode.STEPS, StepKey.WHITE)
    bench.calibration.leave_out()
    now = bench.calibration.now
    assert now.step is StepKey.COLOUR
    assert [step.state for step in now.steps if step.key is StepKey.WHITE] == [StepState.LEFT_OUT]


def test_a_day_asks_once_and_keeps_the_reason(calibrated: Run, qtbot: QtBot, world: World) -> None:
    qtbot.waitUntil(lambda: calibrated.trust.asks_today, timeout=SOON_MS)
    calibrated.trust.leave_out_today("No time before this subject")
    assert not calibrated.trust.asks_today
    assert [(o.gate, o.reason) for o in calibrated.trust.overrides] == [("start of day", "No time before this subject")]
    world.pass_time(days=1)
    assert calibrated.trust.asks_today
    assert calibrated.trust.overrides == ()


def test_a_day_that_passed_asks_no_more(calibrated: Run, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: calibrated.trust.asks_today, timeout=SOON_MS)
    start(calibrated, qtbot, Mode.DAILY, StepKey.SCALE)
    wait_for_phase(calibrated, qtbot, Phase.DONE)
    assert not calibrated.calibration.now.is_off
    qtbot.waitUntil(lambda: not calibrated.trust.asks_today, timeout=SOON_MS)


def test_without_device_files_nothing_can_be_calibrated(run: Run, qtbot: QtBot) -> None:
    run.trust.watch()
    qtbot.waitUntil(lambda: run.trust.known.state is not None, timeout=SOON_MS)
    assert run.trust.known.why_not
    assert not run.trust.asks_today


def test_sheets_are_written_where_asked(bench: Run, qtbot: QtBot, tmp_path: Path) -> None:
    bench.calibration.begin(Mode.STEPS)
    bench.calibration.save_targets(tmp_path / "sheets")
    wait_for_phase(bench, qtbot, Phase.DONE)
    assert len(list((tmp_path / "sheets").glob("*.pdf"))) == 5


def test_lights_that_stayed_pass_a_check(calibrated: Run, qtbot: QtBot, file: Path) -> None:
    """Three places of the ball, taken by themselves; nothing is made anew."""
    before = read_device_file(file).lights
    now = start(calibrated, qtbot, Mode.CHECK, StepKey.LIGHTS)
    assert (now.places, [step.key for step in now.steps]) == (3, [StepKey.LIGHTS])
    qtbot.waitUntil(lambda: calibrated.calibration.now.phase is Phase.DONE, timeout=2 * SOON_MS)
    now = calibrated.calibration.now
    assert not now.is_off, now.limits
    assert "are within their limits" in now.result and "Direction" in now.limits
    known = read_device_file(file)
    assert known.lights is not None and before is not None
    assert (known.lights.lights.vectors == before.lights.vectors).all()
    assert {check.quantity for check in known.checks} == {"direction", "distance", "strength"}


def test_a_lamp_that_was_bent_fails_a_check(calibrated: Run, qtbot: QtBot, file: Path) -> None:
    known = read_device_file(file)
    assert known.lights is not None
    vectors = known.lights.lights.vectors.copy()
    vectors[0] += (0.0, -6.0, 0.0)
    bent = replace(known.lights, lights=replace(known.lights.lights, vectors=vectors))
    write_device_file(file, replace(known, lights=bent))
    start(calibrated, qtbot, Mode.CHECK, StepKey.LIGHTS)
    qtbot.waitUntil(lambda: calibrated.calibration.now.phase is Phase.DONE, timeout=2 * SOON_MS)
    assert calibrated.calibration.now.is_off
    assert "calibrate the lights anew" in calibrated.calibration.now.limits
    qtbot.waitUntil(lambda: (s := calibrated.trust.known.state) is not None and s.name == "failed", timeout=SOON_MS)


def test_what_was_never_made_cannot_be_checked(calibrated: Run, qtbot: QtBot, file: Path) -> None:
    start(calibrated, qtbot, Mode.CHECK, StepKey.DEPTH)
    qtbot.waitUntil(lambda: bool(calibrated.calibration.now.sight.instruction), timeout=SOON_MS)
    calibrated.calibration.take()
    qtbot.waitUntil(lambda: "no depth factor" in calibrated.calibration.now.problem, timeout=SOON_MS)
    assert read_device_file(file).checks == ()


def test_a_check_on_the_command_line_reaches_the_archive(
    calibrated: Run, qtbot: QtBot, file: Path, tmp_path: Path
) -> None:
    assert calibrated.study.open(tmp_path / "archive")
    archive = calibrated.study.archive
    assert archive is not None
    moment = calibrated.station.now()
    open_device(file, moment).record(Check("scale", moment, 0.9, 0.5, "%"))
    calibrated.trust.refresh()
    qtbot.waitUntil(lambda: len(archive.device_checks("simulated")) == 1, timeout=SOON_MS)
    entries = len(archive.audit_trail())
    calibrated.trust.refresh()
    qtbot.waitUntil(lambda: (s := calibrated.trust.known.state) is not None and s.name == "failed", timeout=SOON_MS)
    assert len(archive.audit_trail()) == entries, "what is known is not told again"


def test_a_white_field_is_checked_under_its_own_exposure(bench: Run, qtbot: QtBot, file: Path) -> None:
    """A picture of skin in between may have set the camera otherwise: that is no drift."""
    start(bench, qtbot, Mode.STEPS, StepKey.WHITE)
    qtbot.waitUntil(lambda: bool(bench.calibration.now.sight.instruction), timeout=SOON_MS)
    bench.calibration.take()
    wait_for_phase(bench, qtbot, Phase.DONE)
    kept = read_device_file(file).flat_field
    assert kept is not None and dict(kept.controls)["exposure"] == 156
    bench.devices.controls.set_now({"exposure": 110})
    bench.calibration.begin(Mode.CHECK, StepKey.WHITE)
    qtbot.waitUntil(lambda: bool(bench.calibration.now.sight.instruction), timeout=SOON_MS)
    bench.calibration.take()
    wait_for_phase(bench, qtbot, Phase.DONE)
    assert not bench.calibration.now.is_off, bench.calibration.now.limits


@pytest.mark.parametrize("shape", ["groove", "step"])
def test_a_groove_and_a_feeler_gauge_s_step_give_the_factor(
    calibrated: Run, qtbot: QtBot, file: Path, shape: Literal["groove", "step"]
) -> None:
    run = calibrated.calibration
    run.choose(replace(run.now.choices, depth=DepthTarget(300.0, shape)))
    start(calibrated, qtbot, Mode.STEPS, StepKey.DEPTH)
    qtbot.waitUntil(lambda: bool(run.now.sight.instruction), timeout=SOON_MS)
    run.take()
    qtbot.waitUntil(lambda: run.now.phase is Phase.DONE or bool(run.now.problem), timeout=SOON_MS)
    assert not run.now.problem
    assert "One target only" in run.now.limits and "300 µm read as" in run.now.limits
    depth = read_device_file(file).depth
    assert depth is not None and depth.um_per_rel == pytest.approx(1, abs=0.15)


def test_a_depth_target_without_a_groove_is_said_and_nothing_is_written(
    calibrated: Run, qtbot: QtBot, file: Path
) -> None:
    start(calibrated, qtbot, Mode.STEPS, StepKey.DEPTH)
    for shape in ("groove", "step"):
        calibrated.calibration.choose(replace(calibrated.calibration.now.choices, depth=DepthTarget(300.0, shape)))
        calibrated.devices.aim(BenchTarget(BenchObject.WHITE))
        qtbot.waitUntil(lambda: bool(calibrated.calibration.now.sight.instruction), timeout=SOON_MS)
        calibrated.calibration.say("")
        calibrated.calibration.take()
        qtbot.waitUntil(lambda: bool(calibrated.calibration.now.problem), timeout=SOON_MS)
        assert "take it again" in calibrated.calibration.now.problem
    assert read_device_file(file).depth is None


def test_a_camera_that_sends_another_size_asks_for_the_scale_first(calibrated: Run, qtbot: QtBot, file: Path) -> None:
    known = read_device_file(file)
    assert known.scale is not None
    write_device_file(file, replace(known, scale=replace(known.scale, frame_shape=(480, 640))))
    start(calibrated, qtbot, Mode.STEPS, StepKey.DEPTH)
    qtbot.waitUntil(lambda: bool(calibrated.calibration.now.sight.instruction), timeout=SOON_MS)
    calibrated.calibration.take()
    words = "The scale was made on pictures of 640 x 480 pixels, the camera now sends 320 x 240"
    qtbot.waitUntil(lambda: calibrated.calibration.now.problem.startswith(words), timeout=SOON_MS)


def test_a_damaged_device_file_is_said_and_nothing_is_written_over_it(
    calibrated: Run, qtbot: QtBot, file: Path
) -> None:
    qtbot.waitUntil(lambda: bool(calibrated.trust.known.due), timeout=SOON_MS)
    file.write_text('{"format": 3')
    calibrated.trust.refresh()
    qtbot.waitUntil(lambda: "is damaged in line 1" in calibrated.trust.known.why_not, timeout=SOON_MS)
    words = banner_words(calibrated.trust.known, "")
    assert words.tone == "bad" and "put back a copy" in words.sentence
    start(calibrated, qtbot, Mode.STEPS, StepKey.WHITE)
    qtbot.waitUntil(lambda: bool(calibrated.calibration.now.sight.instruction), timeout=SOON_MS)
    calibrated.calibration.take()
    qtbot.waitUntil(lambda: "is damaged in line 1" in calibrated.calibration.now.problem, timeout=SOON_MS)
    assert file.read_text() == '{"format": 3'


def test_only_the_place_at_which_no_ball_was_seen_is_taken_again(calibrated: Run, qtbot: QtBot) -> None:
    session = calibrated.calibration
    start(calibrated, qtbot, Mode.CHECK, StepKey.LIGHTS)
    qtbot.waitUntil(lambda: session.now.place == 1, timeout=SOON_MS)
    calibrated.devices.aim(BenchTarget(BenchObject.MATTE_BALL, (11.0, 0.0)))  # half out of the picture

    qtbot.waitUntil(lambda: session.now.sight.instruction.startswith("Lay the ball"), timeout=SOON_MS)
    assert session.now.place == 1
    session.take()
    qtbot.waitUntil(lambda: session.now.problem.startswith("No ball can be seen"), timeout=SOON_MS)
    assert session.now.place == 1
    again = bench_target(StepKey.LIGHTS, 1, session.now.choices)
    assert again is not None
    calibrated.devices.aim(again)
    qtbot.waitUntil(lambda: session.now.phase is Phase.DONE, timeout=2 * SOON_MS)
    assert not session.now.is_off, session.now.limits


def test_a_folder_that_cannot_be_made_is_said(bench: Run, qtbot: QtBot, file: Path) -> None:
    file.parent.write_text("a file where the folder of the device files should be")
    start(bench, qtbot, Mode.STEPS, StepKey.WHITE)
    qtbot.waitUntil(lambda: bool(bench.calibration.now.sight.instruction), timeout=SOON_MS)
    bench.calibration.take()
    qtbot.waitUntil(lambda: "Nothing was calibrated" in bench.calibration.now.problem, timeout=SOON_MS)
    assert bench.calibration.now.phase is Phase.LOOKING


def test_a_window_that_is_closed_in_the_middle_leaves_a_whole_device_file(
    calibrated: Run, qtbot: QtBot, file: Path
) -> None:
    start(calibrated, qtbot, Mode.STEPS, StepKey.WHITE)
    qtbot.waitUntil(lambda: bool(calibrated.calibration.now.sight.instruction), timeout=SOON_MS)
    calibrated.calibration.take()
    assert calibrated.calibration.now.phase is Phase.WORKING
    calibrated.close()
    assert read_device_file(file).scale is not None
    assert not [path.name for path in file.parent.iterdir() if path.name.startswith(".")]
