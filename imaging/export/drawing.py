"""What is drawn on the skin itself: heat map, wrinkles, annotations, scale bar. All sizes follow the lettering.

Every `draw_…` function draws into the canvas it is given. Points are (row, col) in full-size pixels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.export.lettering import Canvas, Colour, Lettering, TextBox, TextStyle, draw_text, text_extent
from imaging.model.annotation import Annotation, Shape
from imaging.model.arrays import LabelMap, Points
from imaging.model.geometry import Spacing
from imaging.model.measurement import Wrinkle
from imaging.surface.bands import for_each_band

WHITE: Colour = (255, 255, 255)
INK: Colour = (16, 18, 22)
SUSPECT: Colour = (255, 176, 64)
"""Wrinkles that may be pigment."""
_SUBPIXEL_BITS = 4


@dataclass(frozen=True)
class Stroke:
    """A line with a dark edge, so that it reads on any ground; thickness in pixels."""

    colour: Colour
    thickness: int

    @property
    def edge(self) -> int:
        return self.thickness + 2 * max(1, round(self.thickness * 0.4))


def draw_heat_map(canvas: Canvas, rgba: npt.NDArray[np.uint8], opacity: float) -> None:
    """Lay a colour picture over the canvas.

    Parameters
    ----------
    rgba : (rows, cols, 4), the canvas's size; alpha 0 where nothing was measured
    opacity : 0..1, times the picture's own alpha
    """

    def blend(rows: slice) -> None:
        share = rgba[rows, :, 3] * np.float32(np.clip(opacity, 0, 1) / 255)
        colour = cv2.cvtColor(np.ascontiguousarray(rgba[rows]), cv2.COLOR_RGBA2RGB)
        cv2.blendLinear(colour, canvas[rows], share, np.float32(1) - share, canvas[rows])

    for_each_band(blend, (canvas.shape[0], canvas.shape[1]))


def draw_wrinkles(canvas: Canvas, wrinkles: Sequence[Wrinkle], labels: LabelMap, lettering: Lettering) -> None:
    """Outline of each wrinkle, its centre line and its number; a "?" and another colour where it may be pigment.

    Numbers that would cover one another are left out, the shorter wrinkle's first.
    """
    outlines = [_outline(labels, wrinkle) for wrinkle in wrinkles]
    thin, line = lettering.line_px(0.5), lettering.line_px(0.7)
    shade = canvas.copy()
    for contours in outlines:
        cv2.polylines(shade, contours, True, INK, Stroke(WHITE, thin).edge, cv2.LINE_AA)
    cv2.addWeighted(shade, 0.5, canvas, 0.5, 0, canvas)
    for wrinkle, contours in zip(wrinkles, outlines, strict=True):
        colour = SUSPECT if wrinkle.is_pigment_suspect else WHITE
        cv2.polylines(canvas, contours, True, colour, thin, cv2.LINE_AA)
        cv2.polylines(canvas, _path(wrinkle.centre_line), False, colour, line, cv2.LINE_AA, _SUBPIXEL_BITS)
    _draw_numbers(canvas, wrinkles, lettering)


def _outline(labels: LabelMap, wrinkle: Wrinkle) -> Sequence[npt.NDArray[np.int32]]:
    """Only the part of the label map around the wrinkle is looked at."""
    if not len(wrinkle.centre_line):
        return ()
    margin = 4 + int(max(labels.shape) * 0.05)
    low = np.maximum(np.floor(wrinkle.centre_line.min(axis=0)).astype(int) - margin, 0)
    high = np.ceil(wrinkle.centre_line.max(axis=0)).astype(int) + margin + 1
    part = np.ascontiguousarray(labels[low[0] : high[0], low[1] : high[1]] == wrinkle.label).astype(np.uint8)
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=(int(low[1]), int(low[0])))
    return [np.asarray(contour, dtype=np.int32) for contour in contours]


def _draw_numbers(canvas: Canvas, wrinkles: Sequence[Wrinkle], lettering: Lettering) -> None:
    taken: list[tuple[int, int, int, int]] = []
    for wrinkle in sorted(wrinkles, key=lambda w: -w.length_mm):
        if not len(wrinkle.centre_line):
            continue
        style = TextStyle(SUSPECT if wrinkle.is_pigment_suspect else WHITE, 0.85, bold=True, halo=INK)
        words = f"{wrinkle.label}?" if wrinkle.is_pigment_suspect else str(wrinkle.label)
        row, col = wrinkle.centre_line[len(wrinkle.centre_line) // 2]
        box = _inside(canvas, lettering, words, TextBox(col + lettering.size_px * 0.6, row, "lm"), style)
        extent = text_extent(lettering, words, box, style)
        if not any(_overlap(extent, other) for other in taken):
            taken.append(extent)
            draw_text(canvas, lettering, words, box, style)


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(canvas: Canvas, lettering: Lettering, words: str, box: TextBox, style: TextStyle) -> TextBox:
    """The box, moved so that nothing of the text is cut off."""
    left, top, right, bottom = text_extent(lettering, words, box, style)
    rows, cols = canvas.shape[:2]
    x = box.x - max(0, right - cols) if right - left < cols else box.x
    y = box.y - max(0, bottom - rows) if bottom - top < rows else box.y
    return TextBox(x + max(0, -left), y + max(0, -top), box.anchor)


def _path(points: Points) -> list[npt.NDArray[np.int32]]:
    """(row, col) points as OpenCV draws them, to a fraction of a pixel."""
    scaled = np.asarray(points, dtype=np.float64).reshape(-1, 2)[:, ::-1] * 2**_SUBPIXEL_BITS
    return [np.round(scaled).astype(np.int32).reshape(-1, 1, 2)]


def _draw_path(canvas: Canvas, points: Points, stroke: Stroke, closed: bool = False) -> None:
    path = _path(points)
    cv2.polylines(canvas, path, closed, INK, stroke.edge, cv2.LINE_AA, _SUBPIXEL_BITS)
    cv2.polylines(canvas, path, closed, stroke.colour, stroke.thickness, cv2.LINE_AA, _SUBPIXEL_BITS)


def draw_annotations(
    canvas: Canvas, annotations: Sequence[Annotation], spacing: Spacing | None, lettering: Lettering
) -> None:
    """Arrows, lines with their length (mm when calibrated, else pixels), texts and rectangles."""
    for annotation in annotations:
        stroke = Stroke(colour_of(annotation.colour), lettering.line_px(1.3))
        if annotation.shape is Shape.ARROW:
            _draw_arrow(canvas, annotation, stroke, lettering)
        elif annotation.shape is Shape.LINE:
            _draw_line(canvas, annotation, stroke, lettering)
        elif annotation.shape is Shape.RECTANGLE:
            _draw_rectangle(canvas, annotation, stroke)
        _write_beside(canvas, annotation, spacing, lettering)


def colour_of(name: str) -> Colour:
    """ "#rrggbb" as three numbers; white when it is no colour."""
    digits = name.removeprefix("#")
    try:
        red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    except ValueError:
        return WHITE
    return red, green, blue


def _draw_arrow(canvas: Canvas, annotation: Annotation, stroke: Stroke, lettering: Lettering) -> None:
    start, tip = np.asarray(annotation.start, dtype=np.float64), np.asarray(annotation.end, dtype=np.float64)
    length = float(np.hypot(*(tip - start)))
    if length == 0:
        return
    along = (tip - start) / length
    across = np.array([-along[1], along[0]])
    head = min(lettering.size_px * 1.1, length)
    foot = tip - along * head
    triangle = np.array([tip, foot + across * head * 0.42, foot - across * head * 0.42])
    _draw_path(canvas, np.array([start, foot + along * head * 0.3]), stroke)
    _draw_path(canvas, triangle, stroke, closed=True)
    cv2.fillPoly(canvas, _path(triangle), stroke.colour, cv2.LINE_AA, _SUBPIXEL_BITS)


def _draw_line(canvas: Canvas, annotation: Annotation, stroke: Stroke, lettering: Lettering) -> None:
    """A line between two short ticks, as on a technical drawing."""
    start, end = np.asarray(annotation.start, dtype=np.float64), np.asarray(annotation.end, dtype=np.float64)
    length = float(np.hypot(*(end - start)))
    if length == 0:
        return
    across = np.array([start[1] - end[1], end[0] - start[0]]) / length * lettering.size_px * 0.4
    for path in ((start - across, start + across), (end - across, end + across), (start, end)):
        _draw_path(canvas, np.array(path), stroke)


def _draw_rectangle(canvas: Canvas, annotation: Annotation, stroke: Stroke) -> None:
    (top, left), (bottom, right) = annotation.start, annotation.end
    corners = [(top, left), (top, right), (bottom, right), (bottom, left)]
    _draw_path(canvas, np.array(corners, dtype=np.float64), stroke, closed=True)


def _write_beside(canvas: Canvas, annotation: Annotation, spacing: Spacing | None, lettering: Lettering) -> None:
    words = annotation_words(annotation, spacing)
    if not words:
        return
    style = TextStyle(colour_of(annotation.colour), 1.1, bold=True, halo=INK)
    place = _text_place(annotation, lettering.size_px, lettering.width(words, style.scale, style.bold))
    box = _inside(canvas, lettering, words, place, style)
    draw_text(canvas, lettering, words, box, style)


def annotation_words(annotation: Annotation, spacing: Spacing | None) -> str:
    """The text of an annotation; a line's length stands before it."""
    if annotation.shape is not Shape.LINE:
        return annotation.text
    length = length_words(annotation, spacing)
    return f"{length}  {annotation.text}" if annotation.text else length


