"""How far a sample of cells is from what a skin model explains, and how much of that is noise.

Under its own colour the skin sends one pattern of light, the same in all channels. Gloss adds white, bounced light adds
its own colour twice: what is left of a cell's samples (light x channel) after the nearest product of one colour and one
pattern comes from these two, and no pigment or shape can imitate it. Grey frames have only the disagreement of the
lights, which also holds every error of the lights.
"""

from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import FloatMap
from imaging.surface.reflection.skin_model import Explained, SkinCells, SkinModel, solve_skin

_PRODUCT_TURNS = 3
_WEAK, _STRONG = 0.06, 0.12
"""Colour over brightness: below the first the lights alone must tell, above the second they are not asked."""
_MEDIAN_SQUARE = 0.455
"""Of a normal distribution of variance 1."""
_NEXT_STEPS = 2
_LIGHT_OUTLIER, _COLOUR_OUTLIER = np.float32(0.02), np.float32(0.05)
"""Of the cell's mean signal."""


@dataclass(frozen=True)
class ColourCells:
    """A sample of cells, of which each two that follow one another are neighbours.

    Parameters
    ----------
    cells : n lights, P cells
    light : (n, 3, P) linear; None for grey frames
    bounce : (3,) colour of light received from other cells, over its mean as `cells.bounced` has it
    """

    cells: SkinCells
    light: FloatMap | None
    bounce: FloatMap

    def thinned(self, step: int) -> "ColourCells":
        """Each `step`-th pair of neighbours."""
        pairs = np.arange(self.cells.grey.shape[-1] // 2)[::step] * 2
        index = np.stack([pairs, pairs + 1], axis=1).ravel()
        light = None if self.light is None else self.light[..., index]
        return ColourCells(self.cells.some(index), light, self.bounce)


def colour_strength(light: FloatMap) -> float:
    """How far the mean light (n, 3, ...) is from grey: 0 for grey, 1 and more for a pure colour."""
    mean = light.reshape(light.shape[0], 3, -1).mean(axis=(0, 2), dtype=np.float64)
    return float(np.std(mean) * np.sqrt(3 / 2) / max(float(mean.mean()), 1e-6))


class Residuals:
    """Residuals of a sample under any model, each over the cell's mean signal."""

    def __init__(self, sample: ColourCells) -> None:
        self.sample = sample
        cells = sample.cells
        strength = 0.0 if sample.light is None else colour_strength(sample.light)
        self.colour_weight = float(np.clip((strength - _WEAK) / (_STRONG - _WEAK), 0, 1))
        self.mean = float(cells.grey.mean())
        level = np.maximum(cells.grey.mean(axis=0), np.float32(1e-3))
        self.scale = cells.weights / np.sqrt(level * np.median(level))
        self.plain = solve_skin(SkinModel(), cells)

    @property
    def independent(self) -> tuple[float, ...]:
        """Residuals of each kind that are free to be noise."""
        count, cells = self.sample.cells.grey.shape
        lights = float(cells * max(count - 3, 1))
        return (lights,) if self.colour_weight == 0 else (lights, 2.0 * cells * (count - 1))

    def solved(self, model: SkinModel, start: FloatMap, is_near: bool = False) -> Explained:
        """The shape of the sample under `model`; `is_near`: the start is right but for a small change of the model."""
        return solve_skin(model, self.sample.cells, start, _NEXT_STEPS - is_near)

    def rows(self, model: SkinModel, seen: Explained) -> tuple[FloatMap, ...]:
        """How the lights disagree (n, P) and, unless the frames are grey, how the channels do (n * 3, P)."""
        lights = self._light_rows(model, seen)
        lights -= lights.mean(axis=-1, keepdims=True)
        rows = [_bounded(lights, _LIGHT_OUTLIER)]
        if self.colour_weight > 0:
            rows.append(_bounded(self._colour_rows(model, seen).reshape(-1, lights.shape[-1]), _COLOUR_OUTLIER))
        return tuple(rows)

    def noise(self, rows: tuple[FloatMap, ...]) -> tuple[float, ...]:
        """Mean square of the noise in `rows`: neighbours have the same shape and colour, but not the same noise."""
        changes = [(kind[:, 0::2] - kind[:, 1::2]) ** 2 for kind in rows]
        return tuple(float(np.median(change, axis=1).mean()) / (2 * _MEDIAN_SQUARE) for change in changes)

    def light_misfit(self, model: SkinModel) -> float:
        """Root mean square of grey signal minus model."""
        return float(np.sqrt(np.mean(self._light_rows(model, solve_skin(model, self.sample.cells)) ** 2)))

    def _light_rows(self, model: SkinModel, seen: Explained) -> FloatMap:
        """Grey signal minus model."""
        cells = self.sample.cells
        between = np.float32(model.brightness) * cells.bounced * seen.reflectance
        return np.asarray((cells.grey - seen.gloss - between - seen.reflectance * seen.shading) * self.scale)

    def _colour_rows(self, model: SkinModel, seen: Explained) -> FloatMap:
        """What no product of one colour and one pattern explains."""
        light, cells = self.sample.light, self.sample.cells
        assert light is not None
        matte = light - seen.gloss[:, None]
        tint = np.clip(matte.sum(axis=0), 0, np.inf)
        tint *= 3 / (tint.sum(axis=0) + np.float32(1e-9))
        between = (np.float32(model.brightness) * cells.bounced * seen.reflectance)[:, None]
        matte -= between * (tint * self.sample.bounce[:, None])
        return np.asarray(_beyond_product(matte) * self.scale[:, None])


def _bounded(rows: FloatMap, outlier: np.float32) -> FloatMap:
    """Residuals that stop growing about `outlier` (Geman and McClure 1985): shadows and edges are no gloss."""
    return np.asarray(rows / np.sqrt(1 + (rows / outlier) ** 2), dtype=np.float32)


def _beyond_product(light: FloatMap) -> FloatMap:
    """(n, 3, P) minus its part along the nearest product of a colour and a pattern of lights."""
    r, g, b = light[:, 0], light[:, 1], light[:, 2]
    rr, rg, rb, gg, gb, bb = ((x * y).sum(axis=0) for x, y in ((r, r), (r, g), (r, b), (g, g), (g, b), (b, b)))
    colour = _unit(light.sum(axis=0))
    for _ in range(_PRODUCT_TURNS):
        x, y, z = colour
        colour = _unit(np.stack([rr * x + rg * y + rb * z, rg * x + gg * y + gb * z, rb * x + gb * y + bb * z]))
    left = light - np.einsum("ncp,cp->np", light, colour)[:, None] * colour
    return np.asarray(left, dtype=np.float32)


def _unit(colour: FloatMap) -> FloatMap:
    length = np.sqrt(colour[0] ** 2 + colour[1] ** 2 + colour[2] ** 2) + np.float32(1e-9)
    return np.asarray(colour / length, dtype=np.float32)
