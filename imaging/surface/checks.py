"""What looks wrong with a stack, in plain sentences."""

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.light.cells import Cells, middle
from imaging.surface.light.light_orders import Order, is_every_order, other_orders
from imaging.surface.light.motion import MotionHint, motion_hint
from imaging.surface.light.normal_solve import residuals, scatter, solve
from imaging.surface.light.shifted_frames import shifted_frames
from imaging.surface.reflection.gloss import cell_px

_DEAD_SHARE = 0.1
_MUCH_CLIPPED = 0.005
_BAD_RESIDUAL, _ODD_RESIDUAL = 0.2, 0.03
_SMALL_RESIDUAL = 0.008
"""Below it the lights fit, and which fit better says nothing."""
_AS_GOOD = 1.1
"""An other order of the lights is named when it leaves much less of the residual; or about as much, and far less of
what no surface can be."""
_TWISTED, _FAR_LESS = 0.12, 0.3
_NOISE = 0.001
_ALIKE, _ALIKE_TWIST = 0.03, 0.02
_STEEPEST_Z = np.float32(0.2)
_MOST_CELLS = 128
_MOST_NAMED = 2
_SHADOW = 0.15
"""Of the brightest frame: a cell that is darker in any frame may lie in shadow."""
_SMOOTH = 1.0


@dataclass(frozen=True)
class _Proof:
    """When an other order of the lights is believed (docs/decisions/surface-photometric.md).

    Parameters
    ----------
    much_better : share of the residual that it leaves at most
    rivals : orders that leave up to this share more than the least are compared by their twist
    alike : orders whose residuals differ by this share are not told apart by it
    lights_deg : how far its lights may be from those that the frames ask for: lights of another lamp head are farther
    """

    much_better: float
    rivals: float
    alike: float
    lights_deg: float


_OF_FEW, _OF_MANY = _Proof(0.6, 0.6, 0.02, 5.0), _Proof(0.75, 0.05, 0.05, 5.0)
"""Four lights leave one number a pixel that may not fit, twelve leave nine."""


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
        warnings.extend(
            orders.order_warning(_shift_warning(cells, valid)) or _motion_warning(motion_hint(cells, valid))
        )
    return tuple(warnings)


