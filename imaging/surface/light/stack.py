"""The frames of a stack as linear light, a band of rows at a time: ambient and stray light off, flat fields divided."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, FloatMap, Pixels
from imaging.model.inputs import MeasureInputs
from imaging.surface.light.linearise import noise_variance, saturated_samples, to_linear
from imaging.surface.reflection.gloss import cell_px

_FLAT_SHRINK = 4
"""Flat fields are smooth: they are kept at a quarter of the size and widened band by band."""
_FLAT_BLUR_PX = 1.0
_CELL_BAND_PX = 65536


@dataclass(frozen=True)
class LinearBand:
    """One band of rows of all frames.

    Parameters
    ----------
    grey : (n, rows, cols) mean of the channels, linear
    colour : (n, rows, cols, 3) linear; empty for grey frames
    saturated : (n, rows, cols)
    """

    grey: FloatMap
    colour: tuple[FloatMap, ...]
    saturated: BoolMap


@dataclass(frozen=True)
class LinearStack:
    """Frames of one pose, read as linear light on demand."""

    inputs: MeasureInputs
    flats: tuple[FloatMap, ...]
    """One divisor per frame at a quarter of the size, or empty."""
    stray: tuple[FloatMap, ...] = ()
    """What is taken off each frame, on cells, shaped as the frame, or (rows, cols) where it is white; or empty."""

    @property
    def shape(self) -> tuple[int, int]:
        return self.inputs.frames[0].shape[0], self.inputs.frames[0].shape[1]

    def band(self, rows: slice) -> LinearBand:
        """The frames in a band of rows."""
        frames = self.inputs.frames
        colour = tuple(self._linear(index, rows) for index in range(len(frames)))
        grey = np.stack([mean_of_channels(c) for c in colour])
        saturated = np.stack([saturated_samples(frame[rows]) for frame in frames])
        return LinearBand(grey, colour, saturated)

    def noise_variance(self, rows: slice) -> FloatMap:
        """(n, rows, cols) of the mean of the channels, from photons and digital steps; also of every nth row."""
        return np.stack([self._noise_variance(index, rows) for index in range(len(self.inputs.frames))])

    def _linear(self, index: int, rows: slice) -> FloatMap:
        light = to_linear(self.inputs.frames[index][rows], self.inputs.encoding)
        if self.inputs.ambient is not None:
            light = light - _like(to_linear(self.inputs.ambient[rows], self.inputs.encoding), light)
        if self.inputs.exposure != 1:
            light = light / np.float32(self.inputs.exposure)
        if self.flats:
            light = light / _like(self._divisor(index, rows), light)
        if self.stray:
            stray = self.widened(self.stray[index], rows)
            light = light - (stray if stray.ndim == light.ndim else cv2.merge([stray, stray, stray]))
            np.clip(light, 0, np.inf, out=light)  # three times as fast as the larger of both
        return light

    def widened(self, cells: FloatMap, rows: slice) -> FloatMap:
        """A band of rows of a map that is known on cells."""
        return self._widened(cells, cell_px(self.inputs.spacing), rows)

    def cells(self, index: int) -> FloatMap:
        """A frame at the size on which stray light is told apart; NaN where any pixel of the cell is saturated."""
        size = cell_px(self.inputs.spacing)
        height = size * max(1, _CELL_BAND_PX // (size * self.shape[1]))
        bands = [slice(start, min(start + height, self.shape[0])) for start in range(0, self.shape[0], height)]
        return np.concatenate([coarse(self._unsaturated(index, rows), size) for rows in bands])

    def _unsaturated(self, index: int, rows: slice) -> FloatMap:
        light = self._linear(index, rows)
        saturated = saturated_samples(self.inputs.frames[index][rows])
        if not saturated.any():
            return light
        return np.where(saturated if light.ndim == 2 else saturated[..., None], np.float32(np.nan), light)

    def _noise_variance(self, index: int, rows: slice) -> FloatMap:
        pixels = self.inputs.frames[index][rows]
        variance = mean_of_channels(noise_variance(pixels, self.inputs.encoding))
        if pixels.ndim == 3:
            variance /= 3
        if self.flats:
            variance /= mean_of_channels(self._divisor(index, rows)) ** 2
        if self.inputs.exposure != 1:
            variance = variance / self.inputs.exposure**2
        return np.asarray(variance, dtype=np.float32)

    def _divisor(self, index: int, rows: slice) -> FloatMap:
        return self._widened(self.flats[index], _FLAT_SHRINK, rows)

    def _widened(self, coarse: FloatMap, shrink: int, rows: slice) -> FloatMap:
        """A band of rows of a map that was kept `shrink` times smaller, each cell with its neighbours' help."""
        start, stop, step = rows.indices(self.shape[0])
        first, last = max(start // shrink - 1, 0), -(-stop // shrink) + 1
        part = coarse[first:last]
        size = (shrink * part.shape[1], shrink * part.shape[0])
        wide = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)
        asked = slice(start - first * shrink, stop - first * shrink, step)
        return np.asarray(wide[asked, : self.shape[1]], dtype=np.float32)


def linear_stack(inputs: MeasureInputs) -> LinearStack:
    """Prepare the frames; raises MeasurementError when a flat field has no light in it."""
    is_near = inputs.lights is not None and inputs.lights.model == "near"
    return LinearStack(inputs, tuple(_flat_divisor(flat, inputs, is_near) for flat in inputs.flat_fields))


def mean_of_channels(picture: FloatMap) -> FloatMap:
    """(rows, cols) mean over the channels of (rows, cols, 3); a grey picture comes back as it is."""
    if picture.ndim == 2:
        return picture
    weights = np.full((1, 3), 1 / 3, dtype=np.float32)
    return np.asarray(cv2.transform(picture, weights), dtype=np.float32).reshape(picture.shape[:2])


def _flat_divisor(flat: Pixels, inputs: MeasureInputs, is_near: bool) -> FloatMap:
    light = to_linear(flat, inputs.encoding)
    if inputs.ambient is not None:
        light = light - _like(to_linear(inputs.ambient, inputs.encoding), light)
    small = cv2.GaussianBlur(coarse(light, _FLAT_SHRINK), (0, 0), _FLAT_BLUR_PX)
    level = float(np.mean(small))
    if not np.isfinite(level) or level < 1e-3:
        raise MeasurementError("A flat field is black: photograph the white plane again with each light on.")
    divisor = small if is_near else small / level
    return np.asarray(np.maximum(divisor, 0.02 * (level if is_near else 1)), dtype=np.float32)


def coarse(light: FloatMap, shrink: int) -> FloatMap:
    """Means over cells of `shrink` x `shrink` pixels; the last cells repeat the edge."""
    size = (-(-light.shape[1] // shrink), -(-light.shape[0] // shrink))
    down, right = size[1] * shrink - light.shape[0], size[0] * shrink - light.shape[1]
    whole = cv2.copyMakeBorder(light, 0, down, 0, right, cv2.BORDER_REPLICATE) if down or right else light
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _like(picture: FloatMap, model: FloatMap) -> FloatMap:
    """A grey picture as three equal channels where `model` has three, and the other way round."""
    if picture.ndim == model.ndim:
        return picture
    return picture[..., None] if model.ndim == 3 else mean_of_channels(picture)
