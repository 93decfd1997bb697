"""How much fine detail the skin shows: falls with blur, not with exposure."""

import cv2
import numpy as np

from imaging.guidance.light import halved
from imaging.model.arrays import FloatMap

FINE_PX = (0.7, 1.4)
"""Two Gaussians whose difference keeps the fine detail, in pixels of the half-size picture."""
COARSE_PX = (1.4, 2.8)
"""The same two octaves coarser, in pixels of the quarter-size picture: contrast that moderate blur leaves alone."""
LEAST_CONTRAST = 1e-4
"""Coarse contrast, as a share of the brightness, below which there is nothing to be sharp."""
GLOSS_ABOVE = 1.3
"""Brightness over that of the surroundings from which on it is cut: spots of gloss have a contrast of their own."""
_SURROUND = 12
"""How many times smaller the surroundings are looked at."""
SHARP_SKIN = 0.55
"""`sharpness` of skin in focus without a baseline to compare with: see docs/decisions/capture-focus-scale.md."""


def sharpness(grey: FloatMap) -> float:
    """Fine over coarse contrast of a picture: a number without unit that neither brightness nor contrast changes.

    Both contrasts are root mean squares of a difference of two Gaussians (a band two octaves apart from the other).
    A picture whose spectrum falls as 1/f, as natural surfaces do, has about equal contrast in all such bands while it
    is sharp [1]_; defocus removes the fine band first.

    Parameters
    ----------
    grey : (rows, cols) float32 linear light, half size (`light.linear_grey`)

    Returns
    -------
    float : 0 for a picture without detail; for a sine of f cycles per pixel blurred by sigma the fine band falls by
        exp(-2 pi^2 sigma^2 f^2)

    References
    ----------
    .. [1] D. J. Field (1987), Relations between the statistics of natural images and the response properties of
       cortical cells, J. Opt. Soc. Am. A 4(12):2379-2394.
    """
    if min(grey.shape) < 4:
        return 0.0
    grey = _without_gloss(grey)
    coarse = _contrast(halved(grey, cv2.INTER_AREA), *COARSE_PX)
    return _contrast(grey, *FINE_PX) / coarse if coarse > LEAST_CONTRAST * float(grey.mean()) else 0.0


def focus_share(sharp: float, baseline_sharp: float | None) -> float:
    """`sharpness` as a share of the baseline's, or of skin in focus when there is no baseline."""
    return sharp / (baseline_sharp or SHARP_SKIN)


def _without_gloss(grey: FloatMap) -> FloatMap:
    """What is much brighter than its surroundings cut down to them: else a few large spots would pass for blur."""
    size = max(1, grey.shape[1] // _SURROUND), max(1, grey.shape[0] // _SURROUND)
    around = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), (0, 0), 3.0)
    limit = cv2.resize(around, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.minimum(grey, np.float32(GLOSS_ABOVE) * limit), dtype=np.float32)


def _contrast(grey: FloatMap, narrow_px: float, wide_px: float) -> float:
    """Root mean square of what lies between two Gaussian blurs."""
    narrow = cv2.GaussianBlur(grey, (0, 0), narrow_px, borderType=cv2.BORDER_REFLECT_101)
    wide = cv2.GaussianBlur(grey, (0, 0), wide_px, borderType=cv2.BORDER_REFLECT_101)
    return float(cv2.norm(narrow, wide, cv2.NORM_L2)) / float(np.sqrt(grey.size))