class _Orders:
    """The middle of the cells under their lights in any order."""

    def __init__(self, cells: Cells, valid: BoolMap) -> None:
        rows, cols = (middle(count, _MOST_CELLS) for count in valid.shape)
        vectors = cells.light_vectors()
        self.proof = _OF_FEW if is_every_order(len(cells.light)) else _OF_MANY
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

    def order_warning(self, shifted: tuple[str, ...]) -> tuple[str, ...]:
        """A sentence when the lights do not fit the frames; that a frame is `shifted`, when no order explains it."""
        if not self.known.any():
            return ()
        given = tuple(range(len(self.grey)))
        misfit, twist = self._misfit(given), self._twist(given)
        misfits = {order: self._misfit(order) for order in other_orders(self.grey, self.vectors, self.known)}
        best = self._better(misfit, twist, misfits) or self._less_twisted(misfit, twist, misfits)
        is_odd = bool(best) or misfit > _BAD_RESIDUAL
        if (is_odd or misfit > _SMALL_RESIDUAL) and (same := _twins(self.vectors, self.grey)):
            return (f"Lights {same} have the same direction, their frames differ: correct the lights file.",)
        if (is_odd or misfit > _ODD_RESIDUAL) and (same := _twins(self.grey, self.vectors)):
            return (f"Frames {same} are the same picture: give each light its own.",)
        if 0 < len(best) <= _MOST_NAMED:
            return _named(best)
        if shifted:
            return shifted
        if is_odd:
            return (
                f"The frames do not fit the lights (residual {misfit:.0%}), and no other order of them plainly does: "
                "check that the lights file is the right one, its order, and that nothing moved.",
            )
        return ()

    def _better(self, misfit: float, twist: float, misfits: dict[Order, float]) -> list[Order]:
        """Orders that leave much less of the residual, and are no less a surface."""
        least = min(misfits.values())
        if misfit <= _SMALL_RESIDUAL or least >= self.proof.much_better * misfit:
            return []
        best = self._believed({order: one for order, one in misfits.items() if one <= (1 + self.proof.rivals) * least})
        return best if best and self._twist(best[0]) <= max(twist, _TWISTED) + _ALIKE_TWIST else []

    def _less_twisted(self, misfit: float, twist: float, misfits: dict[Order, float]) -> list[Order]:
        """Orders that fit about as well, and of which far less can be no surface."""
        if twist <= _TWISTED:
            return []
        best = self._believed({order: one for order, one in misfits.items() if one <= _AS_GOOD * misfit + _NOISE})
        return best if best and self._twist(best[0]) < _FAR_LESS * twist else []

    def _believed(self, misfits: dict[Order, float]) -> list[Order]:
        """Those whose lights may have been there, that come nearest to a surface and of these fit best: two or more,
        where hill and hollow cannot be told apart."""
        twists = {order: self._twist(order) for order in misfits if self._lights_off(order) <= self.proof.lights_deg}
        flattest = min(twists.values(), default=0.0)
        smooth = [order for order, twist in twists.items() if twist <= flattest + _ALIKE_TWIST]
        least = min((misfits[order] for order in smooth), default=0.0)
        return sorted(order for order in smooth if misfits[order] <= (1 + self.proof.alike) * least)

    def _lights_off(self, order: Order) -> float:
        """Root mean square angle in degrees between the lights and those that explain the frames best, on the relief
        that the lights say: both agree only for lights that were there."""
        vectors, scaled = self._solved(order)
        shining = self.known & (self.grey.min(axis=0) > _SHADOW * self.grey.max(axis=0))
        if shining.sum() < len(self.grey):
            return 0.0
        share = 1 / self.grey.mean(axis=0)[shining]
        left = residuals(self.grey, vectors, scaled)[:, shining]
        given = vectors.mean(axis=(2, 3))
        asked = given + np.linalg.lstsq((scaled[:, shining] * share).T, (left * share).T, rcond=None)[0].T
        lengths = np.linalg.norm(asked, axis=1) * np.linalg.norm(given, axis=1)
        angles = np.degrees(np.arccos(np.clip((asked * given).sum(axis=1) / lengths, -1, 1)))
        return float(np.sqrt((angles**2).mean()))

    def _solved(self, order: Order) -> tuple[FloatMap, FloatMap]:
        vectors = self.vectors[list(order)]
        return vectors, solve(scatter(self.grey, vectors, self.weights))

    def _misfit(self, order: Order) -> float:
        """Misfit over the mean signal, median over the cells, with the lights in another order."""
        vectors, scaled = self._solved(order)
        left = residuals(self.grey, vectors, scaled)
        share = np.sqrt((left**2).mean(axis=0)) / np.maximum(self.grey.mean(axis=0), 1e-4)
        return float(np.median(share[self.known])) if self.known.any() else 0.0

    def _twist(self, order: Order) -> float:
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


def _twins(maps: FloatMap, others: FloatMap) -> str:
    """Numbers (from 1) of two of the maps that are the same though the others are not; "" when there are none."""
    for one, two in combinations(range(len(maps)), 2):
        away = float(np.abs(others[one] - others[two]).mean())
        if away > _ALIKE * float(np.abs(others[one]).mean()) and np.allclose(maps[one], maps[two], rtol=1e-4, atol=0):
            return f"{one + 1} and {two + 1}"
    return ""


def _named(orders: list[Order]) -> tuple[str, ...]:
    listed = " or ".join(", ".join(str(index + 1) for index in order) for order in orders)
    return (
        f"The lights seem to be in another order than the frames: {listed} would fit better. Put the lights in that "
        "order and measure again.",
    )


def _shift_warning(cells: Cells, valid: BoolMap) -> tuple[str, ...]:
    """That frames do not lie where the others foretell them; the worst one is named where the others agree."""
    shifted = shifted_frames(cells, valid)
    if not shifted:
        return ()
    frame = f"frame {shifted[0].number + 1}" if len(cells.light) > 4 else "a frame"
    pixels = shifted[0].shift_cells * cell_px(cells.spacing)
    return (
        f"The skin seems to have moved between the frames: {frame} lies about {pixels:.0f} px beside the others. "
        "Take the picture again.",
    )


def _motion_warning(hint: MotionHint) -> tuple[str, ...]:
    if not hint.is_plain:
        return ()
    return (
        f"The skin seems to have moved between the frames: {hint.explained:.0%} of what does not fit the lights is "
        "shifted detail. Take the picture again.",
    )


def _of_cells(valid: BoolMap, cells: Cells) -> BoolMap:
    rows, cols = cells.known.shape[1:]
    if valid.all():
        return np.ones((rows, cols), dtype=np.bool_)
    share = cv2.resize(valid.astype(np.float32), (cols, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(share > 0.5)
