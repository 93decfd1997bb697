"""Taking the lens's distortion out of pictures, before anything is measured in them."""

from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, Pixels
from imaging.model.inputs import MeasureInputs

LARGEST_SHARE = 0.1
"""Of half a diagonal by which the picture's corner may move: two terms describe no stronger lens."""
_SMALLEST_PX = 0.05
_Maps = tuple[npt.NDArray[np.int16], npt.NDArray[np.uint16], BoolMap]


def without_distortion(inputs: MeasureInputs) -> MeasureInputs:
    """The same frames, white fields, ambient light and mask as a lens without distortion shows them.

    Numbers keep their kind. The middle of the picture stays where it is, and with it the spacing. What the lens does
    not show at the rim is masked.

    Raises
    ------
    MeasurementError
        The distortion is too strong to be taken out.

    References
    ----------
    Zhang 2000, IEEE PAMI 22(11), section 3.3. Cubic interpolation: Keys 1981, IEEE ASSP 29(6).
    """
    shape = inputs.frames[0].shape[:2]
    if edge_shift_px(inputs.distortion, shape) < _SMALLEST_PX:
        return replace(inputs, distortion=())
    if edge_shift_px(inputs.distortion, shape) > LARGEST_SHARE * np.hypot(*shape) / 2:
        raise MeasurementError(
            "The distortion in the device file moves the picture's corners too far to be taken out: calibrate the "
            "scale again, or use another lens."
        )
    whole, fraction, is_seen = _maps(inputs.distortion, (shape[0], shape[1]))

    def straight(picture: Pixels, how: int = cv2.INTER_LINEAR) -> Pixels:
        moved: Any = cv2.remap(picture, whole, fraction, how, borderMode=cv2.BORDER_REPLICATE)
        return cast("Pixels", moved)

    mask = is_seen
    if inputs.mask is not None:
        white = inputs.mask.astype(np.uint8) * 255
        mask = is_seen & (cv2.remap(white, whole, fraction, cv2.INTER_LINEAR) > 127)
    return replace(
        inputs,
        frames=tuple(straight(frame, cv2.INTER_CUBIC) for frame in inputs.frames),
        flat_fields=tuple(straight(white) for white in inputs.flat_fields),
        ambient=straight(inputs.ambient) if inputs.ambient is not None else None,
        mask=None if inputs.mask is None and bool(is_seen.all()) else mask,
        distortion=(),
    )


def edge_shift_px(distortion: tuple[float, ...], shape: tuple[int, ...]) -> float:
    """How far the lens moves what moves most, in pixels."""
    radius = np.linspace(0, 1, 65)
    growth = sum(k * radius ** (2 * n) for n, k in enumerate(distortion, start=1))
    return float(np.abs(radius * growth).max() * np.hypot(shape[0] - 1, shape[1] - 1) / 2)


@lru_cache(maxsize=2)
def _maps(distortion: tuple[float, ...], shape: tuple[int, int]) -> _Maps:
    """Where each straight pixel is found, as OpenCV's fixed-point maps (1/32 px), and where it is in the picture."""
    rows = np.arange(shape[0], dtype=np.float32)[:, None] - np.float32((shape[0] - 1) / 2)
    cols = np.arange(shape[1], dtype=np.float32)[None, :] - np.float32((shape[1] - 1) / 2)
    squared = (rows**2 + cols**2) / np.float32(((shape[0] - 1) ** 2 + (shape[1] - 1) ** 2) / 4)
    growth = np.ones(shape, dtype=np.float32)
    for number, k in enumerate(distortion, start=1):
        growth += np.float32(k) * squared**number
    at_col = cols * growth + np.float32((shape[1] - 1) / 2)
    at_row = rows * growth + np.float32((shape[0] - 1) / 2)
    is_seen = (at_col >= -0.5) & (at_col <= shape[1] - 0.5) & (at_row >= -0.5) & (at_row <= shape[0] - 0.5)
    whole, fraction = cv2.convertMaps(at_col, at_row, cv2.CV_16SC2)
    return np.asarray(whole, dtype=np.int16), np.asarray(fraction, dtype=np.uint16), np.asarray(is_seen)
