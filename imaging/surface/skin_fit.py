"""The few numbers that are alike on all of the skin, found from how the channels and the lights disagree.

Under its own colour the skin sends one pattern of light, the same in all channels. Gloss adds white, bounced light adds
its own colour twice: what is left of a cell's samples (light x channel) after the nearest product of one colour and one
pattern comes from these two, and no pigment or shape can imitate it. Grey frames have only the disagreement of the
lights, which also holds every error of the lights.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from imaging.model.arrays import FloatMap
from imaging.surface.gloss import MIRRORED_AT_RIGHT_ANGLES, cosines, mirror
from imaging.surface.skin_model import Explained, SkinCells, SkinModel, solve_skin

_Doubles = npt.NDArray[np.float64]

_USUAL_ROUGHNESS, _ROUGHNESS_SPREAD = 0.35, 0.6
_BRIGHTNESS_SPREAD = 0.3
"""Standard deviations of the logarithms before anything is seen."""
_BRIGHTEST = 0.95
_EVIDENCE = 50.0
"""The cells count as this many independent ones: what the model does not know is alike in all of them."""
_MOST_USUAL_GLOSS = 4.0
"""Spread of the gloss over the usual one: where nothing tells of gloss there is none."""
_LEAST_NOISE = 0.0005
_USUAL_SHARE, _USUAL_BRIGHTNESS = 0.05, 0.3
_FULL_COAT_SHARE = 0.02
_SURE_SHARE = (0.004, 0.012)
"""Gloss over all light below which there is none, and from which on it surely is gloss."""
_STEPS, _DIFFERENCE = 12, 0.02
_START = 0.05
_LOWEST, _HIGHEST = np.array([0.0, np.log(0.1), 0.0]), np.array([12.0, np.log(0.9), 20.0])
_STEP_SIZES = (1.0, 0.3, 1.0)
_PRODUCT_TURNS = 3
_WEAK, _STRONG = 0.06, 0.12
"""Colour over brightness: below the first the lights alone must tell, above the second they are not asked."""
_GREY_SURE, _GREY_UNSURE = 0.3, 0.5
"""Grey frames: misfit of the lights with gloss over that without; gloss is believed below the first."""


@dataclass(frozen=True)
class ColourCells:
    """A sample of cells.

    Parameters
    ----------
    cells : n lights, P cells
    light : (n, 3, P) linear; None for grey frames
    bounce : (3,) colour of light received from other cells, over its mean as `cells.bounced` has it
    """

    cells: SkinCells
    light: FloatMap | None
    bounce: FloatMap


@dataclass(frozen=True)
class SkinFit:
    """What was found.

    Parameters
    ----------
    gloss_share : mirrored light over all light
    is_told_by_colour : False where the frames are (nearly) grey
    trust : 0..1, how far the found numbers may be used
    """

    model: SkinModel
    gloss_share: float
    is_told_by_colour: bool
    trust: float


def fit_skin(sample: ColourCells, first: SkinModel | None = None) -> SkinFit:
    """Gauss-Newton over gloss, roughness and brightness, each cell's shape solved anew at every step.

    References
    ----------
    Mallick et al. 2005, CVPR, "Beyond Lambert": colour off white. Shafer 1985: the dichromatic model. Nayar et al.
    1991, IJCV 6(3): interreflection.
    """
    search = _Search(sample)
    numbers = search.descend(search.usual() if first is None else search.numbers_of(first), _Beliefs())
    numbers = search.descend(numbers, _Beliefs(search.noise(numbers), search.sureness(numbers)))
    trust = search.trust(numbers)
    return SkinFit(search.model(numbers), search.share(numbers), search.colour_weight > 0, trust)


def colour_strength(light: FloatMap) -> float:
    """How far the mean light (n, 3, ...) is from grey: 0 for grey, 1 and more for a pure colour."""
    mean = light.reshape(light.shape[0], 3, -1).mean(axis=(0, 2), dtype=np.float64)
    return float(np.std(mean) * np.sqrt(3 / 2) / max(float(mean.mean()), 1e-6))


@dataclass(frozen=True)
class _Beliefs:
    """Noise of the residuals, over a cell's mean signal, and how sure it is that skin with a coat is looked at."""

    noise: float = 0.003
    sureness: float = 0.0


