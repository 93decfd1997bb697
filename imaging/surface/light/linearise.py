"""From the numbers in a picture to amounts of light, and back."""

from functools import cache
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, FloatMap, Pixels
from imaging.surface.bands import for_each_band

EncodingWish = Literal["auto", "srgb", "linear"]

_NEARLY_FULL = 0.992
"""Above this share of full scale an integer sample counts as saturated: 253 of 255."""
_FULL_WELL = 10_000


def to_linear(pixels: Pixels, encoding: EncodingWish = "auto") -> FloatMap:
    """Amount of light of each sample, 0..1 of full scale.

    Parameters
    ----------
    pixels : (rows, cols) or (rows, cols, 3), uint8, uint16 or float (0..1)
    encoding : "srgb" undoes the sRGB curve, "linear" only scales, "auto" reads uint8 as sRGB and all else as linear

    Returns
    -------
    float32 of the same shape; floats are not clipped

    Raises
    ------
    MeasurementError
        For any other kind of number.

    References
    ----------
    IEC 61966-2-1:1999, clause 5.2 (the exact piecewise curve).
    """
    if pixels.dtype == np.uint8:
        table = _table(256, encoding != "linear")
        return np.asarray(cv2.LUT(np.ascontiguousarray(pixels), table), dtype=np.float32).reshape(pixels.shape)
    if pixels.dtype == np.uint16:
        return _table(65536, encoding == "srgb")[pixels]
    if np.issubdtype(pixels.dtype, np.floating):
        values = np.asarray(pixels, dtype=np.float32)
        return _decode(values).astype(np.float32) if encoding == "srgb" else values
    raise MeasurementError(f"A picture of {pixels.dtype} numbers cannot be read: give 8-bit, 16-bit or float samples.")


def to_srgb8(linear: FloatMap, gain: float = 1.0) -> npt.NDArray[np.uint8]:
    """8-bit sRGB of `gain` times linear light 0..1 (clipped; NaN becomes 0), same shape."""
    encoded = np.empty(linear.shape, dtype=np.uint8)

    def work(rows: slice) -> None:
        steps = linear[rows] * np.float32(gain)
        cv2.patchNaNs(np.clip(steps, 0, 1, out=steps), 0)
        steps *= 65535
        steps += 0.5
        encoded[rows] = cv2.LUT(steps.astype(np.uint16), _srgb8_table()).reshape(steps.shape)

    for_each_band(work, (linear.shape[0], linear[:1].size))
    return encoded


def noise_variance(pixels: Pixels, encoding: EncodingWish = "auto") -> FloatMap:
    """Variance expected of each linear sample, float32 of the same shape.

    Digital steps are uniform (step^2 / 12; none in float pictures); photons are taken from a full well of 10 000
    electrons.
    """
    if pixels.dtype == np.uint8:
        table = _noise_table(256, encoding != "linear")
        return np.asarray(cv2.LUT(np.ascontiguousarray(pixels), table), dtype=np.float32).reshape(pixels.shape)
    if pixels.dtype == np.uint16:
        return _noise_table(65536, encoding == "srgb")[pixels]
    return np.asarray(np.maximum(to_linear(pixels, encoding), 0) / np.float32(_FULL_WELL), dtype=np.float32)


def saturated_samples(pixels: Pixels) -> BoolMap:
    """(rows, cols) True where any channel has reached full scale, so that the light is unknown."""
    if np.issubdtype(pixels.dtype, np.integer):
        full = _NEARLY_FULL * _full_scale(pixels)
        if not pixels.size or pixels.max() < full:
            return np.zeros(pixels.shape[:2], dtype=np.bool_)
        return np.asarray(_brightest_channel(pixels) >= full)
    top = _brightest_channel(pixels)
    if top.size and float(np.nanmax(top)) > 1.0001:
        return np.zeros(top.shape, dtype=np.bool_)
    return np.asarray(top >= 0.9999)


def _full_scale(pixels: Pixels) -> float:
    return 255.0 if pixels.dtype == np.uint8 else 65535.0


def _brightest_channel(pixels: Pixels) -> npt.NDArray[Any]:
    if pixels.ndim == 2:
        return pixels
    brightest: npt.NDArray[Any] = np.maximum(np.maximum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])
    return brightest


def _decode(encoded: npt.NDArray[Any]) -> npt.NDArray[Any]:
    curve = ((np.maximum(encoded, 0.04045) + 0.055) / 1.055) ** 2.4
    return np.where(encoded <= 0.04045, encoded / 12.92, curve)


@cache
def _table(levels: int, is_srgb: bool) -> FloatMap:
    steps = np.arange(levels) / (levels - 1)
    return (_decode(steps) if is_srgb else steps).astype(np.float32)


@cache
def _noise_table(levels: int, is_srgb: bool) -> FloatMap:
    light = _table(levels, is_srgb).astype(np.float64)
    steps = np.gradient(light)
    return np.asarray(steps**2 / 12 + light / _FULL_WELL, dtype=np.float32)


@cache
def _srgb8_table() -> npt.NDArray[np.uint8]:
    light = np.arange(65536) / 65535
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055)
    return (curve * 255 + 0.5).astype(np.uint8)
