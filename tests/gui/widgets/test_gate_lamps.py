"""Lamps: the state is in the shape and the words, not in the colour alone."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.widgets.gate_lamps import Bulb, GateLamps, state_words
from imaging.model.reading import GateKind, GateReading, GateState


def reading(gate: str, state: GateState, kind: GateKind = GateKind.HOLD, value: float | None = 0.5) -> GateReading:
    told = "Do something." if state is GateState.RED else ""
    return GateReading(gate, kind, state, value, "", "at least 0.60", told, 7)


@pytest.fixture
def lamps(qtbot: QtBot) -> GateLamps:
    made = GateLamps({"focus": "Sharpness"})
    qtbot.addWidget(made)
    made.resize(320, 400)
    made.show()
    return made


def shape_of(qtbot: QtBot, state: GateState, kind: GateKind) -> np.ndarray:
    bulb = Bulb(size=56)
    qtbot.addWidget(bulb)
    bulb.show_state(state, kind)
    shown = to_array(bulb.grab().toImage()).astype(int)
    return np.abs(shown - shown[0, 0]).sum(axis=2) > 60


def test_four_shapes_differ_without_colour(qtbot: QtBot) -> None:
    shapes = [
        shape_of(qtbot, GateState.GREEN, GateKind.HOLD),
        shape_of(qtbot, GateState.RED, GateKind.STOP),
        shape_of(qtbot, GateState.RED, GateKind.HOLD),
        shape_of(qtbot, GateState.GREY, GateKind.HOLD),
    ]
    for number, one in enumerate(shapes):
        for other in shapes[number + 1 :]:
            assert (one != other).mean() > 0.05


def test_titles_values_and_counts(lamps: GateLamps) -> None:
    counts: list[tuple[int, int]] = []
    lamps.counts_changed.connect(lambda red, every: counts.append((red, every)))
    lamps.show_readings([reading("focus", GateState.GREEN), reading("glare", GateState.RED)])
    assert lamps.gates == ("focus", "glare")
    assert lamps.lamp("focus").accessibleName() == "Sharpness"
    assert lamps.lamp("glare").accessibleName() == "Glare"
    assert counts == [(1, 2)]


def test_a_gate_that_is_no_longer_read_goes(lamps: GateLamps) -> None:
    lamps.show_readings([reading("focus", GateState.GREEN), reading("glare", GateState.RED)])
    lamps.show_readings([reading("focus", GateState.RED)])
    assert lamps.gates == ("focus",)


def test_a_click_and_enter_unfold_the_rule(lamps: GateLamps) -> None:
    lamps.show_readings([reading("focus", GateState.RED)])
    lamp = lamps.lamp("focus")
    QTest.mouseClick(lamp, Qt.MouseButton.LeftButton)
    assert lamp.is_unfolded
    QTest.keyClick(lamp, Qt.Key.Key_Return)
    assert not lamp.is_unfolded


def test_a_lamp_is_large_enough_for_a_glove(lamps: GateLamps) -> None:
    lamps.show_readings([reading("focus", GateState.RED)])
    assert lamps.lamp("focus").height() >= 40


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        (GateState.GREEN, GateKind.STOP, "good"),
        (GateState.RED, GateKind.HARD, "not possible"),
        (GateState.RED, GateKind.STOP, "needs a reason"),
        (GateState.RED, GateKind.HOLD, "wait"),
        (GateState.RED, GateKind.WARN, "note"),
        (GateState.GREY, GateKind.HOLD, "not available"),
    ],
)
def test_every_state_has_words(state: GateState, kind: GateKind, words: str) -> None:
    assert state_words(reading("focus", state, kind)) == words