def length_words(annotation: Annotation, spacing: Spacing | None) -> str:
    """Distance from start to end: "3.42 mm" when calibrated, else "118 px"."""
    rows = annotation.end[0] - annotation.start[0]
    cols = annotation.end[1] - annotation.start[1]
    if spacing is None:
        return f"{math.hypot(rows, cols):.0f} px"
    length = math.hypot(rows * spacing.row_mm, cols * spacing.col_mm)
    return f"{length:.2f} mm" if length < 10 else f"{length:.1f} mm"


def _text_place(annotation: Annotation, size_px: float, width_px: float) -> TextBox:
    """Beside a line, at the foot of an arrow, above a rectangle, at the point of a text."""
    (row0, col0), (row1, col1) = annotation.start, annotation.end
    gap = size_px * 0.6
    if annotation.shape is Shape.LINE:
        length = math.hypot(row1 - row0, col1 - col0) or 1.0
        up, right = -abs(col1 - col0) / length, math.copysign(row1 - row0, (row1 - row0) * (col1 - col0)) / length
        away = gap + abs(up) * size_px * 0.5 + abs(right) * width_px / 2
        return TextBox((col0 + col1) / 2 + right * away, (row0 + row1) / 2 + up * away, "mm")
    if annotation.shape is Shape.RECTANGLE:
        return TextBox(min(col0, col1), min(row0, row1) - gap, "ls")
    if annotation.shape is Shape.ARROW:
        below = row0 >= row1
        return TextBox(col0, row0 + gap if below else row0 - gap, "ma" if below else "ms")
    return TextBox(col0, row0, "la")


