"""Does the stated uncertainty hold the truth? Many captures by the path tracer and by the simulated camera."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from imaging.camera.device import Target
from imaging.camera.pictures import read_picture
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.optics import Optics
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.measurement import MeasuredCapture, MeasureLimits, Measurement
from imaging.model.surface import Surface
from imaging.pipeline import measure
from imaging.surface.endpoints import measure_surface, measure_wrinkles_on
from imaging.surface.filters import remove_form
from tests.figures.rendered_pairs import CROWS_FEET, FOREHEAD, StillClock, seen_height, take
from tests.figures.rendered_scenes import RENDERINGS, inputs_of, read_furrows
from tests.figures.replaced_site import ReplacedPopulation, Site
from tests.figures.study import FigureTable, judged
from tests.renderings.ring import RING_SCENES, RingScene
from tests.renderings.scenes import SCENES
from tests.renderings.truth import Scene

FURROW = "depth of a furrow"
ENDPOINTS = (
    ("wrinkles", "mean_depth_um"),
    ("wrinkles", "deepest_mean_depth_um"),
    ("wrinkles", "deepest_max_depth_um"),
    ("wrinkles", "total_length_mm"),
    ("wrinkles", "area_mm2"),
    ("wrinkles", "mean_width_um"),
    ("wrinkles", "volume_mm3"),
    ("wrinkles", "mean_spacing_mm"),
    ("depressions", "area_mm2"),
    ("depressions", "mean_depth_um"),
    ("depressions", "volume_mm3"),
    ("texture", "Sa_um"),
    ("texture", "Sq_um"),
    ("texture", "Sz_um"),
    ("texture", "Sdq"),
    ("texture", "Sdr_pct"),
    ("texture", "Sal_um"),
    ("texture", "Str"),
)
SHAPE = (960, 1280)
OPAQUE, SKIN = Optics(translucency=0.0), Optics()
DEVICES, DEVICES_OF_SCATTERING = (0, 1, 2), (0, 1, 2, 3, 4)
PEOPLE = tuple(Site(3000 + n, key) for n in range(6) for key in (CROWS_FEET, FOREHEAD))
SHOTS = (2, 3)
"""Of each site, each placed anew."""
FEWEST = 100
"""Cases from which on 99 % can be told from all."""
U_LIGHT_DEG, U_SCALE = 0.5, 0.005
"""How well another device is calibrated: what the engine takes where a device file says nothing."""
GROUPS = ("path-traced, opaque, PNG", "path-traced, opaque, JPEG", "path-traced, scattering")


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


def source_of(scene: Scene, is_jpeg: bool) -> str:
    return GROUPS[2] if scene.medium is not None else GROUPS[int(is_jpeg)]


def captures_of(scene: Scene) -> Iterator[tuple[str, MeasureInputs]]:
    """A scene taken in other ways, each with errors of its own: as JPEG, with every other light, by other devices."""
    whole = inputs_of(scene)
    ways = [(scene.is_jpeg, whole)]
    if not scene.is_jpeg and scene.medium is None:
        ways.append((True, replace(whole, frames=tuple(as_jpeg(frame) for frame in whole.frames))))
    if len(whole.frames) == 8:
        ways += [(is_jpeg, half_of(taken, first)) for is_jpeg, taken in tuple(ways) for first in (0, 1)]
    for is_jpeg, taken in ways:
        for device in DEVICES if scene.medium is None else DEVICES_OF_SCATTERING:
            yield source_of(scene, is_jpeg), of_device(taken, device + 10 * scene.seed if device else 0)


def as_jpeg(frame: np.ndarray) -> np.ndarray:
    """As most cameras send it: 4:2:2, quality 90."""
    subsampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422]
    _, code = cv2.imencode(".jpg", frame[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90, *subsampling])
    return np.ascontiguousarray(cv2.imdecode(code, cv2.IMREAD_COLOR)[..., ::-1])


def half_of(inputs: MeasureInputs, first: int) -> MeasureInputs:
    """Every other light."""
    assert inputs.lights is not None
    lights = replace(
        inputs.lights, vectors=inputs.lights.vectors[first::2], intensities=inputs.lights.intensities[first::2]
    )
    return replace(inputs, frames=inputs.frames[first::2], lights=lights)


def of_device(inputs: MeasureInputs, seed: int) -> MeasureInputs:
    """As a device takes them whose lights and scale are off by what its calibration leaves open; 0: by nothing."""
    assert inputs.lights is not None and inputs.spacing is not None
    if seed == 0:
        return inputs
    rng, towards = np.random.default_rng(seed), inputs.lights.vectors
    off = rng.normal(0, np.radians(U_LIGHT_DEG), towards.shape) * np.linalg.norm(towards, axis=1, keepdims=True)
    unit = towards / np.linalg.norm(towards, axis=1, keepdims=True)
    moved = towards + off - (off * unit).sum(axis=1, keepdims=True) * unit
    spacing = Spacing.square(inputs.spacing.mean_mm * (1 + rng.normal(0, U_SCALE)))
    return replace(inputs, lights=replace(inputs.lights, vectors=moved), spacing=spacing)


def rendered_cases(scene: Scene, source: str, inputs: MeasureInputs) -> Iterator[Case]:
    measured = measure(inputs)
    for reading in read_furrows(scene, measured.surface):
        if np.isfinite(reading.read_um):
            yield Case(source, FURROW, reading.read_um, reading.true_um, reading.u_um)
    height = remove_form(scene.height_um().astype(np.float32), measured.surface.valid)
    true = replace(true_surface(measured.surface, height), spacing=Spacing.square(scene.spacing_mm))
    for case in endpoint_cases(source, measured, true):
        if scene.microrelief_um or case.quantity.startswith("wrinkles"):
            yield case


def simulated_cases(site: Site, replicate: int, optics: Optics, shape: tuple[int, int] = SHAPE) -> Iterator[Case]:
    source = f"simulator, {'skin' if optics.translucency else 'opaque'}"
    population, clock = ReplacedPopulation(site.seed, 1), StillClock()
    camera = SimulatedCamera(population, shape=shape, clock=clock, optics=optics, seed=site.seed)
    target = Target("S-101", site.key, 0, replicate)
    measured, matrix = take(camera, clock, population, target)
    height = remove_form(seen_height(population.skin(target, shape), matrix, shape), measured.surface.valid)
    true = true_surface(measured.surface, height)
    items = measured.measurement.items
    lines = [item.centre_line for item in items]
    for item, there in zip(items, measure_wrinkles_on(true, lines, MeasureLimits()), strict=True):
        if there is not None and item.u_mean_depth is not None:
            yield Case(source, FURROW, item.mean_depth, there.mean_depth, item.u_mean_depth)
    yield from endpoint_cases(source, measured, true)


def cases_of_one_light(scene: RingScene) -> Iterator[Case]:
    """Sizes of what one picture shows, lines that are flagged as paint among them; depths are relative."""
    picture, spacing = read_picture(RENDERINGS / f"{scene.name}.png"), Spacing.square(scene.spacing_mm)
    rows, cols = scene.shape
    x, y = ((np.arange(count) - (count - 1) / 2) * scene.spacing_mm for count in (cols, rows))
    height = sum((furrow.height(*np.meshgrid(x, -y)) for furrow in scene.furrows), start=np.zeros(scene.shape))
    for frame in (picture, as_jpeg(picture)):
        measured = measure(MeasureInputs((frame,), spacing=spacing))
        true = true_surface(measured.surface, height.astype(np.float32))
        yield from endpoint_cases("path-traced, one light", measured, replace(true, method="photometric", stains=None))


def true_surface(surface: Surface, height: np.ndarray) -> Surface:
    known = np.where(surface.valid, height, np.float32(np.nan))
    return replace(surface, height=known, uncertainty=np.where(surface.valid, np.float32(0), np.float32(np.nan)))


def endpoint_cases(source: str, measured: MeasuredCapture, surface: Surface) -> Iterator[Case]:
    """What the same definitions read on the true surface, beside what was read and stated."""
    true = measure_surface(surface, MeasureLimits())
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
    scenes = [scene for scene in SCENES if scene.furrows and not scene.is_grey]
    cases = [
        case
        for scene in scenes
        for source, inputs in captures_of(scene)
        for case in rendered_cases(scene, source, inputs)
    ]
    cases += [case for scene in RING_SCENES for case in cases_of_one_light(scene)]
    for site, shot, optics in product(PEOPLE, SHOTS, (OPAQUE, SKIN)):
        cases += simulated_cases(site, shot, optics)
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
        for source in dict.fromkeys(case.source for case in cases if case.quantity == quantity):
            rows.append(_row(quantity, source, [c for c in cases if (c.quantity, c.source) == (quantity, source)]))
    return FigureTable(
        "Honesty of the stated uncertainty",
        "Path-traced scenes as they are, as JPEG, with half of eight lights, and by devices whose lights are off by "
        f"{U_LIGHT_DEG:g} degrees and whose scale is off by {U_SCALE:.1%} (standard deviations): other errors, but the "
        f"same few skins. {len(PEOPLE)} simulated sites, each placed {len(SHOTS)} times with new noise, opaque and as "
        "skin. Pictures under one light hold lines of paint, which are flagged but counted. "
        "Depressions and texture of path-traced skin: scenes with microrelief only. Goals: the truth within two "
        "standard uncertainties in 90 to 99 % of cases, mean uncertainty at most twice the mean error (1.25 if errors "
        "are normal and the uncertainty exact). Truth: closed form for furrows, else the same definition on the true "
        "heights, with their form removed as that of the measured ones is. Where nothing is read of what is not there, "
        "as basins of one rendered skin, no share can be told and none is counted.",
        ("quantity", "pictures", "cases", "mean error", "within 2 u", "mean u / mean error", "goal"),
        tuple(rows),
    )


def _row(quantity: str, source: str, cases: list[Case]) -> tuple[str, ...]:
    error = np.mean([case.shares[0] for case in cases])
    most = 0.99 if len(cases) >= FEWEST else 1.0
    return (
        quantity,
        source,
        str(len(cases)),
        f"{error:.1%}",
        f"{held_share(cases):.0%}",
        f"{doubt_over_error(cases):.2f}",
        judged(0.9 <= round(held_share(cases), 2) <= most and doubt_over_error(cases) <= 2),
    )
