"""Are these pictures of a white plane good enough to divide by?"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.errors import CalibrationError
from imaging.model.arrays import FloatMap, Pixels
from imaging.surface.light.linearise import EncodingWish, saturated_samples, to_linear
from imaging.surface.light.stack import mean_of_channels

SATURATED_LIMIT = 0.001
DARKEST_LEVEL = 0.03
DARKEST_SHARE = 0.08
"""The darkest region has at least this share of the brightest one's light."""
GRAIN_LIMIT = 0.03
DIRT_DEPTH = 0.04
DIRT_LIMIT = 0.0004
_SMOOTH_SHARE = 1 / 40
"""Standard deviation of what counts as the light's own slow change, as a share of the picture's diagonal."""
_FINE_PX = 1.5


@dataclass(frozen=True)
class FlatFieldEstimate:
    """What pictures of a white plane are like.

    Parameters
    ----------
    levels : mean linear light of each picture, 0..1
    residual : largest grain of the plane and the sensor that is left after smoothing, as a share
    evenness : darkest region over brightest one, of the least even picture
    """

    levels: tuple[float, ...]
    residual: float
    evenness: float


def check_flat_fields(pictures: Sequence[Pixels], encoding: EncodingWish = "auto") -> FlatFieldEstimate:
    """Refuse white-field pictures that would harm every measurement.

    Parameters
    ----------
    pictures : one per light of a matte white plane facing the camera, RGB or grey, of one size

    Raises
    ------
    CalibrationError
        Overexposed, too dark, partly unlit, coarse, dirty, or the same picture twice; names which.
    """
    if len({picture.shape[:2] for picture in pictures}) != 1:
        raise CalibrationError("The white-field pictures differ in size: take them with one camera mode.")
    _refuse_repeated(pictures)
    readings = [_read(picture, number, encoding) for number, picture in enumerate(pictures, start=1)]
    levels, grains, evenness = zip(*readings, strict=True)
    return FlatFieldEstimate(tuple(levels), max(grains), min(evenness))


def _refuse_repeated(pictures: Sequence[Pixels]) -> None:
    for second in range(len(pictures)):
        for first in range(second):
            if np.array_equal(pictures[first], pictures[second]):
                raise CalibrationError(
                    f"White fields {first + 1} and {second + 1} are the same picture: give one for each light."
                )


def _read(picture: Pixels, number: int, encoding: EncodingWish) -> tuple[float, float, float]:
    """Level, grain and evenness of one picture, or why it is refused."""
    clipped = float(saturated_samples(picture).mean())
    if clipped > SATURATED_LIMIT:
        raise CalibrationError(
            f"White field {number} is overexposed ({clipped:.1%} of it): shorten the exposure and take it again."
        )
    light = mean_of_channels(to_linear(picture, encoding))
    level = float(light.mean())
    if level < DARKEST_LEVEL:
        raise CalibrationError(
            f"White field {number} is too dark ({level:.1%} of full scale, at least {DARKEST_LEVEL:.0%}): lengthen the "
            "exposure, or check that this light is on."
        )
    slow = slow_part(light)
    even = float(slow.min() / slow.max())
    if even < DARKEST_SHARE:
        raise CalibrationError(
            f"White field {number} is lit in one part only (the darkest region has {even:.0%} of the light of the "
            "brightest): see that the plane fills the picture and nothing casts a shadow."
        )
    return level, _grain(light, slow, number), even


def slow_part(light: FloatMap) -> FloatMap:
    """The light's own slow change over the picture, (rows, cols), without sensor noise and dust.

    Smoothed, and what smoothing missed smoothed again (Tukey's twicing), so that a slope stays straight to the rim.
    """
    sigma = _SMOOTH_SHARE * float(np.hypot(*light.shape))
    shrink = max(1, int(sigma / 6))
    size = (-(-light.shape[1] // shrink), -(-light.shape[0] // shrink))
    small = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REFLECT)
    missed = cv2.GaussianBlur(small - smooth, (0, 0), sigma / shrink, borderType=cv2.BORDER_REFLECT)
    wide = cv2.resize(smooth + missed, light.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(wide, 1e-4), dtype=np.float32)


def _grain(light: FloatMap, slow: FloatMap, number: int) -> float:
    """Structure finer than the light's own change; refused when the plane is coarse or dirty."""
    fine = cv2.GaussianBlur(light, (0, 0), _FINE_PX)
    ratio = np.asarray(fine / slow - 1, dtype=np.float32)
    middle = float(np.median(ratio))
    spots = np.abs(ratio - middle) > max(DIRT_DEPTH, 6 * 1.4826 * float(np.median(np.abs(ratio - middle))))
    share = float(spots.mean())
    if share > DIRT_LIMIT:
        raise CalibrationError(
            f"White field {number} shows spots on {share:.1%} of the picture: clean lens and plane, use smooth matte "
            "white card, and take it again."
        )
    grain = float(np.std(ratio[~spots]))
    if grain > GRAIN_LIMIT:
        raise CalibrationError(
            f"White field {number} is coarse (grain {grain:.1%}, limit {GRAIN_LIMIT:.0%}): use smooth matte card, out "
            "of focus if need be."
        )
    return grain
