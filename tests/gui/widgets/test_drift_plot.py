"""The drift chart: every check is drawn, new beginnings break the line, limits are always in sight."""

from datetime import UTC, datetime, timedelta

import pyqtgraph as pg
import pytest
from pytestqt.qtbot import QtBot

from gui.widgets.drift_plot import DriftPlot
from imaging.model.calibration_state import DriftPoint, DriftSeries

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def series(*values: float, quantity: str = "level", limit: float = 10.0) -> DriftSeries:
    points = [DriftPoint(START, 0.0, True, True)]
    points += [DriftPoint(START + timedelta(days=n), v, abs(v) <= limit, False) for n, v in enumerate(values, 1)]
    return DriftSeries("flat_field", quantity, "%", limit, tuple(points))


@pytest.fixture
def plot(qtbot: QtBot) -> DriftPlot:
    plot = DriftPlot()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    return plot


def drawn(plot: DriftPlot, kind: type) -> list[object]:
    return [item for item in plot.plot.plotItem.items if isinstance(item, kind)]


def test_every_check_is_a_dot(plot: DriftPlot) -> None:
    plot.show_series((series(1.0, -2.0, 12.0),))
    assert len(drawn(plot, pg.ScatterPlotItem)) == 4
    assert len(drawn(plot, pg.PlotDataItem)) == 3


def test_what_was_made_anew_begins_a_new_line(plot: DriftPlot) -> None:
    one = series(1.0)
    again = DriftPoint(START + timedelta(days=5), 0.0, True, True)
    plot.show_series((DriftSeries(one.section, one.quantity, one.unit, one.limit, (*one.points, again)),))
    assert len(drawn(plot, pg.PlotDataItem)) == 1


@pytest.mark.parametrize("value", [0.1, 9.0, 500.0])
def test_limits_are_in_sight_whatever_happened(plot: DriftPlot, value: float) -> None:
    plot.show_series((series(value),))
    low, high = plot.box.viewRange()[1]
    assert low < -100
    assert high > 100
    assert high <= 260


def test_the_key_says_the_newest_value_beside_its_limit(plot: DriftPlot) -> None:
    plot.show_series((series(1.0, -3.0), series(0.5, quantity="evenness", limit=3.0)))
    words = plot.key.text()
    assert "−3" in words
    assert "evenness" in words
    assert "3\u00a0%" in words


def test_nothing_to_show_is_no_error(plot: DriftPlot) -> None:
    plot.show_series((series(1.0),))
    plot.show_series(())
    assert plot.series == ()
    assert not drawn(plot, pg.ScatterPlotItem)