def round_length(longest: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is at most `longest`."""
    step = 10.0 ** math.floor(math.log10(longest))
    return next(factor * step for factor in (5.0, 2.0, 1.0) if factor * step <= longest * (1 + 1e-9))


def scale_bar_mm(spacing: Spacing, cols: int) -> float:
    """Length of the scale bar on a picture `cols` pixels wide: round, at most a quarter of the width."""
    return round_length(cols * spacing.col_mm / 4)


def draw_scale_bar(canvas: Canvas, spacing: Spacing, lettering: Lettering) -> None:
    """A white bar of round length on a dark plate, bottom left."""
    length_mm = scale_bar_mm(spacing, canvas.shape[1])
    bar = max(1, round(length_mm / spacing.col_mm))
    words = length_of_bar(length_mm)
    size, thick = lettering.size_px, max(2, round(lettering.size_px * 0.28))
    pad, gap = round(size * 0.6), round(size * 0.35)
    width = max(bar, math.ceil(lettering.width(words, bold=True))) + 2 * pad
    height = round(size * 0.95) + gap + thick + 2 * pad
    left, bottom = round(size * 0.7), canvas.shape[0] - round(size * 0.7)
    _darken(canvas[max(0, bottom - height) : max(0, bottom), left : left + width])
    middle, foot = left + width / 2, bottom - pad
    start = round(middle - bar / 2)
    canvas[max(0, foot - thick) : max(0, foot), start : start + bar] = WHITE
    box = TextBox(middle, foot - thick - gap, "ms")
    draw_text(canvas, lettering, words, box, TextStyle(bold=True))


def length_of_bar(length_mm: float) -> str:
    """ "5 mm", or "200 µm" below a millimetre."""
    return f"{length_mm:g} mm" if length_mm >= 1 else f"{length_mm * 1000:g} µm"


def _darken(part: Canvas) -> None:
    part[:] = (part * 0.25 + np.array(INK) * 0.75).astype(np.uint8)
