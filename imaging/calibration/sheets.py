"""A printable sheet as values, drawn twice: as PDF in exact millimetres, and as pixels for screens and tests."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
_FONT = "Sheet"
_LINE = 1.3
_SUPERSAMPLING = 4


@dataclass(frozen=True)
class Box:
    """A filled rectangle; mm from the upper left corner of the page, x right, y down."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour = BLACK


@dataclass(frozen=True)
class Ring:
    """A circle's outline around (x, y), mm."""

    x: float
    y: float
    radius: float
    line: float = 0.2
    colour: Colour = BLACK


@dataclass(frozen=True)
class Words:
    """Text that wraps at `width` mm; (x, y) is the upper left corner of the first line."""

    x: float
    y: float
    text: str
    width: float = 170.0
    size_pt: float = 10.0
    is_bold: bool = False


@dataclass(frozen=True)
class Sheet:
    """One printable page; later shapes lie over earlier ones."""

    name: str
    """Of the file, without ending."""
    shapes: tuple[Box | Ring, ...]
    words: tuple[Words, ...]


def pdf_of(sheet: Sheet, font_folder: Path | None = None, made_at: datetime | None = None) -> bytes:
    """The sheet as a one-page A4 PDF that asks the printer not to scale it.

    Parameters
    ----------
    font_folder : holds DejaVuSans.ttf and DejaVuSans-Bold.ttf, which are embedded; Helvetica when None
    made_at : the date inside the file; now when None
    """
    from fpdf import FPDF
    from fpdf.prefs import ViewerPreferences

    page = FPDF(unit="mm", format="A4")
    page.viewer_preferences = ViewerPreferences(print_scaling="None")
    page.set_title(sheet.words[0].text if sheet.words else sheet.name)
    page.set_creator("Rhytid")
    if made_at is not None:
        page.set_creation_date(made_at)
    page.set_auto_page_break(False)
    page.add_page()
    family = "Helvetica"
    if font_folder is not None:
        family = _FONT
        page.add_font(family, "", font_folder / "DejaVuSans.ttf")
        page.add_font(family, "B", font_folder / "DejaVuSans-Bold.ttf")
    for shape in sheet.shapes:
        if isinstance(shape, Box):
            page.set_fill_color(*shape.colour)
            page.rect(shape.x, shape.y, shape.width, shape.height, style="F")
        else:
            page.set_draw_color(*shape.colour)
            page.set_line_width(shape.line)
            page.circle(shape.x, shape.y, shape.radius, style="D")
    for words in sheet.words:
        page.set_font(family, "B" if words.is_bold else "", words.size_pt)
        page.set_xy(words.x, words.y)
        page.multi_cell(words.width, _LINE * words.size_pt * 25.4 / 72, words.text, align="L")
    return bytes(page.output())


def picture_of(sheet: Sheet, px_per_mm: float, region_mm: tuple[float, float, float, float]) -> npt.NDArray[np.uint8]:
    """The boxes of a sheet as an ideal printer would show them: edges between pixels come out grey.

    Parameters
    ----------
    region_mm : (x0, y0, x1, y1) of the page

    Returns
    -------
    (rows, cols, 3) uint8; the pixel (0, 0) covers the corner (x0, y0)
    """
    x0, y0, x1, y1 = region_mm
    fine = px_per_mm * _SUPERSAMPLING
    rows, cols = (round((end - start) * px_per_mm) for start, end in ((y0, y1), (x0, x1)))
    canvas = np.full((rows * _SUPERSAMPLING, cols * _SUPERSAMPLING, 3), 255, dtype=np.uint8)
    for box in (shape for shape in sheet.shapes if isinstance(shape, Box)):
        left, right = (max(0, round((x - x0) * fine)) for x in (box.x, box.x + box.width))
        top, bottom = (max(0, round((y - y0) * fine)) for y in (box.y, box.y + box.height))
        canvas[top:bottom, left:right] = box.colour
    parts = canvas.reshape(rows, _SUPERSAMPLING, cols, _SUPERSAMPLING, 3)
    return np.asarray(np.round(parts.mean(axis=(1, 3))), dtype=np.uint8)
