"""A stack on cells of about 64 µm: large enough to tell kinds of light apart, small enough for furrows."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.filters import remove_form
from imaging.surface.integration import integrate_normals
from imaging.surface.light.irradiance import Irradiance
from imaging.surface.light.normal_solve import robust_solve, scatter, solve
from imaging.surface.light.stack import LinearBand, LinearStack, mean_of_channels
from imaging.surface.photometric import sample_weights
from imaging.surface.reflection.gloss import cell_px

_STEEPEST_Z = 0.2


@dataclass(frozen=True)
class CellRelief:
    """What the cells say about the shape: the start of everything finer.

    Parameters
    ----------
    normals : (rows, cols, 3)
    relief_mm : (rows, cols) height over the object plane (in pixels when uncalibrated), 0 where not known
    valid : (rows, cols)
    """

    normals: FloatMap
    relief_mm: FloatMap
    valid: BoolMap


@dataclass(frozen=True)
class Cells:
    """The frames on cells, as they were taken; and the lights over them.

    Parameters
    ----------
    light : one (rows, cols, 3) or (rows, cols) per light, linear, 0 where not known
    known : (n, rows, cols)
    """

    light: tuple[FloatMap, ...]
    known: BoolMap
    vectors: Irradiance
    spacing: Spacing | None

    @property
    def pitch(self) -> Spacing:
        return self.vectors.spacing or Spacing(1, 1)

    @property
    def grey(self) -> FloatMap:
        """(n, rows, cols) mean of the channels."""
        return np.stack([mean_of_channels(one) for one in self.light])

    def light_vectors(self, relief_mm: FloatMap | None = None) -> FloatMap:
        """(n, 3, rows, cols), or (n, 3, 1, 1) where all lights are distant."""
        return self.vectors.vectors(slice(0, self.known.shape[1]), relief_mm)

    def weights(self, grey: FloatMap, vectors: FloatMap) -> FloatMap:
        """(n, rows, cols) in 0..1: shadowed and unknown samples count nearly nothing."""
        return sample_weights(LinearBand(grey, (), ~self.known), vectors[:, 2])


def cells_of(stack: LinearStack, light: Irradiance) -> Cells:
    """The frames of a stack averaged over cells."""
    factor = cell_px(stack.inputs.spacing)
    with ThreadPoolExecutor(max_workers=2) as pool:
        frames = list(pool.map(stack.cells, range(len(stack.inputs.frames))))
    known = np.stack([np.isfinite(f if f.ndim == 2 else f.sum(axis=-1)) for f in frames])
    spacing = light.spacing or Spacing(1, 1)
    coarse = Spacing(spacing.row_mm * factor, spacing.col_mm * factor)
    over = replace(light, spacing=coarse, shape=(known.shape[1], known.shape[2]))
    return Cells(tuple(np.nan_to_num(f) for f in frames), known, over, stack.inputs.spacing)


def relief_of(cells: Cells, light: Sequence[FloatMap]) -> CellRelief:
    """Shape of the cells from frames (rows, cols[, 3])."""
    grey = np.stack([mean_of_channels(one) for one in light])
    vectors = cells.light_vectors()
    weights = cells.weights(grey, vectors)
    scaled = solve(scatter(grey, vectors, weights))
    if len(grey) >= 5:
        scaled, _, _ = robust_solve(grey, vectors, weights, scaled, cells.known)
    valid = np.asarray(((weights > 1e-3).sum(axis=0) >= 3) & (grey.max(axis=0) > 0.003))
    length = np.sqrt((scaled**2).sum(axis=0)) + np.float32(1e-9)
    return relief_from(cells, np.moveaxis(scaled / length, 0, -1), valid)


def relief_from(cells: Cells, directions: FloatMap, valid: BoolMap) -> CellRelief:
    """Shape of the cells from their normals (rows, cols, 3)."""
    normals = directions.copy()
    np.maximum(normals[..., 2], np.float32(_STEEPEST_Z), out=normals[..., 2])
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return CellRelief(normals, _over_the_plane(normals, valid, cells.pitch), valid)


def _over_the_plane(normals: FloatMap, valid: BoolMap, pitch: Spacing) -> FloatMap:
    """Height over the object plane, which the skin's form meets at the image centre."""
    if not valid.any():
        return np.zeros(valid.shape, dtype=np.float32)
    height = integrate_normals(normals, valid, pitch) / np.float32(1000)
    form = height - remove_form(height, valid)
    rows, cols = (slice(int(0.45 * n), int(0.55 * n) + 1) for n in valid.shape)
    centre = form[rows, cols][valid[rows, cols]]
    at_centre = np.float32(centre.mean()) if centre.size else np.float32(0)
    return np.asarray(np.nan_to_num(height - at_centre), dtype=np.float32)


def middle(count: int, most: int) -> slice:
    """The middle of an axis, at most so many cells."""
    start = max(0, (count - most) // 2)
    return slice(start, start + most)
