"""The few numbers that are alike on all of the skin, found from how the channels and the lights disagree.

What the data cannot tell is left to what is usual: in proportion to what they cannot tell, without thresholds.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.model.skin_light import SkinGloss
from imaging.surface.reflection.descent import Evaluation, Evidence, Found, Problem, covariance, descend
from imaging.surface.reflection.fit_doubt import depth_doubt
from imaging.surface.reflection.gloss import MIRRORED_AT_RIGHT_ANGLES, cosines, mirror
from imaging.surface.reflection.skin_model import Explained, SkinModel, solve_skin
from imaging.surface.reflection.skin_residuals import ColourCells, Residuals

_Doubles = npt.NDArray[np.float64]

_USUAL_ROUGHNESS, _ROUGHNESS_SPREAD = 0.35, 0.4
_MIRRORED_SPREAD = 0.2
"""Standard deviations of the logarithms before anything is seen."""
_BRIGHTNESS_RANGE = 1.0
"""Spread of the brightness over the usual one."""
_BRIGHTEST = 0.95
_USUAL_LOST, _LOST_SPREAD = 0.7, 0.4
"""Of what facets hide: between what energy and what single facets say (docs/decisions/surface-gloss.md)."""
_MOST_USUAL_GLOSS = 4.0
"""Spread of the gloss over the usual one."""
_PROOF_OF_GLOSS = 3.5
"""Standard deviations that the data have to tell for gloss: where nothing tells of it there is none."""
_MODEL_ERRORS, _LEAST_LIGHT_ERROR, _LEAST_COLOUR_ERROR = 25.0, 0.002, 0.0015
"""What the model does not know counts as so many independent errors, of at least this share of the signal."""
_USUAL_SHARE, _USUAL_BRIGHTNESS = 0.05, 0.3
_FULL_COAT_SHARE = 0.02
_SURE_SHARE = (0.004, 0.012)
"""Gloss over all light below which there is none, and from which on it surely is gloss."""
_LOWEST, _HIGHEST = np.array([0.0, np.log(0.1), 0.0, 0.0]), np.array([12.0, np.log(0.9), 20.0, 1.0])
_DIFFERENCES = np.array([0.02, 0.02, 0.02, 0.1])
_STARTS = ((0.03, 0.35, 1.0), (1.0, 0.35, 1.0), (1.0, 0.2, 1.5), (3.0, 0.4, 0.5))
"""Gloss, roughness, brightness: matte, usual, oily, dark. The cost has valleys (docs/decisions/surface-gloss.md)."""
_LOOK_STEPS, _LOOK_PAIRS, _STEPS = 6, 600, 10
_ALIKE = 0.1
_WITHIN = 6.0
"""Valleys are followed when they come within this cost of the deepest; numbers this near are one valley."""
_GREY_SURE, _GREY_UNSURE = 0.3, 0.5
"""Grey frames: misfit of the lights with gloss over that without; gloss is believed below the first."""


@dataclass(frozen=True)
class SkinFit:
    """What was found.

    Parameters
    ----------
    gloss_share : mirrored light over all light
    is_told_by_colour : False where the frames are (nearly) grey
    trust : 0..1, how far the found numbers may be used
    valleys : what explains the sample nearly as well as the best does, the best first
    depth_doubt : standard uncertainty that the found numbers leave on all depths, as a share
    to_carry : the same for other captures of the site
    """

    model: SkinModel
    gloss_share: float
    is_told_by_colour: bool
    trust: float
    valleys: tuple[SkinModel, ...] = ()
    depth_doubt: float = 0.0
    to_carry: SkinGloss | None = None


def carried_skin(sample: ColourCells, known: SkinGloss) -> SkinFit:
    """The numbers that another capture of the site showed, on this one's light."""
    residuals = Residuals(sample)
    model = _units(residuals).model(np.array([known.gloss, np.log(known.roughness), known.brightness, known.lost]))
    share = mirrored_mean(model, solve_skin(model, sample.cells), sample) / residuals.mean
    is_told = residuals.colour_weight > 0
    return SkinFit(model, share, is_told, known.trust, (model,), known.u_share, known)


