"""Does the stated uncertainty hold the truth? Many captures by the path tracer and by the simulated camera."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.optics import Optics
from imaging.model.inputs import MeasureInputs
from imaging.model.measurement import MeasuredCapture, MeasureLimits, Measurement
from imaging.model.surface import Surface
from imaging.pipeline import measure
from imaging.surface.endpoints import measure_surface, measure_wrinkles_on
from imaging.surface.filters import remove_form
from tests.figures.rendered_pairs import StillClock, seen_height, take
from tests.figures.rendered_scenes import inputs_of, read_furrows
from tests.figures.replaced_site import SITES, ReplacedPopulation, Site
from tests.figures.study import FigureTable
from tests.renderings.scenes import SCENES
from tests.renderings.truth import Scene
from tests.scenes import to_srgb8

FURROW = "depth of a furrow"
ENDPOINTS = (
    ("wrinkles", "mean_depth_um"),
    ("wrinkles", "deepest_mean_depth_um"),
    ("wrinkles", "total_length_mm"),
    ("wrinkles", "area_mm2"),
    ("wrinkles", "mean_width_um"),
    ("wrinkles", "volume_mm3"),
    ("texture", "Sa_um"),
    ("texture", "Sq_um"),
    ("texture", "Sdq"),
)
ELECTRONS = 10000.0
SEEDS = (0, 1, 2)
SHAPE = (480, 640)
OPAQUE, SKIN = Optics(translucency=0.0), Optics()


@dataclass(frozen=True)
class Case:
    """One stated number beside the true one."""

    source: str
    quantity: str
    value: float
    true: float
    u: float

    @property
    def is_held(self) -> bool:
        return abs(self.value - self.true) <= 2 * self.u

    @property
    def shares(self) -> tuple[float, float]:
        """Actual error and stated uncertainty, as shares of the truth."""
        return abs(self.value - self.true) / abs(self.true), self.u / abs(self.true)


def source_of(scene: Scene) -> str:
    if scene.medium is not None:
        return "path-traced, scattering"
    return "path-traced, JPEG" if scene.is_jpeg else "path-traced, opaque"


def noisier(inputs: MeasureInputs, seed: int) -> MeasureInputs:
    """The same pictures with the photon noise of one more exposure; seed 0 leaves them."""
    if seed == 0:
        return inputs
    rng = np.random.default_rng(seed)
    return replace(inputs, frames=tuple(_noisy(frame, rng) for frame in inputs.frames))


def _noisy(frame: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    share = frame / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return to_srgb8(linear + np.sqrt(linear / ELECTRONS) * rng.standard_normal(linear.shape))


def rendered_cases(scene: Scene, seed: int) -> Iterator[Case]:
    measured = measure(noisier(inputs_of(scene), seed))
    for reading in read_furrows(scene, measured.surface):
        if np.isfinite(reading.read_um):
            yield Case(source_of(scene), FURROW, reading.read_um, reading.true_um, reading.u_um)
    height = scene.relief_at(*scene.places_mm()).astype(np.float32)
    yield from endpoint_cases(source_of(scene), measured, height)


def simulated_cases(site: Site, replicate: int, source: str, optics: Optics) -> Iterator[Case]:
    population, clock = ReplacedPopulation(site.seed, 1), StillClock()
    camera = SimulatedCamera(population, shape=SHAPE, clock=clock, optics=optics, seed=site.seed)
    target = Target("S-101", site.key, 0, replicate)
    measured, matrix = take(camera, clock, population, target)
    height = remove_form(seen_height(population.skin(target, SHAPE), matrix, SHAPE), measured.surface.valid)
    true = true_surface(measured.surface, height)
    items = measured.measurement.items
    lines = [item.centre_line for item in items]
    for item, there in zip(items, measure_wrinkles_on(true, lines, MeasureLimits()), strict=True):
        if there is not None and item.u_mean_depth is not None:
            yield Case(source, FURROW, item.mean_depth, there.mean_depth, item.u_mean_depth)
    yield from endpoint_cases(source, measured, height)


def true_surface(surface: Surface, height: np.ndarray) -> Surface:
    known = np.where(surface.valid, height, np.float32(np.nan))
    return replace(surface, height=known, uncertainty=np.where(surface.valid, np.float32(0), np.float32(np.nan)))


def endpoint_cases(source: str, measured: MeasuredCapture, height: np.ndarray) -> Iterator[Case]:
    """What the same definitions read on the true heights, beside what was read and stated."""
    true = measure_surface(true_surface(measured.surface, height), MeasureLimits())
    for group, key in ENDPOINTS:
        value, u, there = (
            _number(m, group, k)
            for m, k in ((measured.measurement, key), (measured.measurement, f"u_{key}"), (true, key))
        )
        if value and there and u is not None:
            yield Case(source, f"{group}.{key}", value, there, u)


def _number(measurement: Measurement, group: str, key: str) -> float | None:
    value = getattr(measurement, group).get(key)
    return None if value is None else float(value)


def all_cases() -> list[Case]:
    cases = [
        case
        for scene in SCENES
        if scene.furrows and not scene.is_grey
        for seed in SEEDS
        for case in rendered_cases(scene, seed)
    ]
    for site in SITES:
        for replicate in (1, 2):
            cases += simulated_cases(site, replicate, "simulated, opaque", OPAQUE)
            cases += simulated_cases(site, replicate, "simulated, skin", SKIN)
    return cases


def held_share(cases: list[Case]) -> float:
    return float(np.mean([case.is_held for case in cases]))


def doubt_over_error(cases: list[Case]) -> float:
    """Mean stated uncertainty over mean actual error, both as shares of the truth."""
    errors, doubts = np.array([case.shares for case in cases]).T
    return float(doubts.mean() / max(errors.mean(), 1e-9))


def honesty_study(_data: Path | None) -> FigureTable:
    cases = all_cases()
    rows = []
    for quantity in dict.fromkeys(case.quantity for case in cases):
        of_it = [case for case in cases if case.quantity == quantity]
        groups = {"all": of_it} | {
            s: [c for c in of_it if c.source == s] for s in dict.fromkeys(c.source for c in of_it)
        }
        rows += [_row(quantity, name, group) for name, group in groups.items()]
    return FigureTable(
        "Honesty of the stated uncertainty",
        f"Path-traced scenes ({len(SEEDS)} exposures each) and {len(SITES)} simulated sites taken twice, opaque and as "
        "skin. Goals: the truth within two standard uncertainties in 90 to 99 % of cases, mean uncertainty at most "
        "twice the mean error. Truth: closed form for furrows, else the same definition on the true heights.",
        ("quantity", "pictures", "cases", "mean error", "within 2 u", "mean u / mean error"),
        tuple(rows),
    )


def _row(quantity: str, source: str, cases: list[Case]) -> tuple[str, ...]:
    error = np.mean([case.shares[0] for case in cases])
    return (
        quantity,
        source,
        str(len(cases)),
        f"{error:.1%}",
        f"{held_share(cases):.0%}",
        f"{doubt_over_error(cases):.1f}",
    )
