"""The chart under the hand: drag, wheel, keys, both looks. Real events on a real window."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.bridge.theme import DARK, LIGHT, Theme, apply_theme
from gui.widgets.trend import Trend, TrendLine, TrendPoint
from gui.widgets.trend_plot import TrendPlot

STYLE = Path(__file__).parents[3] / "resources" / "style.qss"
LEFT_LINE = TrendLine(
    "Left crow's feet",
    (
        TrendPoint(0.0, 200.0, (195.0, 205.0), 14.0, "week 0: 200 µm"),
        TrendPoint(14.0, 190.0, (188.0, 192.0), 12.0, "week 2: 190 µm"),
        TrendPoint(28.0, 180.0, (180.0,), None, "week 4: 180 µm"),
    ),
    is_strong=True,
    band=(172.0, 228.0),
)
RIGHT_LINE = TrendLine("Right crow's feet", (TrendPoint(0.0, 230.0), TrendPoint(28.0, 226.0)), 1, is_dashed=True)
TREND = Trend("Depth (µm)", (LEFT_LINE, RIGHT_LINE), ((0.0, "Week 0"), (14.0, "Week 2"), (28.0, "Week 4")))


@pytest.fixture
def chart(qtbot: QtBot) -> TrendPlot:
    made = TrendPlot()
    qtbot.addWidget(made)
    made.resize(800, 480)
    made.show()
    made.show_trend(TREND)
    QApplication.processEvents()
    return made


@pytest.fixture
def plain_look(qapp: QApplication) -> Iterator[None]:
    palette, sheet = qapp.palette(), qapp.styleSheet()
    yield
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def middle(chart: TrendPlot) -> QPoint:
    return chart.plot.viewport().rect().center()


def drag(chart: TrendPlot, button: Qt.MouseButton, by: QPoint) -> None:
    viewport, start = chart.plot.viewport(), middle(chart)
    QTest.mousePress(viewport, button, pos=start)
    for share in (0.25, 0.5, 0.75, 1.0):
        QTest.mouseMove(viewport, start + by * share)
        QApplication.processEvents()
    QTest.mouseRelease(viewport, button, pos=start + by)
    QApplication.processEvents()


def turn_wheel(chart: TrendPlot, angle: int) -> None:
    viewport, at = chart.plot.viewport(), QPointF(middle(chart))
    event = QWheelEvent(
        at, QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def ranges(chart: TrendPlot) -> np.ndarray:
    return np.array(chart.box.viewRange())


def test_all_visits_and_values_are_seen_at_first(chart: TrendPlot) -> None:
    (left, right), (low, high) = ranges(chart)
    assert left < 0 and right > 28
    assert low < 172 and high > 230
    assert high - low >= 0.5 * 230, "six per cent must not look like the whole axis"


def test_dragging_moves_the_chart_and_a_double_click_brings_it_back(chart: TrendPlot) -> None:
    before = ranges(chart)
    drag(chart, Qt.MouseButton.LeftButton, QPoint(120, 60))
    after = ranges(chart)
    assert after[0, 0] < before[0, 0] and after[1, 0] > before[1, 0]
    np.testing.assert_allclose(np.ptp(after, axis=1), np.ptp(before, axis=1), rtol=1e-6)
    viewport, at = chart.plot.viewport(), middle(chart)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at)
    np.testing.assert_allclose(ranges(chart), before)


def test_the_wheel_zooms_about_the_pointer(chart: TrendPlot) -> None:
    before = ranges(chart)
    turn_wheel(chart, 240)
    assert (np.ptp(ranges(chart), axis=1) < np.ptp(before, axis=1)).all()


def test_the_data_cannot_be_dragged_out_of_sight(chart: TrendPlot) -> None:
    for _ in range(8):
        drag(chart, Qt.MouseButton.LeftButton, QPoint(380, 200))
    (left, right), (low, high) = ranges(chart)
    assert right > 0 and low < 230 and left < 28 and high > 172


def test_the_right_button_neither_scales_nor_opens_a_menu(chart: TrendPlot) -> None:
    before = ranges(chart)
    drag(chart, Qt.MouseButton.RightButton, QPoint(100, 80))
    QTest.mouseClick(chart.plot.viewport(), Qt.MouseButton.RightButton, pos=middle(chart))
    np.testing.assert_allclose(ranges(chart), before)
    assert QApplication.activePopupWidget() is None


def test_keys_zoom_move_and_fit(chart: TrendPlot) -> None:
    before = ranges(chart)
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    assert (np.ptp(ranges(chart), axis=1) < np.ptp(before, axis=1)).all()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_0)
    np.testing.assert_allclose(ranges(chart), before)


def test_the_visit_under_the_pointer_is_said(chart: TrendPlot, qtbot: QtBot) -> None:
    at = chart.position_of(LEFT_LINE, LEFT_LINE.points[1]).toPoint()
    with qtbot.waitSignal(chart.pointed) as said:
        QTest.mouseMove(chart.plot.viewport(), at + QPoint(4, 3))
    assert said.args == ["week 2: 190 µm"]
    with qtbot.waitSignal(chart.pointed) as said:
        QTest.mouseMove(chart.plot.viewport(), at + QPoint(60, 80))
    assert said.args == [""]


def test_another_measure_of_the_same_visits_keeps_the_look_only_when_nobody_moved_it(chart: TrendPlot) -> None:
    turn_wheel(chart, 240)
    moved = ranges(chart)
    chart.show_trend(Trend(TREND.title, (LEFT_LINE,), TREND.ticks))
    np.testing.assert_allclose(ranges(chart), moved)
    chart.show_trend(Trend("Area (mm²)", (RIGHT_LINE,), TREND.ticks))
    assert chart.is_fitted


def test_a_break_ends_the_line() -> None:
    points = (TrendPoint(0, 1.0), TrendPoint(7, 2.0, starts_anew=True), TrendPoint(14, 3.0))
    assert [len(piece) for piece in TrendLine("x", points).pieces] == [1, 2]


def test_words_at_the_visits_never_run_into_each_other(chart: TrendPlot) -> None:
    days = tuple((float(day), f"day {day}") for day in range(0, 280, 7))
    chart.axis.show_ticks(days)
    (_, kept), *_ = chart.axis.tickValues(0.0, 280.0, 600.0)
    assert len(kept) <= 6
    assert min(np.diff(kept)) * 600 / 280 >= 100


@pytest.mark.usefixtures("plain_look")
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_lines_stand_out_in_both_looks(chart: TrendPlot, qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, theme, STYLE)
    QApplication.processEvents()
    pixels = to_array(chart.plot.grab().toImage()).astype(int)
    ground = theme.colour("surface")
    share = (np.abs(pixels - [ground.red(), ground.green(), ground.blue()]).max(axis=2) < 3).mean()
    assert share > 0.5, "the chart lies on the theme's surface"
    at = chart.position_of(LEFT_LINE, LEFT_LINE.points[1]).toPoint()
    want = theme.series[0]
    assert tuple(pixels[at.y(), at.x()]) == tuple(int(want[n : n + 2], 16) for n in (1, 3, 5))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_line_has_contrast_enough(theme: Theme) -> None:
    ground = luminance(theme.surface)
    for colour in theme.series:
        ratio = (max(luminance(colour), ground) + 0.05) / (min(luminance(colour), ground) + 0.05)
        assert ratio >= 3.0, colour


def luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_values_that_come_one_by_one_are_all_seen(chart: TrendPlot) -> None:
    """While nothing is measured the axis has no numbers; then it grows with every value, as long as nobody moved it."""
    left, ticks = chart.plot.plotItem.getAxis("left"), TREND.ticks
    chart.show_trend(Trend(TREND.title, (), ticks))
    assert not left.style["showValues"]
    for count in (1, 2, 3):
        line = TrendLine("Left crow's feet", LEFT_LINE.points[:count])
        chart.show_trend(Trend(TREND.title, (line,), ticks))
        low, high = chart.box.viewRange()[1]
        assert low < min(p.mean for p in line.points) <= max(p.mean for p in line.points) < high
        assert chart.is_fitted and left.style["showValues"]
    turn_wheel(chart, 120)
    moved = chart.box.viewRange()
    chart.show_trend(Trend(TREND.title, (LEFT_LINE,), ticks))
    assert np.allclose(chart.box.viewRange(), moved), "what a person moved stays"
