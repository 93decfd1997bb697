"""A video file as the camera, without calibration: two visits, review, comparison and export, truthfully labelled."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from gui.session.publishing import Content
from gui.widgets.linked_views import Mode
from imaging.model.arrays import Pixels
from tests.e2e.conftest import SHAPE, MakeWindow, click, type_into, wait_for
from tests.e2e.first_visit import add_subject, create_follow_up_study, open_archive, start_visit
from tests.e2e.real_pictures import (
    choose_site,
    difference,
    finish_visit,
    open_real,
    original_of,
    red_stops,
    shoot,
    skin_frames,
    wait_for_live_picture,
)

SITE = "Left crow's feet"


@pytest.fixture(scope="module")
def frames() -> list[Pixels]:
    return skin_frames()


@pytest.fixture
def video(frames: list[Pixels], tmp_path: Path) -> Path:
    path = tmp_path / "skin.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"FFV1"), 20.0, SHAPE[::-1])
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def test_two_visits_from_a_video_file(
    make_window: MakeWindow, video: Path, frames: list[Pixels], tmp_path: Path
) -> None:
    window = make_window(open_real, str(video), is_calibrated=False)
    open_archive(window, tmp_path / "archive")
    create_follow_up_study(window)
    add_subject(window, "V-1")
    for _ in range(2):
        start_visit(window)
        choose_site(window, SITE)
        wait_for_live_picture(window)
        wait_for(lambda: not red_stops(window))
        capture = shoot(window)
        assert capture.is_accepted, capture.facts.overrides
        assert difference(original_of(tmp_path / "archive", capture), frames) < 1.5
        finish_visit(window)
    _review_says_what_it_is(window)
    _comparison_judges_nothing(window)
    _exports_are_pictures_without_a_scale(window, tmp_path / "out")


def _review_says_what_it_is(window: MainWindow) -> None:
    click(window.rail.button("review"))
    page = window.pages["review"]
    wait_for(lambda: page.numbers.isVisible())
    assert "uncalibrated" in page.badges.words
    assert "relative shading, not depth" in page.numbers.method.text()
    assert page.numbers.headline.text() == "uncalibrated"
    assert all("µm" not in value for value in page.numbers.lines.values())
    scale = page.picture.colour_bar.scale
    assert scale.title.startswith("Relative shading, not depth")
    assert scale.unit == ""


def _comparison_judges_nothing(window: MainWindow) -> None:
    """Both visits come together, but no number is made of them."""
    click(window.rail.button("compare"))
    page = window.pages["compare"]
    wait_for(lambda: window._run.compare.comparing.change is not None and page.strip.isVisible())
    assert window._run.compare.comparing.change.registration.is_trusted
    assert "uncalibrated" in page.pictures.reference_badges.words
    assert "uncalibrated" in page.pictures.moving_badges.words
    assert "Cannot judge" in page.strip.words
    assert "µm" not in page.strip.words
    click(page.pictures.switches.more)
    click(page.pictures.switches.button(Mode.CHANGE))
    scale = page.pictures.change_bar.scale
    assert scale.title.startswith("Relative change, not depth")
    assert scale.unit == ""


def _exports_are_pictures_without_a_scale(window: MainWindow, folder: Path) -> None:
    click(window.rail.button("export"))
    options = window.pages["export"].options
    type_into(options.folder, str(folder))
    QTest.keyClick(options.folder, Qt.Key.Key_Return)
    for number, content in enumerate((Content.HEAT_MAP, Content.PLAIN, Content.COMPARISON), 1):
        click(options.contents[content])
        click(options.write)
        wait_for(lambda number=number: len(written(folder)) == number)
    for path in written(folder):
        with Image.open(path) as picture:
            assert "dpi" not in picture.info, "no resolution is claimed without calibration"
            rows = np.asarray(picture.convert("RGB"))[: SHAPE[0]]
        assert rows.std() > 5, "there is skin, not a blank"


def written(folder: Path) -> list[Path]:
    return list(folder.glob("[!.]*.png"))
