"""How much of the skin is hidden by gloss."""

import cv2
import numpy as np

from imaging.model.arrays import FloatMap

WHITE_SHARE = 0.35
"""White light added by gloss, as a share of the skin's own brightness, from which on it hides the skin."""
GREY_EXCESS = 2.0
"""On pictures without colour: brighter than this many times the median counts as gloss."""
LEAST_COLOUR = 0.15
"""Skin less coloured than this cannot be told from white light by its colour."""
CLIPPED = 0.985
"""Linear light from which on colour is lost: there brightness alone decides."""


def glare_fraction(colour: FloatMap) -> float:
    """Share of pixels that are both brighter and whiter than the skin around them, 0..1.

    Each pixel is taken as skin colour times some brightness plus white light [1]_; the white part is what the pixel has
    beyond the skin's own chroma. Pale skin, moles and vessels change the brightness or the colour, gloss changes both.

    Parameters
    ----------
    colour : (rows, cols, 3) float32 linear RGB, 0..1

    References
    ----------
    .. [1] S. A. Shafer (1985), Using color to separate reflection components, Color Research & Application 10(4).
    """
    skin = _skin_colour(colour)
    brightness = float(skin.mean())
    if brightness <= 0:
        return 0.0
    grey = cv2.transform(colour, np.full((1, 3), 1 / 3, dtype=np.float32))
    chroma = float((skin.max() - skin.min()) / skin.max())
    if chroma < LEAST_COLOUR:
        return float((grey > GREY_EXCESS * brightness).mean())
    white = cv2.transform(colour, _white_part(skin)[None])
    is_white = (white > WHITE_SHARE * brightness) & (grey > (1 + WHITE_SHARE) * brightness)
    is_lost = cv2.inRange(colour, (CLIPPED,) * 3, (np.inf,) * 3) > 0
    return float((is_white | is_lost).mean())


def _skin_colour(colour: FloatMap) -> FloatMap:
    """Median of each channel, (3,), over every fourth row and column."""
    return np.asarray(np.median(colour[::4, ::4].reshape(-1, 3), axis=0), dtype=np.float32)


def _white_part(skin: FloatMap) -> FloatMap:
    """Weights (3,) that turn a colour into its part of white light, least squares over skin colour and white."""
    basis = np.column_stack([skin, np.ones(3)])
    return np.asarray(np.linalg.pinv(basis)[1], dtype=np.float32)
