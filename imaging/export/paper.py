"""A printed A4 page: text, lines and dots in millimetres from the upper left corner."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    pass

Colour = tuple[int, int, int]
INK: Colour = (25, 25, 25)
GREY: Colour = (105, 105, 105)
PALE: Colour = (228, 232, 238)
ACCENT: Colour = (20, 90, 140)
WARNING: Colour = (160, 60, 0)
LEFT, RIGHT, TOP, BOTTOM = 14.0, 196.0, 14.0, 283.0
_FONT = "Report"
_POINT_MM = 25.4 / 72
Align = Literal["left", "right", "centre"]


class Paper:
    """Pages of one document; the type is embedded, so that every sign prints."""

    def __init__(self, title: str, font_folder: Path) -> None:
        from fpdf import FPDF

        self._pdf: FPDF = FPDF(unit="mm", format="A4")
        self._pdf.set_title(title)
        self._pdf.set_creator("Rhytid")
        self._pdf.set_auto_page_break(False)
        self._pdf.add_font(_FONT, "", font_folder / "DejaVuSans.ttf")
        self._pdf.add_font(_FONT, "B", font_folder / "DejaVuSans-Bold.ttf")

    def new_page(self) -> None:
        self._pdf.add_page()

    def text(
        self, at: tuple[float, float], words: str, size_pt: float = 8, colour: Colour = INK, align: Align = "left"
    ) -> None:
        """One line; `at` is its baseline's end on the side of `align`. Words that begin with * are bold."""
        is_bold = words.startswith("*")
        self._pdf.set_font(_FONT, "B" if is_bold else "", size_pt)
        self._pdf.set_text_color(*colour)
        words = words.lstrip("*")
        shift = {"left": 0.0, "right": 1.0, "centre": 0.5}[align] * self._pdf.get_string_width(words)
        self._pdf.text(at[0] - shift, at[1], words)

    def paragraph(self, y: float, words: str, size_pt: float = 8, colour: Colour = INK) -> float:
        """Wrapped text over the width of the page; returns where the next may begin."""
        self._pdf.set_font(_FONT, "", size_pt)
        self._pdf.set_text_color(*colour)
        self._pdf.set_xy(LEFT - 1, y)  # cells have an inner margin of 1 mm
        self._pdf.multi_cell(RIGHT - LEFT + 2, 1.35 * size_pt * _POINT_MM, words, align="L")
        return float(self._pdf.get_y())

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: Colour = GREY) -> None:
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(0.2)
        self._pdf.line(*start, *end)

    def box(self, corner: tuple[float, float], size: tuple[float, float], colour: Colour = PALE) -> None:
        """Filled, without an outline."""
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(*corner, *size, style="F")

    def dot(self, at: tuple[float, float], radius: float = 0.7, colour: Colour = ACCENT) -> None:
        self._pdf.set_fill_color(*colour)
        self._pdf.circle(*at, radius, style="F")

    def content(self) -> bytes:
        return bytes(self._pdf.output())