def fit_skin(sample: ColourCells, known: tuple[SkinModel, ...] = ()) -> SkinFit:
    """The numbers of `SkinModel` by descents from several starts; each cell's shape follows at every step.

    Where several valleys explain the sample nearly alike, their mean by likelihood is taken, unless a ridge lies
    between.

    Parameters
    ----------
    known : the valleys found before on a relief that was not as good; none: they are looked for

    References
    ----------
    Mallick et al. 2005, CVPR, "Beyond Lambert": colour off white. Shafer 1985: the dichromatic model. Nayar et al.
    1991, IJCV 6(3): interreflection.
    """
    residuals = Residuals(sample)
    units = _units(residuals)
    starts = [units.numbers_of(model) for model in known] or _looked_for(residuals, units)
    problem = _problem(residuals, units, starts)
    found = _promising(_descents(problem, residuals, starts, _STEPS))
    numbers = _middle(problem, found)
    model = units.model(numbers)
    share = mirrored_mean(model, solve_skin(model, sample.cells), sample) / residuals.mean
    valleys = tuple(units.model(one.numbers) for one in found)
    strain = float((_beliefs(units, numbers, share)[_CONTRADICTED] ** 2).sum())
    spread = covariance(problem, found[0]) * max(1.0, strain / _FREE)
    doubt = _depth_doubt(residuals, units, numbers, spread, found)
    trust = _trust(residuals, units, numbers)
    to_carry = SkinGloss(float(numbers[0]), model.roughness, float(numbers[2]), trust, doubt, lost=float(numbers[3]))
    return SkinFit(model, share, residuals.colour_weight > 0, trust, valleys, doubt, to_carry)


def _middle(problem: Problem, found: list[Found]) -> _Doubles:
    """Mean of the valleys by likelihood; with a ridge between them it explains nothing, and the deepest is taken."""
    mean = np.asarray(np.average([one.numbers for one in found], axis=0, weights=_likely(found)))
    if len(found) == 1 or problem.cost(problem.evaluate(mean, found[0].at.shape, False)) <= found[-1].cost:
        return mean
    return found[0].numbers


def _likely(found: list[Found]) -> _Doubles:
    """Of each valley, over the deepest."""
    return np.asarray(np.exp([found[0].cost - one.cost for one in found]))


def mirrored_mean(model: SkinModel, seen: Explained, sample: ColourCells) -> float:
    """Mean gloss of the sample."""
    rays = sample.cells.rays
    towards = cosines(seen.normals, rays.light)
    return model.gloss * float(mirror(seen.normals, rays, towards, model.roughness).light.mean())


@dataclass(frozen=True)
class _Units:
    """What stands behind the four numbers (gloss and brightness over the usual, log roughness, what facets lose).

    Parameters
    ----------
    brightest : signal of the brightest channel under a light vector of length 1
    """

    gloss: float
    brightness: float
    brightest: float

    def numbers_of(self, model: SkinModel) -> _Doubles:
        over_usual = model.gloss / self.gloss, np.log(model.roughness), model.brightness / self.brightness
        return np.array([*over_usual, model.lost])

    def model(self, numbers: _Doubles) -> SkinModel:
        gloss, roughness, brightness, lost = numbers
        coat = min(1.0, float(gloss) * _USUAL_SHARE / _FULL_COAT_SHARE)
        bright = float(brightness) * self.brightness
        return SkinModel(float(gloss) * self.gloss, float(np.exp(roughness)), bright, coat, float(lost))


def _units(residuals: Residuals) -> _Units:
    level, light = float(np.median(residuals.plain.reflectance)), residuals.sample.light
    tint = 1.0
    if light is not None:
        colour = light.mean(axis=(0, 2))
        tint = float(colour.max() / max(float(colour.mean()), 1e-6))
    usual = mirrored_mean(SkinModel(1.0, _USUAL_ROUGHNESS), residuals.plain, residuals.sample)
    gloss = _USUAL_SHARE * residuals.mean / max(usual, 1e-6)
    return _Units(gloss, _USUAL_BRIGHTNESS / max(level, 1e-4), level * tint)


def _depth_doubt(residuals: Residuals, units: _Units, numbers: _Doubles, spread: _Doubles, found: list[Found]) -> float:
    def slopes(at: _Doubles) -> FloatMap:
        normals = residuals.solved(units.model(at), residuals.plain.scaled).normals
        return np.asarray(normals[:2] / normals[2], dtype=np.float32)

    valleys = [(one.numbers, float(likely)) for one, likely in zip(found, _likely(found), strict=True)]
    return depth_doubt(numbers, spread, slopes, valleys)


