"""The same site placed anew by a technician who follows the station's guidance, and by one who has none.

Both take the same first picture. Then the camera is put down and brought back, by eye. With guidance the technician
undoes what the live pose tells, not quite exactly, until every gate that looks at the picture is green; without it the
picture is taken where the eye thinks it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from imaging.camera.device import Target
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.motion import Hand, Placement
from imaging.camera.simulated.population import Population
from imaging.capture.burst import shoot_stack
from imaging.comparison.repeated import read_repeated
from imaging.guidance.context import BaselineFacts, GateContext, make_baseline
from imaging.guidance.gates import read_cheap, read_slow
from imaging.guidance.guide import guide
from imaging.model.geometry import Roi
from imaging.model.inputs import MeasureInputs
from imaging.model.light_stack import LightStack
from imaging.model.lights import light_set
from imaging.model.measurement import MeasuredCapture
from imaging.model.reading import GateReading
from imaging.pipeline import measure
from imaging.surface.light.still_frames import still_frames
from tests.figures.rendered_pairs import CROWS_FEET
from tests.figures.study import FigureTable

HEADLINE = "wrinkles.deepest_mean_depth_um"
Way = Literal["guided", "by eye"]
BY_EYE = Placement(2.0, 2.0, 4.0, 0.025)
"""Standard deviations of a placement by eye: mm, mm, degrees, share of the size."""
TREMBLE = Placement(0.15, 0.15, 0.3, 0.002)
"""Of each correction."""
CORRECTED = 0.8
"""Share of a deviation that one correction takes away, give or take a tenth."""
BLUR_SHARE = 0.04
"""Blur from a wrong distance, as a share of the picture's width for each unit of size: 1.3 px of 1280 for 2.5 %."""
LOOKED_AT = frozenset({"exposure", "focus", "place", "scale", "pose", "expression", "glare", "clipping", "motion"})
MOST_LOOKS = 60
REPLICATES = 3
WAYS: tuple[Way, ...] = ("guided", "by eye")


class HeldPopulation(Population):
    """The camera is where it was put, with the unrest of a hand."""

    held = Placement()

    def hand(self, target: Target) -> Hand:
        return Hand(self.held, Placement(), phase=float(target.replicate))


@dataclass
class Technician:
    """One hand, one camera, one subject after the other."""

    population: HeldPopulation
    shape: tuple[int, int]
    rng: np.random.Generator
    clock: SteppedClock = field(default_factory=SteppedClock)
    looks: list[int] = field(default_factory=list)
    """Looks at the live picture that each guided placement took."""

    def __post_init__(self) -> None:
        self.camera = SimulatedCamera(self.population, shape=self.shape, clock=self.clock, seed=3)
        self.camera.start()

    def put(self, target: Target, placement: Placement) -> None:
        self.population.held = placement
        blur_px = BLUR_SHARE * self.shape[1] * abs(placement.scale - 1)
        self.camera.apply({"focus": 100 + 25 * blur_px})
        self.camera.aim(target)

    def by_eye(self) -> Placement:
        x, y, turn, nearer = self.rng.normal(size=4)
        return Placement(BY_EYE.x_mm * x, BY_EYE.y_mm * y, BY_EYE.rotation_deg * turn, 1 + BY_EYE.scale * nearer)

    def follow(self, target: Target, context: GateContext) -> None:
        """Bring the camera back as the live pose says, until all is green."""
        self.put(target, self.by_eye())
        for look in range(MOST_LOOKS):
            self.clock.wait(0.3)
            previous = self.camera.grab(1.0)
            frame, now = self.camera.grab(1.0), replace(context, previous=previous)
            readings = [r for r in read_cheap(frame, now) + read_slow(frame, now) if r.gate in LOOKED_AT]
            if guide(readings).is_ready:
                self.looks.append(look + 1)
                return
            self.put(target, self._corrected(readings))
        self.looks.append(MOST_LOOKS)

    def shoot(self) -> LightStack:
        return shoot_stack(self.camera, self.camera.lights, clock=self.clock)

    def _corrected(self, readings: Sequence[GateReading]) -> Placement:
        pose = dict(next(r for r in readings if r.gate == "pose").values)
        if not pose:
            return self.by_eye()
        done, held = CORRECTED + 0.1 * self.rng.normal(), self.population.held
        x, y, turn, nearer = self.rng.normal(size=4)
        return Placement(
            held.x_mm - done * pose["right_mm"] + TREMBLE.x_mm * x,
            held.y_mm - done * pose["up_mm"] + TREMBLE.y_mm * y,
            # The simulated hand counts counter-clockwise.
            held.rotation_deg + done * pose["rotation_deg"] + TREMBLE.rotation_deg * turn,
            held.scale / (1 + done * pose["scale_pct"] / 100) + TREMBLE.scale * nearer,
        )


