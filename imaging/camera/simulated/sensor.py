"""The sensor: exposure, gain, white balance and focus as set, and the noise of light and of reading out."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.frame import ControlReading

NOISE_CODES = 1.3
"""Standard deviation in 8-bit sRGB codes. Shot noise grows with the root of the light and the sRGB curve flattens
about as fast, so that one value serves for all but the darkest codes."""
TILE_SLACK = 64
"""The noise tile is larger than the frame by this much and laid down anew for every frame."""


@dataclass(frozen=True)
class Knob:
    """Limits, step and start of one control, in the units of UVC cameras."""

    minimum: float
    maximum: float
    step: float
    start: float


KNOBS = {
    "exposure": Knob(1, 5000, 1, 156),
    "gain": Knob(0, 100, 1, 0),
    "white_balance": Knob(2800, 6500, 10, 4600),
    "focus": Knob(0, 250, 5, 100),
}


class Sensor:
    """Turns light into codes.

    Parameters
    ----------
    shape : rows and columns of the frames
    seed : of the noise
    """

    def __init__(self, shape: tuple[int, int], seed: int) -> None:
        self._values = {name: knob.start for name, knob in KNOBS.items()}
        self._asked: dict[str, float] = {}
        self._table: npt.NDArray[np.uint8] | None = None
        self._rng = np.random.default_rng((seed, 14))
        self._shape = shape
        self._tiles: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]] | None = None

    def readings(self) -> tuple[ControlReading, ...]:
        """Every control as it is now; and what was asked that it has not."""
        missing = (ControlReading(name, value, None) for name, value in self._asked.items() if name not in KNOBS)
        return (*(self._reading(name) for name in KNOBS), *missing)

    def reset(self) -> None:
        """Without power it forgets: every control is at its start again."""
        self._values = {name: knob.start for name, knob in KNOBS.items()}
        self._asked, self._table = {}, None

    def apply(self, wanted: Mapping[str, float]) -> tuple[ControlReading, ...]:
        """Set, clamped to the limits and rounded to the steps, and read back."""
        for name, value in wanted.items():
            if name in KNOBS:
                knob = KNOBS[name]
                stepped = round(value / knob.step) * knob.step
                self._values[name] = min(max(stepped, knob.minimum), knob.maximum)
            self._asked[name] = value
        self._table = self._response()
        return tuple(
            self._reading(name) if name in KNOBS else ControlReading(name, value, None)
            for name, value in wanted.items()
        )

    def read_out(self, light: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """(rows, cols, 3) uint8 sRGB as it leaves the camera; `light` is overwritten."""
        if self._table is not None:
            light = np.asarray(cv2.LUT(light, self._table), dtype=np.uint8)
        away = abs(self._values["focus"] - KNOBS["focus"].start) / 25.0
        if away > 0:
            light = np.asarray(cv2.GaussianBlur(light, (0, 0), away), dtype=np.uint8)
        self._tiles = self._tiles or _noise_tiles(self._shape, self._rng)
        row, col = (int(n) for n in self._rng.integers(0, TILE_SLACK, 2))
        part = np.s_[row : row + light.shape[0], col : col + light.shape[1]]
        cv2.add(light, self._tiles[0][part], dst=light)
        cv2.subtract(light, self._tiles[1][part], dst=light)
        return light

    def _reading(self, name: str) -> ControlReading:
        knob = KNOBS[name]
        return ControlReading(name, self._asked.get(name), self._values[name], knob.minimum, knob.maximum)

    def _response(self) -> npt.NDArray[np.uint8] | None:
        """Code to code, (256, 1, 3), for exposure, gain and white balance; None when nothing was turned."""
        factor = self._values["exposure"] / KNOBS["exposure"].start * 2 ** (self._values["gain"] / 50)
        warmth = 0.25 * (self._values["white_balance"] - KNOBS["white_balance"].start) / 1900
        factors = factor * np.array([1 + warmth, 1.0, 1 - warmth])
        if np.allclose(factors, 1.0):
            return None
        codes = np.arange(256) / 255
        linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
        lit = np.clip(linear[:, None] * factors, 0, 1)
        encoded = np.where(lit <= 0.0031308, 12.92 * lit, 1.055 * lit ** (1 / 2.4) - 0.055)
        return np.round(255 * encoded).astype(np.uint8)[:, None, :]


def _noise_tiles(
    shape: tuple[int, int], rng: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """What to add and what to take away, (rows, cols, 3) uint8: a little correlated, as after a colour filter."""
    size = (shape[0] + TILE_SLACK, shape[1] + TILE_SLACK, 3)
    noise = cv2.GaussianBlur(rng.standard_normal(size, dtype=np.float32), (0, 0), 0.5)
    codes = np.round(noise * np.float32(NOISE_CODES / noise.std()))
    return np.maximum(codes, 0).astype(np.uint8), np.maximum(-codes, 0).astype(np.uint8)
