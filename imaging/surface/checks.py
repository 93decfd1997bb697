"""What looks wrong with a stack, in plain sentences."""

from itertools import combinations, permutations

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.light.cells import Cells, middle
from imaging.surface.light.motion import MotionHint, motion_hint
from imaging.surface.light.normal_solve import residuals, scatter, solve

_DEAD_SHARE = 0.1
_MUCH_CLIPPED = 0.005
_BAD_RESIDUAL = 0.2
_SMALL_RESIDUAL = 0.008
"""Below it the lights fit, and which fit better says nothing."""
_MUCH_BETTER, _AS_GOOD = 0.6, 1.1
"""An other order of the lights is named when it leaves less than the first share of the residual; or not more than the
second, and far less of what no surface can be."""
_TWISTED, _FAR_LESS = 0.12, 0.3
_NOISE = 0.001
_ALIKE = 0.02
_STEEPEST_Z = np.float32(0.2)
_MOST_CELLS = 128
_SMOOTH = 1.0


def stack_warnings(cells: Cells, valid: BoolMap, saturated_fraction: float) -> tuple[str, ...]:
    """Dead lights, overexposure, a residual too large to be skin, motion, and which order of the lights fits better.

    Parameters
    ----------
    cells : of the stack, as it was taken
    valid : (rows, cols) of the pixels
    """
    valid = _of_cells(valid, cells)
    warnings = []
    if saturated_fraction > _MUCH_CLIPPED:
        warnings.append(f"{saturated_fraction:.1%} of the samples are overexposed: lower the exposure.")
    orders = _Orders(cells, valid)
    dead = orders.dead_lights()
    if dead:
        numbers = ", ".join(str(index + 1) for index in dead)
        warnings.append(f"Light {numbers} seems to be off: its frame is nearly black. Check the light and shoot again.")
    elif len(cells.light) > 3:
        warnings.extend(orders.order_warning() or _motion_warning(motion_hint(cells, valid)))
    return tuple(warnings)


class _Orders:
    """The middle of the cells under their lights in any order."""

    def __init__(self, cells: Cells, valid: BoolMap) -> None:
        rows, cols = (middle(count, _MOST_CELLS) for count in valid.shape)
        vectors = cells.light_vectors()
        self.grey = cells.grey[:, rows, cols]
        self.known = valid[rows, cols]
        self.vectors = vectors[:, :, rows, cols] if vectors.shape[2:] == valid.shape else vectors
        self.weights = np.maximum(cells.known[:, rows, cols].astype(np.float32), np.float32(1e-4))

    def dead_lights(self) -> tuple[int, ...]:
        """Numbers (from 0) of frames far darker than their light would make them."""
        if not self.known.any():
            return ()
        relative = self.grey / self.vectors[:, 2]
        levels = np.array([np.median(frame[self.known]) for frame in relative])
        return tuple(int(i) for i in np.flatnonzero(levels < _DEAD_SHARE * np.median(levels)))

    def order_warning(self) -> tuple[str, ...]:
        """A sentence when the lights do not fit the frames."""
        given = tuple(range(len(self.grey)))
        misfit, twist = self._misfit(given), self._twist(given)
        if not self.known.any():
            return ()
        misfits = {order: self._misfit(order) for order in _other_orders(len(given))}
        least = min(misfits.values())
        if misfit > _SMALL_RESIDUAL and least < _MUCH_BETTER * misfit:
            near = [order for order, one in misfits.items() if one <= (1 + _ALIKE) * least]
            return _named(self._least_twisted(near))
        near = [order for order, one in misfits.items() if one <= _AS_GOOD * misfit + _NOISE]
        best = self._least_twisted(near) if near else []
        if twist > _TWISTED and best and self._twist(best[0]) < _FAR_LESS * twist:
            return _named(best)
        if misfit > _BAD_RESIDUAL:
            return (f"The frames do not fit the lights (residual {misfit:.0%}): check their order and the pose.",)
        return ()

    def _solved(self, order: tuple[int, ...]) -> tuple[FloatMap, FloatMap]:
        vectors = self.vectors[list(order)]
        return vectors, solve(scatter(self.grey, vectors, self.weights))

    def _misfit(self, order: tuple[int, ...]) -> float:
        """Misfit over the mean signal, median over the cells, with the lights in another order."""
        vectors, scaled = self._solved(order)
        left = residuals(self.grey, vectors, scaled)
        share = np.sqrt((left**2).mean(axis=0)) / np.maximum(self.grey.mean(axis=0), 1e-4)
        return float(np.median(share[self.known])) if self.known.any() else 0.0

    def _twist(self, order: tuple[int, ...]) -> float:
        """How far the slopes are from those of any surface: 0, with a quarter turn of the lights nearly 1.

        Going round a cell on a surface leads back to the same height; the share of what does not, in all that bends.
        """
        _, scaled = self._solved(order)
        upright = np.maximum(scaled[2], _STEEPEST_Z * np.sqrt((scaled**2).sum(axis=0))) + np.float32(1e-6)
        right, up = (cv2.GaussianBlur(-scaled[axis] / upright, (0, 0), _SMOOTH) for axis in (0, 1))
        (right_down, right_across), (up_down, up_across) = np.gradient(right), np.gradient(up)
        twist, bend = (up_across + right_down) ** 2, (right_across - up_down) ** 2
        inside = cv2.erode(self.known.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        total = float((twist + bend)[inside].sum())
        return float(twist[inside].sum()) / total if total > 0 else 0.0

    def _least_twisted(self, orders: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """The orders that come nearest to a surface: two, where hill and hollow cannot be told apart."""
        twists = {order: self._twist(order) for order in orders}
        least = min(twists.values())
        return sorted(order for order, twist in twists.items() if twist <= least + _ALIKE)[:2]


def _named(orders: list[tuple[int, ...]]) -> tuple[str, ...]:
    listed = " or ".join(", ".join(str(index + 1) for index in order) for order in orders)
    return (f"The lights seem to be in another order than the frames: {listed} would fit better.",)


def _motion_warning(hint: MotionHint) -> tuple[str, ...]:
    if not hint.is_plain:
        return ()
    return (
        f"The skin seems to have moved between the frames: {hint.explained:.0%} of what does not fit the lights is "
        "shifted detail. Take the picture again.",
    )


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


def _of_cells(valid: BoolMap, cells: Cells) -> BoolMap:
    rows, cols = cells.known.shape[1:]
    if valid.all():
        return np.ones((rows, cols), dtype=np.bool_)
    share = cv2.resize(valid.astype(np.float32), (cols, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(share > 0.5)
