"""The annotated picture: one pure function draws it, for the file and for the preview alike."""

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from imaging.camera.png import Chunk, encode_png
from imaging.errors import ExportError
from imaging.export.drawing import draw_annotations, draw_heat_map, draw_scale_bar, draw_wrinkles
from imaging.export.footer import PAPER, ColourBar, footer_below
from imaging.export.lettering import Canvas, Lettering
from imaging.files import write_whole
from imaging.model.annotation import Annotation
from imaging.model.arrays import LabelMap, Pixels, read_only
from imaging.model.geometry import Spacing
from imaging.model.measurement import Wrinkle

MIN_COLS = 360
"""A narrower picture gets paper beside it, so that its caption can be read."""
_MM_PER_INCH = 25.4
_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:rhytid="urn:rhytid:spacing#" '
    'rhytid:RowSpacingMm="{row:.9g}" rhytid:ColSpacingMm="{col:.9g}"/>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


@dataclass(frozen=True, eq=False)
class PictureContent:
    """Everything one annotated picture shows; leave out what it should not.

    Parameters
    ----------
    photograph : (rows, cols, 3) RGB or (rows, cols) grey; uint8, uint16, or float 0..1
    heat_map : (rows, cols, 4) RGBA uint8 over it, alpha 0 where nothing was measured
    opacity : 0..1, of the heat map
    wrinkles, labels : outlines, centre lines and numbers; labels as in `Measurement.labels`
    spacing : for the scale bar and the length of lines; None when uncalibrated: no scale bar, lengths in pixels
    colour_bar : what the heat map's colours mean
    caption : lines below the picture, the first one as title; codes only, never a name
    font_folder : where DejaVuSans.ttf lies; None: Pillow's own font, which lacks µ and a few other signs
    """

    photograph: Pixels
    heat_map: npt.NDArray[np.uint8] | None = None
    opacity: float = 0.6
    wrinkles: tuple[Wrinkle, ...] = ()
    labels: LabelMap | None = None
    annotations: tuple[Annotation, ...] = ()
    spacing: Spacing | None = None
    colour_bar: ColourBar | None = None
    caption: tuple[str, ...] = ()
    font_folder: Path | None = None

    def without_heat_map(self) -> "PictureContent":
        return replace(self, heat_map=None, colour_bar=None)


def render_picture(content: PictureContent) -> npt.NDArray[np.uint8]:
    """Draw the picture at full size.

    Returns
    -------
    (rows + strip, at least MIN_COLS, 3) RGB uint8, read-only; its upper left part is the photograph, pixel by pixel
    """
    canvas = to_rgb8(content.photograph)
    lettering = Lettering.fitting(canvas.shape, content.font_folder)
    if content.heat_map is not None:
        draw_heat_map(canvas, content.heat_map, content.opacity)
    if content.labels is not None:
        draw_wrinkles(canvas, content.wrinkles, content.labels, lettering)
    draw_annotations(canvas, content.annotations, content.spacing, lettering)
    if content.spacing is not None:
        draw_scale_bar(canvas, content.spacing, lettering)
    cols = max(canvas.shape[1], MIN_COLS)
    strip = footer_below(cols, content.caption, _bar_with_opacity(content), lettering)
    return read_only(np.vstack([on_paper(canvas, cols), strip]))


def _bar_with_opacity(content: PictureContent) -> ColourBar | None:
    bar = content.colour_bar
    if bar is None or content.heat_map is None or content.opacity >= 0.995:
        return bar
    share = f"{content.opacity * 100:.0f} % over the skin"
    return replace(bar, note=f"{bar.note} · {share}" if bar.note else share)


def on_paper(canvas: Canvas, cols: int) -> Canvas:
    """The canvas with paper to its right, `cols` wide."""
    spare = cols - canvas.shape[1]
    if spare <= 0:
        return canvas
    return np.hstack([canvas, np.full((canvas.shape[0], spare, 3), PAPER, dtype=np.uint8)])


def to_rgb8(pixels: Pixels) -> Canvas:
    """A writable copy as (rows, cols, 3) uint8; uint16 and float 0..1 keep their full range."""
    rgb: npt.NDArray[Any] = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
    if rgb.dtype == np.uint16:
        return np.asarray(rgb // 257, dtype=np.uint8)
    if rgb.dtype == np.uint8:
        return np.array(rgb, dtype=np.uint8, order="C")
    return np.asarray(np.clip(np.nan_to_num(rgb), 0, 1) * 255 + 0.5, dtype=np.uint8)


def write_picture(path: Path, pixels: npt.NDArray[np.uint8], spacing: Spacing | None = None) -> None:
    """Write a drawn picture; the file appears whole or not at all.

    Resolution and the exact spacing (XMP, mm per pixel) are written only when calibrated. Nothing else is: no names,
    no dates, no machine.

    Parameters
    ----------
    path : ends in .png, .tif or .tiff
    pixels : (rows, cols, 3) RGB uint8
    spacing : None when uncalibrated

    Raises
    ------
    ExportError
        another ending, or the file cannot be written
    """
    kinds = {".png": _save_png, ".tif": _save_tiff, ".tiff": _save_tiff}
    save = kinds.get(path.suffix.lower())
    if save is None:
        raise ExportError(f"{path.name} ends in no known picture format: name it .png or .tif.")
    write_whole(path, lambda beside: save(pixels, beside, spacing))


def _dots_per_inch(spacing: Spacing) -> tuple[float, float]:
    return _MM_PER_INCH / spacing.col_mm, _MM_PER_INCH / spacing.row_mm


def _xmp(spacing: Spacing) -> str:
    return _XMP.format(row=spacing.row_mm, col=spacing.col_mm)


def _colour_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _save_png(pixels: npt.NDArray[np.uint8], path: Path, spacing: Spacing | None) -> None:
    chunks: list[Chunk] = [(b"iCCP", b"sRGB\0\0" + zlib.compress(_colour_profile()))]
    if spacing is not None:
        per_metre = (round(1000 / mm).to_bytes(4) for mm in (spacing.col_mm, spacing.row_mm))
        chunks.append((b"pHYs", b"".join(per_metre) + b"\1"))
        chunks.append((b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + _xmp(spacing).encode()))
    path.write_bytes(encode_png(pixels, chunks))


def _save_tiff(pixels: npt.NDArray[np.uint8], path: Path, spacing: Spacing | None) -> None:
    calibrated: dict[str, object] = {}
    if spacing is not None:
        calibrated = {"dpi": _dots_per_inch(spacing), "tiffinfo": {700: _xmp(spacing).encode()}}
    Image.fromarray(pixels).save(
        path, "TIFF", compression="tiff_adobe_deflate", icc_profile=_colour_profile(), **calibrated
    )
