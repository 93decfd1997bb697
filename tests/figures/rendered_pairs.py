"""Pairs of visits photographed by the simulated camera, with the true displacement and the true change."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.furrows import Furrow, furrow_depth
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.motion import Hand, Placement
from imaging.camera.simulated.optics import Optics
from imaging.camera.simulated.pigment import MELANIN, melanin_map
from imaging.camera.simulated.population import Population
from imaging.camera.simulated.skin import Skin, SkinPlan, planned_furrows
from imaging.capture.burst import shoot_stack
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import light_set
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey
from imaging.surface.endpoints import measure_surface
from imaging.surface.reconstruction import reconstruct

CROWS_FEET = SiteKey("crows-feet", Laterality.LEFT)
FOREHEAD = SiteKey("forehead", Laterality.MIDLINE)
DEEPER_UM, SHALLOWER_SHARE, LEAST_UM = 40.0, 0.25, 120.0
_SETTLED_S = 6.0


@dataclass
class StillClock:
    """Time stands still while a picture is taken, and with it the hand: the placement is then exactly known."""

    time_s: float = 0.0

    def __call__(self) -> float:
        return self.time_s

    def wait(self, seconds: float) -> None:
        """Nothing happens meanwhile."""


Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Between:
    """What happens between the two visits.

    Parameters
    ----------
    placement : how the camera is held at the second visit; None draws an ordinary hand
    stretch_mm : largest elastic displacement of the skin
    new_pigment : share of the mottling that is new
    is_changed : one furrow 40 µm deeper, one of at least 120 µm a quarter shallower
    """

    placement: Placement | None = None
    stretch_mm: float = 0.0
    new_pigment: float = 0.0
    is_changed: bool = False


@dataclass(frozen=True, eq=False)
class TruePair:
    """Two captures and what is true of them, on the pixels of the first.

    Parameters
    ----------
    displacement : (rows, cols, 2), absolute (row, col) in the moving picture
    deeper, shallower : (rows, cols) µm of depth that each changed furrow gained, lost; zero where unchanged
    """

    reference: MeasuredCapture
    moving: MeasuredCapture
    displacement: Floats
    deeper: Floats
    shallower: Floats


class ChangingPopulation(Population):
    """Skin that changes after week 0 only as it is told to."""

    def __init__(self, seed: int, between: Between) -> None:
        super().__init__(seed, 1)
        self.between = between

    def plan(self, target: Target) -> SkinPlan:
        return super().plan(replace(target, week=0))

    def hand(self, target: Target) -> Hand:
        hand = super().hand(target)
        if target.week and self.between.placement is not None:
            return replace(hand, rest=self.between.placement, approach=Placement())
        return hand

    def skin(self, target: Target, frame_shape: tuple[int, int]) -> Skin:
        skin = super().skin(target, frame_shape)
        if not target.week:
            return skin
        plan = self.plan(target)
        height, reflectance = skin.height_um, skin.reflectance
        if self.between.is_changed:
            deeper, shallower = changed_furrows(plan, skin.grid)
            height = height - deeper + shallower
        if self.between.new_pigment:
            new, old = (melanin_map(plan.tone, skin.grid, plan.generator(part)) for part in (55, 5))
            reflectance = reflectance * np.exp(-np.float32(self.between.new_pigment) * (new - old)[..., None] * MELANIN)
        stretched = _stretched_by(plan, skin.grid, self.between.stretch_mm)
        return replace(skin, height_um=stretched(height), reflectance=stretched(reflectance), oil=stretched(skin.oil))


def make_pair(
    seed: int, site: SiteKey, between: Between, shape: tuple[int, int], optics: Optics | None = None
) -> TruePair:
    """Two visits of one subject, photographed, aligned and measured as the station does it."""
    population = ChangingPopulation(seed, between)
    clock = StillClock()
    camera = SimulatedCamera(population, shape=shape, clock=clock, optics=optics or Optics())
    first, second = (Target("S-101", site, week, 2) for week in (0, 4))
    reference, at_first = take(camera, clock, population, first)
    moving, at_second = take(camera, clock, population, second, reference)
    plan, grid = population.plan(Target("S-101", site, 0, 2)), Grid(shape)
    deeper, shallower = changed_furrows(plan, grid) if between.is_changed else (np.zeros(grid.shape, np.float32),) * 2
    seen = _seen_at(at_first, shape)
    truth = _displacement(seen, at_second, stretch_field(plan, grid, between.stretch_mm))
    return TruePair(reference, moving, truth, _looked_up(deeper, seen), _looked_up(shallower, seen))


def take(
    camera: SimulatedCamera,
    clock: StillClock,
    population: Population,
    target: Target,
    baseline: MeasuredCapture | None = None,
) -> tuple[MeasuredCapture, npt.NDArray[np.float64]]:
    """One capture, and the (2, 3) matrix from its pixels (col, row, 1) to the skin's with margin.

    As the station does it, gloss or blur of the site's baseline are taken over.
    """
    camera.aim(target)
    clock.time_s += _SETTLED_S
    camera.start()
    stack = shoot_stack(camera, camera.lights, clock=clock)
    camera.stop()
    calibration = camera.calibration()
    assert calibration.lights is not None
    frames = tuple(frame.pixels for frame in stack.frames)
    known = baseline.surface.skin_light if baseline else None
    inputs = MeasureInputs(
        frames, calibration.lights.lights, calibration.spacing, "srgb",
        skin_light=replace(known, is_carried=True) if known else None,
    )  # fmt: skip
    surface = reconstruct(inputs)
    grid = Grid(surface.shape)
    placement = population.hand(target).placement(_SETTLED_S)
    matrix = placement.matrix(grid.spacing_mm, surface.shape, grid.margin_px)
    return MeasuredCapture(surface, measure_surface(surface, MeasureLimits()), light_set(inputs.lights)), matrix


def changed_furrows(plan: SkinPlan, grid: Grid) -> tuple[Floats, Floats]:
    """Depth in µm that one furrow gains and another loses, (rows, cols) with the margin.

    The deepest becomes shallower; the deeper one is the longest of the rest. Where furrows meet, the change ends with
    the furrow it belongs to.
    """
    furrows = planned_furrows(plan)
    inside = [furrow for furrow in furrows if furrow.length_mm > 5]
    shallower = max(inside, key=lambda furrow: furrow.depth_um)
    deeper = max((furrow for furrow in inside if furrow is not shallower), key=lambda furrow: furrow.length_mm)
    before = furrow_depth(furrows, grid, plan.generator(6))
    return (
        _carved(furrows, deeper, 1 + DEEPER_UM / deeper.depth_um, plan, grid) - before,
        before - _carved(furrows, shallower, 1 - SHALLOWER_SHARE, plan, grid),
    )


def _carved(furrows: tuple[Furrow, ...], one: Furrow, factor: float, plan: SkinPlan, grid: Grid) -> Floats:
    then = tuple(furrow.scaled(factor) if furrow is one else furrow for furrow in furrows)
    return furrow_depth(then, grid, plan.generator(6))


def stretch_field(plan: SkinPlan, grid: Grid, largest_mm: float) -> Floats:
    """(rows, cols, 2) of (col, row) px: the second visit shows at x what lay at x + stretch."""
    rng = plan.generator(56)
    field = np.stack([grid.blurred(grid.noise(rng, 4.0), 1.5) for _ in range(2)], axis=-1)
    return np.asarray(field * (largest_mm / grid.spacing_mm / np.linalg.norm(field, axis=-1).max()), dtype=np.float32)


def _stretched_by(plan: SkinPlan, grid: Grid, largest_mm: float) -> Callable[[Floats], Floats]:
    if not largest_mm:
        return lambda layer: layer
    at = _pixels(grid.shape) + stretch_field(plan, grid, largest_mm)
    return lambda layer: _looked_up(layer, at)


def _pixels(shape: tuple[int, ...]) -> Floats:
    """(rows, cols, 2) of (col, row)."""
    return np.stack(np.meshgrid(np.arange(shape[1]), np.arange(shape[0])), axis=-1).astype(np.float32)


def _looked_up(layer: Floats, at: Floats) -> Floats:
    found = cv2.remap(
        np.asarray(layer, np.float32), at[..., 0], at[..., 1], cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(found, dtype=np.float32)


def seen_height(skin: Skin, matrix: npt.NDArray[np.float64], shape: tuple[int, int]) -> Floats:
    """True height in µm under each pixel of a picture that was taken with `matrix`."""
    return _looked_up(skin.height_um, _seen_at(matrix, shape))


def _seen_at(matrix: npt.NDArray[np.float64], shape: tuple[int, int]) -> Floats:
    """Where each pixel looks on the skin, (rows, cols, 2) of (col, row) with margin."""
    return np.asarray(_pixels(shape) @ matrix[:, :2].T + matrix[:, 2], dtype=np.float32)


def _displacement(seen: Floats, matrix: npt.NDArray[np.float64], stretch: Floats) -> Floats:
    """(row, col) in the moving picture of what each reference pixel sees: undo the stretch, then the placement."""
    place = seen.copy()
    for _ in range(20):
        pulled = cv2.remap(stretch, place[..., 0], place[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        place = seen - pulled
    back = (place - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    return np.ascontiguousarray(back[..., ::-1], dtype=np.float32)
