"""Gloss, light bounced between walls and the coat's share of opaque skin, found together.

See `docs/decisions/surface-gloss.md`.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.skin_light import SkinGloss
from imaging.surface.bands import for_each_band
from imaging.surface.light.cells import CellRelief, Cells, relief_from
from imaging.surface.reflection.gloss import rays_of
from imaging.surface.reflection.interreflection import bounced_light
from imaging.surface.reflection.skin_fit import SkinFit, carried_skin, fit_skin
from imaging.surface.reflection.skin_model import Explained, SkinCells, SkinModel, solve_skin
from imaging.surface.reflection.skin_residuals import ColourCells

_Indices = npt.NDArray[np.intp]

_MARGIN = 2
_SAMPLES_PER_BAND = 16384
_MOST_BOUNCED = 0.6
_NOTHING = 1e-3
"""Share of light below which taking it off changes nothing."""


@dataclass(frozen=True)
class Effort:
    """How often shape and numbers follow each other, and how many cells the numbers are fitted to."""

    samples: tuple[int, ...] = (2400, 6000)


FULL, QUICK = Effort(), Effort((3000,))


@dataclass(frozen=True)
class OpaqueStray:
    """What to take off each frame of opaque skin, on cells.

    Parameters
    ----------
    maps : one per light, shaped as its cells; empty when there is nothing to take off
    bounce_share : bounced light over all light
    """

    maps: tuple[FloatMap, ...]
    relief: CellRelief
    fit: SkinFit
    bounce_share: float


def find_opaque(cells: Cells, relief: CellRelief, effort: Effort = FULL, known: SkinGloss | None = None) -> OpaqueStray:
    """By turns: light between walls of the relief so far, the site's numbers, each cell's shape under them.

    Parameters
    ----------
    known : the site's numbers from another capture; None: found on these cells
    """
    valleys: tuple[SkinModel, ...] = ()
    for count in effort.samples:
        whole = _skin_cells(cells, relief)
        sample = _sample(cells, whole, relief.valid, count)
        fit = carried_skin(sample, known) if known else fit_skin(sample, valleys)
        valleys, model = fit.valleys, _trusted(fit)
        seen = _solve_all(model, whole)
        relief = relief_from(cells, np.moveaxis(seen.normals, 0, -1), relief.valid)
    between = _between(model, whole, seen)
    share = float(between.sum() / max(float(whole.grey.sum()), 1e-6))
    if fit.trust * fit.gloss_share < _NOTHING and share < _NOTHING:
        return OpaqueStray((), relief, fit, 0.0)
    return OpaqueStray(_maps(cells, whole, seen, between), relief, fit, share)


def _trusted(fit: SkinFit) -> SkinModel:
    model, trust = fit.model, fit.trust
    return replace(model, gloss=trust * model.gloss, brightness=trust * model.brightness, coat=trust * model.coat)


def _skin_cells(cells: Cells, relief: CellRelief) -> SkinCells:
    grey = cells.grey
    vectors = cells.light_vectors(relief.relief_mm)
    radiance = [np.where(relief.valid, one, np.float32(0)) for one in grey]
    received = bounced_light(relief.relief_mm, relief.normals, radiance, cells.pitch.mean_mm)
    colour = _mean_colour(cells)
    bounced = np.float32((colour**2).mean()) * np.stack(received)
    wide = np.broadcast_to(vectors, (len(grey), 3, *relief.valid.shape))
    return SkinCells(grey, wide, rays_of(wide), bounced, cells.weights(grey, vectors))


def _mean_colour(cells: Cells) -> FloatMap:
    """(3,) of all light, over its mean."""
    if cells.light[0].ndim == 2:
        return np.ones(3, dtype=np.float32)
    mean = np.mean([one.mean(axis=(0, 1)) for one in cells.light], axis=0, dtype=np.float32)
    return np.asarray(mean / max(float(mean.mean()), 1e-6), dtype=np.float32)


def _sample(cells: Cells, whole: SkinCells, valid: BoolMap, count: int) -> ColourCells:
    """Some thousand cells, in pairs of neighbours: half of them anywhere, half where most light is bounced."""
    usable = np.asarray(valid & cells.known.all(axis=0))
    usable[:_MARGIN] = usable[-_MARGIN:] = usable[:, :_MARGIN] = usable[:, -_MARGIN:] = False
    usable[:, :-1] &= usable[:, 1:]
    index = np.flatnonzero(usable) if usable.any() else np.arange(usable.size - 1)
    pairs = count // 2
    if len(index) > pairs:
        received = whole.bounced.sum(axis=0).ravel()[index]
        most = index[received >= np.quantile(received, 1 - min(1.0, 2 * pairs / len(index)))]
        index = np.concatenate([_spread(index, pairs // 2), _spread(most, pairs // 2)])
    index = np.stack([index, index + 1], axis=1).ravel()
    colour = _mean_colour(cells)
    light = None
    if cells.light[0].ndim == 3:
        light = np.stack([one.reshape(-1, 3)[index].T for one in cells.light])
    return ColourCells(whole.some(index), light, colour / np.float32((colour**2).mean()))


def _spread(index: _Indices, count: int) -> _Indices:
    step = max(1, len(index) // count)
    return index[::step]


def _solve_all(model: SkinModel, whole: SkinCells) -> Explained:
    """All cells, a band of rows at a time."""
    shape = whole.grey.shape[1:]

    def blank(*first: int) -> FloatMap:
        return np.empty((*first, *shape), dtype=np.float32)

    count = len(whole.grey)
    answer = Explained(blank(3), blank(), blank(3), blank(count), blank(count), blank(count))

    def work(rows: slice) -> None:
        part = whole.rows(rows)
        for name, values in vars(solve_skin(model, part)).items():
            getattr(answer, name)[..., rows, :] = values

    for_each_band(work, (shape[0], shape[1]), _SAMPLES_PER_BAND)
    return answer


def _between(model: SkinModel, whole: SkinCells, seen: Explained) -> FloatMap:
    """(n, rows, cols) light that cells send because others light them."""
    light = np.float32(model.brightness) * whole.bounced * seen.reflectance
    return np.asarray(np.minimum(light, np.float32(_MOST_BOUNCED) * whole.grey), dtype=np.float32)


def _maps(cells: Cells, whole: SkinCells, seen: Explained, between: FloatMap) -> tuple[FloatMap, ...]:
    """Gloss, bounced light, and what would have to come off (mostly less than 0) for all light to be let in alike."""
    colour = _mean_colour(cells)
    colour = colour / np.float32((colour**2).mean())
    maps = []
    for number, light in enumerate(cells.light):
        gloss, received = seen.gloss[number], between[number]
        kept_out = np.float32(1) - np.float32(1) / seen.let_in[number]
        if light.ndim == 2:
            off = gloss + received
            maps.append(np.asarray(off + (light - off) * kept_out, dtype=np.float32))
            continue
        tint = light / np.maximum(whole.grey[number], np.float32(1e-4))[..., None]
        off = gloss[..., None] + received[..., None] * (tint * colour)
        maps.append(np.asarray(off + (light - off) * kept_out[..., None], dtype=np.float32))
    return tuple(maps)
