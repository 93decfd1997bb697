"""What looks wrong with a stack, in plain sentences."""

from itertools import combinations, permutations

import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.irradiance import Irradiance
from imaging.surface.normal_solve import residuals, scatter, solve
from imaging.surface.photometric import NormalEstimate, sample_weights
from imaging.surface.stack import LinearBand, LinearStack

_DEAD_SHARE = 0.1
_MUCH_CLIPPED = 0.005
_BAD_RESIDUAL = 0.2
_MUCH_BETTER = 0.6
"""An other order of the lights is named when it leaves less than this share of the residual."""
_SAMPLES = 96


def stack_warnings(stack: LinearStack, light: Irradiance, estimate: NormalEstimate, valid: BoolMap) -> tuple[str, ...]:
    """Dead lights, overexposure, a residual too large to be skin, and which order of the lights fits better."""
    warnings = []
    if estimate.saturated_fraction > _MUCH_CLIPPED:
        warnings.append(f"{estimate.saturated_fraction:.1%} of the samples are overexposed: lower the exposure.")
    sample = _Sample(stack, light, valid)
    dead = sample.dead_lights()
    if dead:
        numbers = ", ".join(str(index + 1) for index in dead)
        warnings.append(f"Light {numbers} seems to be off: its frame is nearly black. Check the light and shoot again.")
    elif len(stack.inputs.frames) > 3:
        warnings.extend(sample.order_warning())
    return tuple(warnings)


class _Sample:
    """A few thousand pixels of the stack with their light vectors."""

    def __init__(self, stack: LinearStack, light: Irradiance, valid: BoolMap) -> None:
        step = max(1, max(stack.shape) // _SAMPLES)
        chosen = slice(step // 2, None, step)
        bands, vectors, known = [], [], []
        for row in range(step // 2, stack.shape[0], step):
            rows = slice(row, row + 1)
            bands.append(_thinned(stack.band(rows), chosen))
            vectors.append(light.vectors(rows)[..., chosen] if light.lights.model == "near" else light.vectors(rows))
            known.append(valid[rows, chosen])
        self.band = _joined(bands)
        self.vectors = np.concatenate(vectors, axis=2) if light.lights.model == "near" else vectors[0]
        self.known = np.concatenate(known)

    def dead_lights(self) -> tuple[int, ...]:
        """Numbers (from 0) of frames far darker than their light would make them."""
        if not self.known.any():
            return ()
        relative = self.band.grey / self.vectors[:, 2]
        levels = np.array([np.median(frame[self.known]) for frame in relative])
        return tuple(int(i) for i in np.flatnonzero(levels < _DEAD_SHARE * np.median(levels)))

    def order_warning(self) -> tuple[str, ...]:
        """A sentence when the lights do not fit the frames."""
        count = len(self.band.grey)
        given = self._misfit(tuple(range(count)))
        if given < 0.02:
            return ()
        best = min(_other_orders(count), key=self._misfit)
        if self._misfit(best) < _MUCH_BETTER * given:
            listed = ", ".join(str(index + 1) for index in best)
            return (f"The lights seem to be in another order than the frames: {listed} would fit better.",)
        if given > _BAD_RESIDUAL:
            return (f"The frames do not fit the lights (residual {given:.0%}): check their order and the pose.",)
        return ()

    def _misfit(self, order: tuple[int, ...]) -> float:
        """Misfit over the mean signal, median over the pixels, with the lights in another order."""
        vectors = self.vectors[list(order)]
        weights = sample_weights(self.band, vectors[:, 2])
        left = residuals(self.band.grey, vectors, solve(scatter(self.band.grey, vectors, weights)))
        spread = np.sqrt((weights * left**2).sum(axis=0) / weights.sum(axis=0))
        share = spread / np.maximum(self.band.grey.mean(axis=0), 1e-4)
        return float(np.median(share[self.known])) if self.known.any() else 0.0


def _other_orders(count: int) -> list[tuple[int, ...]]:
    """All orders of up to five lights; with more, every exchange of two and the reverse."""
    given = tuple(range(count))
    if count <= 5:
        return [order for order in permutations(given) if order != given]
    swaps = []
    for first, second in combinations(given, 2):
        order = list(given)
        order[first], order[second] = second, first
        swaps.append(tuple(order))
    return [*swaps, given[::-1]]


def _thinned(band: LinearBand, chosen: slice) -> LinearBand:
    return LinearBand(band.grey[..., chosen], (), band.saturated[..., chosen], band.noise[..., chosen])


def _joined(bands: list[LinearBand]) -> LinearBand:
    def join(maps: list[FloatMap]) -> FloatMap:
        return np.concatenate(maps, axis=1)

    saturated = np.concatenate([band.saturated for band in bands], axis=1)
    return LinearBand(join([b.grey for b in bands]), (), saturated, join([b.noise for b in bands]))
