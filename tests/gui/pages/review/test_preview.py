"""What is seen while a capture is measured: a map without numbers, never kept, gone when the measurement is there."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.pages.review.page import ReviewPage
from gui.session.colours import PREVIEW
from gui.session.looking import Looking
from gui.session.run import Run
from gui.session.station import Station
from imaging.model.visit import Capture
from imaging.previewing import preview_of
from imaging.version import __version__
from tests.gui.clinic import Plan, fill_archive
from tests.gui.measured import TIMEOUT_MS, sessions_on_copy
from tests.gui.pages.review.conftest import ShowReview

LEFT = Qt.MouseButton.LeftButton
SHAPE = (768, 1024)
"""Just large enough to be worth a preview."""


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two replicates that nobody measured yet."""
    folder = tmp_path_factory.mktemp("taken") / "archive"
    fill_archive(folder, Plan(shape=SHAPE, weeks=(0,)))
    return folder


@pytest.fixture
def run(taken: Path, tmp_path: Path, station: Station, qapp: object) -> Iterator[Run]:  # noqa: ARG001
    yield from sessions_on_copy(taken, tmp_path, station)


class Watch:
    """What the page shows at every change, while it is shown."""

    def __init__(self, page: ReviewPage, run: Run) -> None:
        self._page, self._run = page, run
        self.previewed: list[str] = []
        self.depths: list[np.ndarray] = []
        run.review.changed.connect(self._look)

    def _look(self, looking: Looking) -> None:
        if looking.preview is None or looking.photograph is None:
            return
        page, capture = self._page, looking.capture
        assert page.picture.preview_mark.text == PREVIEW
        assert page.picture.colour_bar.scale.title == PREVIEW and not page.picture.colour_bar.scale.has_numbers
        assert page.busy.isVisible() and not page.numbers.isVisible()
        assert not kept(self._run, capture)
        middle = page.picture.view.position_of(SHAPE[0] / 2, SHAPE[1] / 2).toPoint()
        QTest.mouseMove(page.picture.view.viewport(), middle)
        assert page.picture.read_out.text == ""
        self.depths.append(looking.preview.depth)
        if capture.identifier not in self.previewed:
            self.previewed.append(capture.identifier)


def kept(run: Run, capture: Capture) -> bool:
    folder = run.visit.archive.derived_folder(capture.identifier, __version__)
    return folder.exists() and any(folder.iterdir())


@pytest.fixture
def page(run: Run, show_review: ShowReview) -> ReviewPage:
    return show_review(run)


def measured(run: Run) -> bool:
    return run.review.looking.measured is not None and not run.review.looking.is_busy


def test_a_preview_stands_until_the_measurement_is_there(page: ReviewPage, run: Run, qtbot: QtBot) -> None:
    watch = Watch(page, run)
    page.enter()
    qtbot.waitUntil(lambda: measured(run), timeout=TIMEOUT_MS)
    second = run.review.looking.capture
    assert watch.previewed == [second.identifier]
    assert page.picture.preview_mark.text == "" and run.review.looking.preview is None
    assert page.picture.colour_bar.scale.has_numbers and page.numbers.isVisible()
    quick, full = watch.depths[-1], run.review.looking.depth.depth
    means = full.reshape(*quick.shape[:1], 2, -1, 2).mean(axis=(1, 3))
    known = np.isfinite(quick) & np.isfinite(means)
    assert np.corrcoef(quick[known], means[known])[0, 1] > 0.9, "it looks like what comes after it"

    first = run.review.looking.replicates[0]
    QTest.mouseClick(page.replicates.button(first.identifier), LEFT)
    qtbot.waitUntil(lambda: measured(run), timeout=TIMEOUT_MS)
    assert len(watch.previewed) == 1, "the baseline was measured along: it is shown at once, without a preview"


def test_colours_that_are_switched_off_leave_no_word_of_a_preview(page: ReviewPage, run: Run, qtbot: QtBot) -> None:
    page.enter()
    qtbot.waitUntil(lambda: run.review.looking.preview is not None, timeout=TIMEOUT_MS)
    QTest.mouseClick(page.picture.heat_map, LEFT)
    assert page.picture.preview_mark.text == ""
    qtbot.waitUntil(lambda: measured(run), timeout=TIMEOUT_MS)


def test_a_preview_of_another_capture_is_not_shown(page: ReviewPage, run: Run, qtbot: QtBot) -> None:
    page.enter()
    qtbot.waitUntil(lambda: run.review.looking.preview is not None, timeout=TIMEOUT_MS)
    late, seen = run.review.looking.preview, list[object]()
    QTest.mouseClick(page.replicates.button(run.review.looking.replicates[0].identifier), LEFT)
    assert run.review.looking.preview is None and page.picture.preview_mark.text == ""
    run.review.changed.connect(lambda looking: seen.append(looking.preview))
    run.review._previewed.emit(run.review.looking.replicates[1].identifier, late)
    qtbot.waitUntil(lambda: measured(run), timeout=TIMEOUT_MS)
    assert late not in seen


def test_small_pictures_are_measured_as_soon_and_have_none(clinic_run: Run) -> None:
    capture = clinic_run.visit.archive.captures()[0]
    assert preview_of(clinic_run.visit.archive.read_stack(capture), capture) is None


def test_one_light_has_none(run: Run) -> None:
    archive = run.visit.archive
    capture = archive.captures()[0]
    stack = archive.read_stack(capture)
    assert preview_of(stack, capture).height.shape == (SHAPE[0] // 2, SHAPE[1] // 2)
    assert preview_of(type(stack)(stack.frames[:1]), capture) is None