@dataclass(frozen=True)
class Scatter:
    """Coefficients of variation of the headline endpoint, one a subject.

    Parameters
    ----------
    alone : each picture measured by itself, in the same rectangle of the picture
    registered : on the skin that all show, as the station compares them
    shared : share of the ROI that all three pictures show
    """

    alone: tuple[float, ...]
    registered: tuple[float, ...]
    shared: tuple[float, ...]
    refused: int


def scatter_of(way: Way, subjects: int, shape: tuple[int, int]) -> tuple[Scatter, Technician]:
    """Three replicates of the crow's feet of so many subjects."""
    technician = Technician(HeldPopulation(seed=11, subjects=subjects), shape, np.random.default_rng(5))
    alone, registered, shared, refused = [], [], [], 0
    for person in technician.population.subjects:
        captures = _replicates(technician, Target(person.code, CROWS_FEET, 0, 1), way)
        values = [_headline(capture) for capture in captures]
        reading = read_repeated([captures], roi=_middle(shape))
        alone.append(_variation(values))
        named = [one for visit in reading.visits for one in visit]
        refused += sum(one is None for one in named)
        registered.append(_variation([None if one is None else one.get(HEADLINE) for one in named]))
        shared.append(reading.common_area_fraction)
    return Scatter(tuple(alone), tuple(registered), tuple(shared), refused), technician


def guided_placement_study(_data: Path | None, subjects: int = 10, shape: tuple[int, int] = (480, 640)) -> FigureTable:
    found = {way: scatter_of(way, subjects, shape) for way in WAYS}
    looks = found["guided"][1].looks
    rows = [
        (
            way,
            title,
            f"{_pooled(values):.1%}",
            " ".join("–" if np.isnan(value) else f"{100 * value:.1f}" for value in values),
            f"{np.mean(scatter.shared):.0%}",
            str(scatter.refused),
        )
        for way, (scatter, _) in found.items()
        for title, values in (("each by itself", scatter.alone), ("registered", scatter.registered))
    ]
    return FigureTable(
        "Placed anew, with guidance and without",
        f"{subjects} subjects, crow's feet, {REPLICATES} replicates each on the simulated camera "
        f"({23000 / shape[1]:.0f} µm a pixel), the camera put down in between. By eye it comes back within "
        f"{BY_EYE.x_mm:g} mm, {BY_EYE.rotation_deg:g} degrees and {BY_EYE.scale:.1%} of distance (one deviation), "
        "out of focus accordingly. Guided it is corrected by what the live pose says until all gates are green, which "
        f"took {np.median(looks):.0f} looks (at most {max(looks)}). CV of `{HEADLINE}` within a subject, root mean "
        "square over subjects.",
        ("placed", "read", "CV within a subject", "by subject, %", "skin shared", "left out"),
        tuple(rows),
    )


def _replicates(technician: Technician, target: Target, way: Way) -> list[MeasuredCapture]:
    technician.put(target, Placement())
    first = technician.shoot()
    captures = [_measured(technician, first)]
    assert first.overview is not None
    roi = _middle(technician.shape)
    baseline = make_baseline(first.overview.pixels, BaselineFacts(roi=roi))
    context = GateContext(site=target.site, spacing=technician.camera.calibration().spacing, roi=roi, baseline=baseline)
    for replicate in range(2, REPLICATES + 1):
        there = replace(target, replicate=replicate)
        if way == "guided":
            technician.follow(there, context)
        else:
            technician.put(there, technician.by_eye())
        captures.append(_measured(technician, technician.shoot(), captures[0]))
    return captures


def _measured(technician: Technician, stack: LightStack, first: MeasuredCapture | None = None) -> MeasuredCapture:
    """As the station does it: gloss or blur of the site's first picture are taken over."""
    known = first.surface.skin_light if first is not None else None
    calibration = technician.camera.calibration()
    assert calibration.lights is not None
    frames, _ = still_frames(stack)
    inputs = MeasureInputs(
        frames, calibration.lights.lights, calibration.spacing, "srgb",
        skin_light=replace(known, is_carried=True) if known is not None else None,
    )  # fmt: skip
    found = measure(inputs, roi=_middle(technician.shape))
    return MeasuredCapture(found.surface, found.measurement, light_set(inputs.lights))


def _middle(shape: tuple[int, int]) -> Roi:
    """Four fifths of the height and width."""
    rows, cols = shape
    return Roi(rows // 10, cols // 10, rows - rows // 10, cols - cols // 10)


def _headline(capture: MeasuredCapture) -> float | None:
    value = capture.measurement.wrinkles.get(HEADLINE.partition(".")[2])
    return None if value is None else float(value)


def _variation(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.std(known, ddof=1) / np.mean(known)) if len(known) == REPLICATES else float("nan")


def _pooled(values: Sequence[float]) -> float:
    return float(np.sqrt(np.nanmean(np.square(values))))
