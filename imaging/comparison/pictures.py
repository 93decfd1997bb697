"""What of a surface is compared with what: its photograph and its relief, both freed of light."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.alignment.normalise import Grey, Reduction, fill_gaps, light_invariant, normalise_locally, reduce
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.surface import Surface


@dataclass(frozen=True, eq=False)
class Views:
    """A surface at one working size, in every picture in which skin can be recognised.

    Parameters
    ----------
    channels : "photograph" and, where heights were measured, "relief"; (rows, cols) uint8 each
    valid : (rows, cols) True where it was measured
    reduction : where the working pixels lie in the full-size ones
    """

    channels: dict[str, Grey]
    valid: BoolMap
    reduction: Reduction

    @property
    def shape(self) -> tuple[int, int]:
        return int(self.valid.shape[0]), int(self.valid.shape[1])

    def mirrored(self) -> "Views":
        """The same with left and right swapped."""
        channels = {name: np.ascontiguousarray(grey[:, ::-1]) for name, grey in self.channels.items()}
        return Views(channels, np.ascontiguousarray(self.valid[:, ::-1]), self.reduction)


def views_of(surface: Surface, longest_px: int) -> Views:
    """Both pictures of a surface with the longer side at most `longest_px`.

    The relief of a single light is made from the same photograph and adds nothing: left out.
    """
    photograph, reduction = light_invariant(surface.photograph, longest_px)
    channels = {"photograph": photograph}
    if surface.method == "photometric" and surface.valid.any():
        channels["relief"] = _relief(surface.height, surface.valid, longest_px)
    rows, cols = photograph.shape
    valid = cv2.resize(surface.valid.astype(np.uint8), (cols, rows), interpolation=cv2.INTER_NEAREST)
    return Views(channels, valid.astype(np.bool_), reduction)


def _relief(height: FloatMap, valid: BoolMap, longest_px: int) -> Grey:
    known = valid & np.isfinite(height)
    small, _ = reduce(fill_gaps(np.where(known, height, 0).astype(np.float32), known, 8.0), longest_px)
    spread = float(np.std(small - cv2.GaussianBlur(small, (0, 0), 8.0)))
    return normalise_locally(small, 8.0, floor=0.1 * spread + 1e-9)
