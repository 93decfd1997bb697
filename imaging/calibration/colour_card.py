"""The 24-patch card: what is printed, and reading its patches in a picture."""

import cv2
import numpy as np

from imaging.calibration.colours import COLS, PATCH_LAB_D50, ROWS, Floats, linear_srgb_of_lab
from imaging.calibration.sheets import BLACK, Box
from imaging.errors import CalibrationError
from imaging.model.arrays import FloatMap, Pixels, Points
from imaging.surface.light.linearise import EncodingWish, saturated_samples, to_linear, to_srgb8

_GAP_SHARE = 0.15
_PATCH_USED = 0.5
"""The inner half of a patch's side is read: not its rim."""
_GREY_ROW = slice(18, 24)


def card_boxes(x: float, y: float, patch_mm: float) -> list[Box]:
    """A card whose black ground has its upper left corner at (x, y) mm of a page."""
    step, gap = patch_mm * (1 + _GAP_SHARE), patch_mm * _GAP_SHARE
    boxes = [Box(x, y, *card_size_mm(patch_mm), BLACK)]
    colours = to_srgb8(linear_srgb_of_lab(np.array(PATCH_LAB_D50)).astype(np.float32))
    for number, colour in enumerate(colours):
        row, col = divmod(number, COLS)
        red, green, blue = (int(part) for part in colour)
        left, top = x + 1.5 * gap + col * step, y + 1.5 * gap + row * step
        boxes.append(Box(left, top, patch_mm, patch_mm, (red, green, blue)))
    return boxes


def card_size_mm(patch_mm: float) -> tuple[float, float]:
    """Width and height of the card's black ground."""
    return (COLS + (COLS + 2) * _GAP_SHARE) * patch_mm, (ROWS + (ROWS + 2) * _GAP_SHARE) * patch_mm


def read_card(picture: Pixels, encoding: EncodingWish = "auto") -> tuple[Floats, Points]:
    """Mean linear colour of each patch, and where it is.

    Parameters
    ----------
    picture : (rows, cols, 3) RGB with the whole card in it, turned as it likes

    Returns
    -------
    (24, 3) linear camera RGB and (24, 2) places (col, row), dark skin first, black last

    Raises
    ------
    CalibrationError
        Grey picture, no card, patches overexposed or too dark.
    """
    if picture.ndim != 3:
        raise CalibrationError("The picture of the colour card is grey: colour needs a colour picture.")
    light = to_linear(picture, encoding)
    places, half_px = _find_patches(light)
    clipped = saturated_samples(picture)
    colours = np.array([_patch_mean(light, place, half_px) for place in places])
    overexposed = max(_patch_mean(clipped[..., None].astype(np.float32), place, half_px)[0] for place in places)
    if overexposed > 0.02:
        raise CalibrationError("The white patch of the colour card is overexposed: shorten the exposure and repeat.")
    if colours.max() < 0.1:
        raise CalibrationError("The colour card is too dark: lengthen the exposure until its white is bright.")
    return colours, places


def _find_patches(light: FloatMap) -> tuple[Points, int]:
    """Centres (24, 2) as (col, row) and half the side to read, in pixels."""
    level = max(float(np.percentile(light[::3, ::3], 99.5)), 1e-4)
    shown = to_srgb8(np.asarray(light / level * 0.9, dtype=np.float32))
    detector = cv2.mcc.CCheckerDetector.create()
    detector.setUseDnnModel(False)
    detector.setColorChartType(cv2.mcc.MCC24)
    is_found = detector.process(np.ascontiguousarray(shown[..., ::-1]), 1)
    if not is_found:  # asking for the best card now would end the program
        raise CalibrationError(
            "No 24-patch colour card can be seen: the whole card with its black rim must be in the picture, in focus, "
            "evenly lit and without glare."
        )
    quads = np.asarray(detector.getBestColorChecker().getColorCharts(), dtype=np.float64).reshape(24, 4, 2)
    return _in_order(quads, light)


def _in_order(quads: Floats, light: FloatMap) -> tuple[Points, int]:
    """Centres row by row from dark skin; a card found upside down is turned by its grey row."""
    centres = quads.mean(axis=1)
    sides = np.linalg.norm(quads - np.roll(quads, 1, axis=1), axis=2)
    half_px = max(1, int(_PATCH_USED * float(sides.min()) / 2))
    greys = np.array([_patch_mean(light, place, half_px) for place in centres])
    colourful = np.ptp(greys, axis=1) / np.maximum(greys.mean(axis=1), 1e-6)
    if colourful[_GREY_ROW].mean() > colourful[:6].mean():
        centres = centres[::-1]
    return centres, half_px


def _patch_mean(picture: FloatMap, place: Floats, half_px: int) -> Floats:
    col, row = (round(float(value)) for value in place)
    part = picture[max(0, row - half_px) : row + half_px + 1, max(0, col - half_px) : col + half_px + 1]
    if part.size == 0:
        raise CalibrationError("The colour card is cut by the edge of the picture: move it in.")
    return np.asarray(part.reshape(-1, part.shape[-1]).mean(axis=0), dtype=np.float64)