class _Search:
    """Residuals of the sample as a function of three numbers: gloss and brightness over the usual, log roughness."""

    def __init__(self, sample: ColourCells) -> None:
        self.sample = sample
        cells = sample.cells
        strength = 0.0 if sample.light is None else colour_strength(sample.light)
        self.colour_weight = float(np.clip((strength - _WEAK) / (_STRONG - _WEAK), 0, 1))
        self.mean = float(cells.grey.mean())
        level = np.maximum(cells.grey.mean(axis=0), np.float32(1e-3))
        self.scale = cells.weights / np.sqrt(level * np.median(level))
        self.plain = solve_skin(SkinModel(), cells)
        self.brightest = self._brightest()
        reflectance = float(np.median(self.plain.reflectance))
        self.brightness = _USUAL_BRIGHTNESS / max(reflectance, 1e-4)
        matte = replace(SkinModel(), gloss=1.0, roughness=_USUAL_ROUGHNESS)
        self.gloss = _USUAL_SHARE * self.mean / max(self._mirrored(matte, self.plain), 1e-6)

    def _brightest(self) -> float:
        """Signal of the brightest channel under a light vector of length 1."""
        level, light = float(np.median(self.plain.reflectance)), self.sample.light
        if light is None:
            return level
        mean = light.mean(axis=(0, 2))
        return level * float(mean.max() / max(float(mean.mean()), 1e-6))

    def usual(self) -> _Doubles:
        return np.array([_START, np.log(_USUAL_ROUGHNESS), 1.0])

    def numbers_of(self, model: SkinModel) -> _Doubles:
        return np.array([model.gloss / self.gloss, np.log(model.roughness), model.brightness / self.brightness])

    def model(self, numbers: _Doubles) -> SkinModel:
        gloss, roughness, brightness = numbers
        coat = min(1.0, float(gloss) * _USUAL_SHARE / _FULL_COAT_SHARE)
        return SkinModel(float(gloss) * self.gloss, float(np.exp(roughness)), float(brightness) * self.brightness, coat)

    def share(self, numbers: _Doubles) -> float:
        model = self.model(numbers)
        return self._mirrored(model, solve_skin(model, self.sample.cells)) / self.mean

    def sureness(self, numbers: _Doubles) -> float:
        low, high = _SURE_SHARE
        return float(np.clip((self.share(numbers) - low) / (high - low), 0, 1))

    def trust(self, numbers: _Doubles) -> float:
        """1 where colour tells; else how much better the lights agree once the gloss is off."""
        if self.colour_weight == 1:
            return 1.0
        with_gloss, without = self._rms(numbers), self._rms(np.array([0.0, numbers[1], numbers[2]]))
        ratio = with_gloss / max(without, 1e-9)
        by_lights = float(np.clip((_GREY_UNSURE - ratio) / (_GREY_UNSURE - _GREY_SURE), 0, 1))
        return self.colour_weight + (1 - self.colour_weight) * by_lights

    def descend(self, start: _Doubles, beliefs: _Beliefs) -> _Doubles:
        """Least squares from `start`."""
        scaled = [self.plain.scaled]

        def residuals(numbers: _Doubles) -> _Doubles:
            rows, scaled[0] = self._rows(numbers, scaled[0])
            unit = np.sqrt(_EVIDENCE / len(rows)) / beliefs.noise
            return np.concatenate([unit * rows, self._beliefs(numbers, beliefs.sureness)])

        found = least_squares(
            residuals, np.clip(start, 1.01 * _LOWEST, _HIGHEST), bounds=(_LOWEST, _HIGHEST),
            diff_step=(_DIFFERENCE,) * 3, ftol=1e-3, xtol=1e-2, max_nfev=_STEPS, x_scale=_STEP_SIZES,
        )  # fmt: skip
        return np.asarray(found.x)

    def noise(self, numbers: _Doubles) -> float:
        rows, _ = self._rows(numbers, self.plain.scaled)
        return max(float(np.sqrt(np.mean(rows**2))), _LEAST_NOISE)

    def _beliefs(self, numbers: _Doubles, sureness: float) -> _Doubles:
        """How far the numbers are from what is believed before anything is seen."""
        model = self.model(numbers)
        rough = (numbers[1] - np.log(_USUAL_ROUGHNESS)) / _ROUGHNESS_SPREAD
        mirrored = max(model.gloss * model.brightness / np.pi, 1e-6)
        strength = sureness * np.log(mirrored / MIRRORED_AT_RIGHT_ANGLES) / _BRIGHTNESS_SPREAD
        brightest = self.brightest * model.brightness
        return np.array([rough, strength, max(brightest - _BRIGHTEST, 0) / 0.05, numbers[0] / _MOST_USUAL_GLOSS])

    def _rows(self, numbers: _Doubles, start: FloatMap) -> tuple[_Doubles, FloatMap]:
        model = self.model(numbers)
        seen = solve_skin(model, self.sample.cells, start)
        rows = []
        if self.colour_weight > 0:
            rows.append(self.colour_weight * self._colour_rows(model, seen))
        if self.colour_weight < 1:
            rows.append((1 - self.colour_weight) * self._light_rows(model, seen))
        return np.concatenate([r.ravel() for r in rows]).astype(np.float64), seen.scaled

    def _light_rows(self, model: SkinModel, seen: Explained) -> FloatMap:
        """Grey signal minus model, over the cell's mean signal."""
        cells = self.sample.cells
        between = np.float32(model.brightness) * cells.bounced * seen.reflectance
        return np.asarray((cells.grey - seen.gloss - between - seen.reflectance * seen.shading) * self.scale)

    def _colour_rows(self, model: SkinModel, seen: Explained) -> FloatMap:
        """What no product of one colour and one pattern explains, over the cell's mean signal."""
        light, cells = self.sample.light, self.sample.cells
        assert light is not None
        matte = light - seen.gloss[:, None]
        tint = np.maximum(matte.sum(axis=0), 0)
        tint /= tint.mean(axis=0) + np.float32(1e-9)
        between = (np.float32(model.brightness) * cells.bounced * seen.reflectance)[:, None]
        left = matte - between * (tint * self.sample.bounce[:, None])
        return np.asarray(_beyond_product(left) * self.scale[:, None])

    def _rms(self, numbers: _Doubles) -> float:
        model = self.model(numbers)
        rows = self._light_rows(model, solve_skin(model, self.sample.cells))
        return float(np.sqrt(np.mean(rows**2)))

    def _mirrored(self, model: SkinModel, seen: Explained) -> float:
        """Mean gloss of the sample."""
        rays = self.sample.cells.rays
        towards = cosines(seen.normals, rays.light)
        return model.gloss * float(mirror(seen.normals, rays, towards, model.roughness).light.mean())


def _beyond_product(light: FloatMap) -> FloatMap:
    """(n, 3, P) minus its part along the nearest product of a colour and a pattern of lights."""
    colour = light.sum(axis=0)
    colour /= np.sqrt((colour**2).sum(axis=0)) + np.float32(1e-9)
    for _ in range(_PRODUCT_TURNS):
        pattern = (light * colour).sum(axis=1)
        colour = (light * pattern[:, None]).sum(axis=0)
        colour /= np.sqrt((colour**2).sum(axis=0)) + np.float32(1e-9)
    left = light - (light * colour).sum(axis=1, keepdims=True) * colour
    return np.asarray(left, dtype=np.float32)
