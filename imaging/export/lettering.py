"""Text on pictures: one type size that fits the picture, legible on any ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Canvas = npt.NDArray[np.uint8]
"""A picture that is being drawn on: (rows, cols, 3) RGB, writable."""
Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

SMALLEST_PX = 12
_SHARE = 0.0155
_MISSING_SIGNS = str.maketrans({"µ": "u", "²": "2", "×": "x", "–": "-", "−": "-", "≥": ">", "±": "+/-"})


class TextBox(NamedTuple):
    """Where text goes: `anchor` is Pillow's two letters (horizontal l m r, vertical a m s d) for the point x, y."""

    x: float
    y: float
    anchor: str = "la"


@dataclass(frozen=True)
class Lettering:
    """Type for one picture.

    Parameters
    ----------
    size_px : height of plain text
    folder : where DejaVuSans.ttf and DejaVuSans-Bold.ttf lie; None: Pillow's own font, which lacks some signs
    """

    size_px: float
    folder: Path | None = None

    @classmethod
    def fitting(cls, shape: tuple[int, ...], folder: Path | None) -> "Lettering":
        """Type that reads alike on a small and a large picture of (rows, cols) `shape`."""
        equal_width = np.sqrt(shape[0] * shape[1] * 4 / 3)
        return cls(max(SMALLEST_PX, _SHARE * float(equal_width)), folder)

    def font(self, scale: float = 1.0, bold: bool = False) -> Font:
        return _load(self.folder, round(self.size_px * scale), bold)

    def text(self, words: str) -> str:
        """The words as this type can write them."""
        return words if self.folder else words.translate(_MISSING_SIGNS)

    def width(self, words: str, scale: float = 1.0, bold: bool = False) -> float:
        return float(self.font(scale, bold).getlength(self.text(words)))

    def line_px(self, weight: float = 1.0) -> int:
        """Thickness of a line of this weight, at least one pixel."""
        return max(1, round(self.size_px * 0.11 * weight))


@lru_cache(maxsize=32)
def _load(folder: Path | None, size: int, bold: bool) -> Font:
    if folder is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(folder / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), size)


@dataclass(frozen=True)
class TextStyle:
    colour: Colour = (255, 255, 255)
    scale: float = 1.0
    bold: bool = False
    halo: Colour | None = None
    """Drawn around the letters, so that they read on any ground."""


def draw_text(canvas: Canvas, lettering: Lettering, words: str, box: TextBox, style: TextStyle) -> None:
    """Write one line into the canvas; what lies outside is cut."""
    font, text = lettering.font(style.scale, style.bold), lettering.text(words)
    stroke = max(1, round(lettering.size_px * style.scale * 0.1)) if style.halo else 0
    left, top, right, bottom = text_extent(lettering, words, box, style)
    if left >= right or top >= bottom or right <= 0 or bottom <= 0:
        return
    rows = slice(max(0, top), min(canvas.shape[0], bottom))
    cols = slice(max(0, left), min(canvas.shape[1], right))
    if rows.start >= rows.stop or cols.start >= cols.stop:
        return
    patch = Image.fromarray(np.ascontiguousarray(canvas[rows, cols]))
    ImageDraw.Draw(patch).text(
        (box.x - cols.start, box.y - rows.start), text, font=font, fill=style.colour, anchor=box.anchor,
        stroke_width=stroke, stroke_fill=style.halo,
    )  # fmt: skip
    canvas[rows, cols] = np.asarray(patch)


def text_extent(lettering: Lettering, words: str, box: TextBox, style: TextStyle) -> tuple[int, int, int, int]:
    """Left, top, right and bottom pixel that the text with its halo covers."""
    stroke = max(1, round(lettering.size_px * style.scale * 0.1)) if style.halo else 0
    probe = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    font = lettering.font(style.scale, style.bold)
    edges = probe.textbbox((box.x, box.y), lettering.text(words), font=font, anchor=box.anchor, stroke_width=stroke)
    left, top, right, bottom = edges
    return int(np.floor(left)), int(np.floor(top)), int(np.ceil(right)) + 1, int(np.ceil(bottom)) + 1


def wrapped(lettering: Lettering, lines: Sequence[str], width: float, scale: float = 1.0) -> list[str]:
    """The lines, broken between words where they are wider than `width` pixels."""
    broken: list[str] = []
    for line in lines:
        rest = ""
        for word in line.split(" "):
            longer = f"{rest} {word}" if rest else word
            if rest and lettering.width(longer, scale) > width:
                broken.append(rest)
                longer = word
            rest = longer
        broken.append(rest)
    return broken
