"""The strip below the picture: whose skin, how measured, and what the colours mean. Nothing of it covers the skin."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from imaging.export.drawing import round_length
from imaging.export.lettering import Canvas, Colour, Lettering, TextBox, TextStyle, draw_text, text_extent, wrapped
from imaging.surface.heatmap import colour_scale

PAPER: Colour = (255, 255, 255)
INK: Colour = (22, 25, 30)
GREY: Colour = (84, 90, 100)
_LINE = 1.5
"""Line height in type sizes."""
_SMALL = 0.88


@dataclass(frozen=True)
class ColourBar:
    """What the colours of a heat map mean; the scale is fixed and printed.

    Parameters
    ----------
    kind : "depth" runs from 0 to `limit`, "change" from -`limit` to +`limit`
    limit : value of the last colour; what lies beyond has that colour too
    unit : "µm", "px", or empty for relative shading
    title : what is shown, for example "Depth below the 8 mm reference"
    note : one more line below, or empty
    """

    kind: Literal["depth", "change"]
    limit: float
    unit: str
    title: str
    note: str = ""

    @property
    def heading(self) -> str:
        return f"{self.title},\u00a0{self.unit}" if self.unit else self.title


def footer_below(cols: int, caption: tuple[str, ...], bar: ColourBar | None, lettering: Lettering) -> Canvas:
    """The strip for a picture `cols` wide: caption on the left, colour bar on the right, below it when too narrow.

    Returns
    -------
    (rows, cols, 3) uint8
    """
    margin = round(lettering.size_px * 0.9)
    inner = cols - 2 * margin
    bar_cols = _bar_width(inner, lettering) if bar else 0
    beside = bar_cols < inner
    text_cols = inner - bar_cols - 2 * margin if bar and beside else inner
    lines = _caption_lines(caption, text_cols, lettering)
    text_rows = _text_height(lines, lettering)
    bar_rows = _bar_height(bar, bar_cols, lettering) if bar else 0
    content = max(text_rows, bar_rows) if beside else text_rows + bar_rows + margin * bool(lines)
    strip = np.full((content + 2 * margin if content else 0, cols, 3), PAPER, dtype=np.uint8)
    _write_caption(strip, lines, margin, lettering)
    if bar:
        top = margin if beside or not lines else 2 * margin + text_rows
        _draw_bar(strip, bar, _Place(cols - margin - bar_cols, top, bar_cols), lettering)
    return strip


@dataclass(frozen=True)
class _Line:
    words: str
    is_title: bool


def _bar_width(inner: int, lettering: Lettering) -> int:
    """The whole width on a narrow picture, else about two fifths."""
    enough = lettering.size_px * 17
    return inner if inner < lettering.size_px * 44 else max(round(enough), round(inner * 0.36))


def _caption_lines(caption: tuple[str, ...], cols: int, lettering: Lettering) -> list[_Line]:
    if not caption:
        return []
    titles = wrapped(lettering, caption[:1], cols / 1.12)
    rest = wrapped(lettering, caption[1:], cols)
    return [_Line(words, True) for words in titles] + [_Line(words, False) for words in rest]


def _text_height(lines: list[_Line], lettering: Lettering) -> int:
    return round(len(lines) * _LINE * lettering.size_px)


def _write_caption(strip: Canvas, lines: list[_Line], margin: int, lettering: Lettering) -> None:
    for number, line in enumerate(lines):
        baseline = margin + (number + 0.72) * _LINE * lettering.size_px
        style = TextStyle(INK if line.is_title else GREY, bold=line.is_title)
        draw_text(strip, lettering, line.words, TextBox(margin, baseline, "ls"), style)


@dataclass(frozen=True)
class _Place:
    left: int
    top: int
    cols: int


def _bar_lines(bar: ColourBar, cols: int, lettering: Lettering) -> tuple[list[str], list[str]]:
    above = wrapped(lettering, [bar.heading], cols, _SMALL)
    below = wrapped(lettering, [bar.note], cols, _SMALL) if bar.note else []
    return above, below


def _bar_height(bar: ColourBar, cols: int, lettering: Lettering) -> int:
    above, below = _bar_lines(bar, cols, lettering)
    return round((len(above) * _LINE + 1.2 + _LINE + len(below) * _LINE) * lettering.size_px)


def _draw_bar(strip: Canvas, bar: ColourBar, place: _Place, lettering: Lettering) -> None:
    size = lettering.size_px
    above, below = _bar_lines(bar, place.cols, lettering)
    small = TextStyle(INK, _SMALL)
    for number, words in enumerate(above):
        baseline = place.top + (number + 0.72) * _LINE * size
        draw_text(strip, lettering, words, TextBox(place.left, baseline, "ls"), small)
    top = place.top + round(len(above) * _LINE * size)
    bottom = top + round(size * 0.9)
    colours = colour_scale(bar.kind, place.cols)
    strip[top:bottom, place.left : place.left + place.cols] = colours[None, :, :3]
    _draw_ticks(strip, bar, _Place(place.left, bottom, place.cols), lettering)
    for number, words in enumerate(below):
        baseline = bottom + (1 + number + 0.92) * _LINE * size
        draw_text(strip, lettering, words, TextBox(place.left, baseline, "ls"), TextStyle(GREY, _SMALL))


def _draw_ticks(strip: Canvas, bar: ColourBar, place: _Place, lettering: Lettering) -> None:
    """A tick at every round value; numbers that would touch another are left out, those of the ends never."""
    low = -bar.limit if bar.kind == "change" else 0.0
    length, thick = round(lettering.size_px * 0.3), lettering.line_px(0.8)
    style, taken = TextStyle(INK, _SMALL), list[tuple[float, float]]()
    for value in sorted(tick_values(bar), key=lambda value: (abs(value) != bar.limit, abs(value))):
        share = (value - low) / (bar.limit - low)
        x = place.left + round(share * (place.cols - 1))
        left = min(max(place.left, x - thick // 2), place.left + place.cols - thick)
        strip[place.top : place.top + length, left : left + thick] = INK
        anchor = "l" if share < 0.01 else "r" if share > 0.99 else "m"
        box = TextBox(x, place.top + lettering.size_px * 1.25, anchor + "s")
        start, _, end, _ = text_extent(lettering, tick_words(bar, value), box, style)
        gap = lettering.size_px * 0.4
        if all(end + gap < other[0] or start - gap > other[1] for other in taken):
            taken.append((start, end))
            draw_text(strip, lettering, tick_words(bar, value), box, style)


def tick_values(bar: ColourBar) -> tuple[float, ...]:
    """Round values along the bar, its ends among them."""
    step = round_length(bar.limit / (3 if bar.kind == "depth" else 1.6))
    count = int(bar.limit / step + 1e-9)
    positive = [step * number for number in range(count + 1)]
    if bar.limit - positive[-1] > 1e-9 * bar.limit:
        positive = [value for value in positive if bar.limit - value > 0.6 * step] + [bar.limit]
    if bar.kind == "depth":
        return tuple(positive)
    return tuple([-value for value in reversed(positive[1:])] + positive)


def tick_words(bar: ColourBar, value: float) -> str:
    """The last colour stands for all that lies beyond it, and says so."""
    if value == bar.limit:
        return f"≥ {value:+g}" if bar.kind == "change" else f"≥ {value:g}"
    if value == -bar.limit:
        return f"≤ −{bar.limit:g}"
    return f"{value:+g}".replace("-", "−") if bar.kind == "change" and value else f"{value:g}"
