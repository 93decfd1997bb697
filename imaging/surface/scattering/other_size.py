"""A relief under scattering skin whose pixels turn out to be of another size than was assumed."""

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.skin_light import SkinBlur
from imaging.surface.scattering.radiative_transfer import FREQUENCIES
from imaging.surface.scattering.skin_plane import Waves

_CELL_MM = 0.1
_FINEST_PER_MM = 4.0
"""No blur is taken back of finer waves."""
_LEAST_SHARE = 0.02
_FINE_MM = 0.5
"""Finer relief is flat enough to show in the gloss, which knows no wavelength; walls of furrows turn away from it."""
_FILL_CELLS = 8.0


def lost_at_size(height: FloatMap, valid: BoolMap, spacing: Spacing, size: float, skin: SkinBlur) -> FloatMap:
    """What must be added to heights whose blur was taken back by wavelengths of the wrong length.

    Where the camera stood nearer than its spacing says, every wave is shorter than it was taken for and more of its
    slope was lost under the skin. Without this a furrow seen 1 % larger reads nearly 1 % shallower once its height has
    been brought to size.

    Parameters
    ----------
    height, valid : (rows, cols) as found with `spacing`
    size : true over assumed spacing, near 1
    skin : the blur that was taken back

    Returns
    -------
    (rows, cols) in the unit of `height`, before that is brought to size itself
    """
    shrink = max(1, round(_CELL_MM / spacing.mean_mm))
    cells = _cells(height, valid, shrink)
    waves = Waves(cells.shape, shrink * spacing.mean_mm)
    taken, true, read = (
        np.interp(waves.per_mm * factor, FREQUENCIES, shares)
        for factor, shares in ((1.0, skin.diffuse), (1 / size, skin.diffuse), (1 / size, skin.read))
    )
    fine = 1 - np.exp(-np.log(2) * (waves.per_mm * _FINE_MM) ** 2)
    seen = np.maximum(true + fine * np.maximum(read - true, 0), _LEAST_SHARE)
    share = (taken - true) / seen * np.exp(-((waves.per_mm / _FINEST_PER_MM) ** 4))
    lost = waves.filtered((cells - cells.mean())[None], share.astype(np.float32))[0]
    return np.asarray(cv2.resize(lost, height.shape[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _cells(height: FloatMap, valid: BoolMap, shrink: int) -> FloatMap:
    """Means of what is known; gaps take the level around them."""
    rows, cols = (max(2, round(n / shrink)) for n in height.shape)
    known = valid & np.isfinite(height)
    total = cv2.resize(np.where(known, height, np.float32(0)), (cols, rows), interpolation=cv2.INTER_AREA)
    weight = cv2.resize(known.astype(np.float32), (cols, rows), interpolation=cv2.INTER_AREA)
    around, there = (cv2.GaussianBlur(one, (0, 0), _FILL_CELLS) for one in (total, weight))
    level = around / np.maximum(there, np.float32(1e-3))
    return np.asarray(np.where(weight > 0.5, total / np.maximum(weight, np.float32(0.5)), level), dtype=np.float32)
