"""Pictures of the engine as Qt pixmaps, and back."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage, QPixmap

_FORMATS = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


def to_screen8(pixels: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Any picture of the engine in 8 bits: 16-bit loses its low byte, float runs from 0 to 1."""
    if pixels.dtype == np.uint8:
        return cast(npt.NDArray[np.uint8], pixels)
    if pixels.dtype == np.uint16:
        return cast(npt.NDArray[np.uint8], (pixels >> 8).astype(np.uint8))
    return np.asarray(np.clip(np.nan_to_num(pixels), 0, 1) * 255 + 0.5, dtype=np.uint8)


def to_image(pixels: npt.NDArray[Any]) -> QImage:
    """A QImage of its own from (rows, cols) grey, (rows, cols, 3) RGB or (rows, cols, 4) RGBA; read-only is welcome."""
    return _shared_image(np.ascontiguousarray(to_screen8(pixels))).copy()


def to_pixmap(pixels: npt.NDArray[Any]) -> QPixmap:
    """As `to_image`, with one copy less; GUI thread only."""
    data = np.ascontiguousarray(to_screen8(pixels))
    return QPixmap.fromImage(_shared_image(data))


def to_array(image: QImage) -> npt.NDArray[np.uint8]:
    """(rows, cols, 3) RGB of a QImage."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(rgb.constBits(), dtype=np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return flat[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


def _shared_image(data: npt.NDArray[np.uint8]) -> QImage:
    """Points into `data`, which has to outlive it."""
    rows, cols = data.shape[:2]
    channels = data.shape[2] if data.ndim == 3 else 1
    return QImage(data.data, cols, rows, cols * channels, _FORMATS[channels])