def _trust(residuals: Residuals, units: _Units, numbers: _Doubles) -> float:
    """1 where colour tells; else how much better the lights agree once the gloss is off."""
    told = residuals.colour_weight
    if told == 1:
        return 1.0
    matte = units.model(np.array([0.0, *numbers[1:]]))
    ratio = residuals.light_misfit(units.model(numbers)) / max(residuals.light_misfit(matte), 1e-9)
    by_lights = float(np.clip((_GREY_UNSURE - ratio) / (_GREY_UNSURE - _GREY_SURE), 0, 1))
    return told + (1 - told) * by_lights


def _looked_for(residuals: Residuals, units: _Units) -> list[_Doubles]:
    """Where descents from what skin can be lead, at a first look with some of the cells."""
    step = max(1, residuals.sample.cells.grey.shape[-1] // (2 * _LOOK_PAIRS))
    few = Residuals(residuals.sample.thinned(step)) if step > 1 else residuals
    starts = [np.array([gloss, np.log(rough), bright, _USUAL_LOST]) for gloss, rough, bright in _STARTS]
    return [one.numbers for one in _promising(_descents(_problem(few, units, starts), few, starts, _LOOK_STEPS))]


def _promising(found: list[Found]) -> list[Found]:
    """The ground of each valley that is nearly as deep as the deepest, the deepest first."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: f.cost):
        if kept and one.cost > kept[0].cost + _WITHIN:
            break
        if all(np.abs(one.numbers - other.numbers).max() > _ALIKE for other in kept):
            kept.append(one)
    return kept


def _descents(problem: Problem, residuals: Residuals, starts: list[_Doubles], steps: int) -> list[Found]:
    return [descend(problem, start, residuals.plain.scaled, steps) for start in starts]


def _problem(residuals: Residuals, units: _Units, starts: list[_Doubles]) -> Problem:
    def evaluate(numbers: _Doubles, shape: FloatMap, is_near: bool) -> Evaluation:
        model = units.model(numbers)
        seen = residuals.solved(model, shape, is_near)
        share = float(seen.gloss.mean()) / residuals.mean
        return Evaluation(residuals.rows(model, seen), _beliefs(units, numbers, share), seen.scaled)

    shape = residuals.plain.scaled
    noises = np.min([residuals.noise(evaluate(start, shape, False).rows) for start in starts], axis=0)
    trusts, leasts = (1.0, residuals.colour_weight), (_LEAST_LIGHT_ERROR, _LEAST_COLOUR_ERROR)
    evidence = tuple(
        Evidence(float(noise), count, trust * _MODEL_ERRORS, least**2)
        for noise, count, trust, least in zip(noises, residuals.independent, trusts, leasts, strict=False)
    )
    return Problem(evaluate, evidence, _LOWEST, _HIGHEST, _DIFFERENCES)


_CONTRADICTED, _FREE = [0, 1, 2, 3, 5], 2
"""Beliefs that a found number far off contradicts (any share that facets lose is possible), and what is free to do so:
the roughness, and the product of gloss and brightness, which is nearly all that is seen of either."""


def _beliefs(units: _Units, numbers: _Doubles, share: float) -> _Doubles:
    """How far the numbers are from what is believed before anything is seen, in standard deviations."""
    model = units.model(numbers)
    rough = (numbers[1] - np.log(_USUAL_ROUGHNESS)) / _ROUGHNESS_SPREAD
    low, high = _SURE_SHARE
    sureness = float(np.clip((share - low) / (high - low), 0, 1))
    mirrored = max(model.gloss * model.brightness / np.pi, 1e-6)
    strength = sureness * np.log(mirrored / MIRRORED_AT_RIGHT_ANGLES) / _MIRRORED_SPREAD
    bright = (numbers[2] - 1) / _BRIGHTNESS_RANGE
    too_bright = max(units.brightest * model.brightness - _BRIGHTEST, 0) / 0.05
    lost = (numbers[3] - _USUAL_LOST) / _LOST_SPREAD
    much = numbers[0] / _MOST_USUAL_GLOSS
    return np.array([rough, strength, bright, too_bright, lost, much, sureness * _PROOF_OF_GLOSS])
