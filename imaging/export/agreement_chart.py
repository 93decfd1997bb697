"""Bland and Altman's chart on paper: differences against means, with the bias and the limits of agreement."""

from dataclasses import dataclass

import numpy as np

from imaging.export.change_words import number
from imaging.export.paper import ACCENT, GREY, INK, PALE, WARNING, Paper
from imaging.model.study import BlandAltman

_TICKS = 4
_ROOM = 0.08


@dataclass(frozen=True)
class Chart:
    """Where a chart stands (mm) and what it says."""

    x: float
    y: float
    width: float
    height: float
    title: str
    unit: str


def draw_agreement(paper: Paper, chart: Chart, agreement: BlandAltman) -> None:
    """Every pair a dot; the bias with its 95 % interval, and the limits between which 95 % of differences lie."""
    means, differences = np.array(agreement.means), np.array(agreement.differences)
    reach = 1.1 * max(abs(agreement.low), abs(agreement.high), float(np.abs(differences).max()), 1e-9)
    room = _ROOM * (float(np.ptp(means)) or max(abs(float(means[0])), 1.0))
    low, high = float(means.min()) - room, float(means.max()) + room

    def place(mean: float, difference: float) -> tuple[float, float]:
        right = chart.x + (mean - low) / (high - low) * chart.width
        return right, chart.y + chart.height / 2 * (1 - difference / reach)

    paper.text((chart.x, chart.y - 2), f"*{chart.title}", 7.5)
    for tick in np.linspace(-reach, reach, 2 * (_TICKS // 2) + 1):
        left = place(low, float(tick))
        paper.line(left, place(high, float(tick)), PALE)
        paper.text((chart.x - 1, left[1] + 0.8), number(float(tick), sign=True), 6, GREY, "right")
    for level, colour in ((agreement.low, WARNING), (agreement.bias, ACCENT), (agreement.high, WARNING)):
        paper.line(place(low, level), place(high, level), colour)
    for mean, difference in zip(agreement.means, agreement.differences, strict=True):
        paper.dot(place(mean, difference), colour=INK)
    for mean in (low, high):
        end = place(mean, -reach)
        paper.text((end[0], end[1] + 3), number(mean), 6, GREY, "left" if mean == low else "right")
    words = f"mean of both, {chart.unit}" if chart.unit else "mean of both"
    paper.text((chart.x + chart.width / 2, chart.y + chart.height + 3), words, 6, GREY, "centre")
    for count, words in enumerate(_figures(agreement, chart.unit)):
        paper.text((chart.x, chart.y + chart.height + 7 + 3 * count), words, 6.5)


def _figures(agreement: BlandAltman, unit: str) -> tuple[str, str]:
    low, high = number(agreement.low, True), number(agreement.high, True)
    bias = f"Bias {number(agreement.bias, True)} ± {number(1.96 * agreement.u_bias)} {unit} (95 %)"
    return f"{bias}, {len(agreement.means)} pairs", f"95 % of differences between {low} and {high} {unit}"
