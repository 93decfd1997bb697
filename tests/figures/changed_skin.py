"""Two visits with a known change: what the comparison finds of it, and what it finds where nothing changed."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from imaging.camera.device import Target
from imaging.camera.simulated.motion import Placement
from imaging.camera.simulated.optics import Optics
from imaging.camera.simulated.skin import planned_furrows
from imaging.comparison.change import compare_captures
from imaging.model.comparison import Change
from imaging.model.visit import SiteKey
from tests.figures.rendered_pairs import (
    CROWS_FEET,
    FOREHEAD,
    LEAST_UM,
    Between,
    ChangingPopulation,
    TruePair,
    make_pair,
)
from tests.figures.study import FigureTable

SHAPE = (960, 1280)
RE_PLACED = Between(Placement(0.7, -0.7, 5.0, 1.02), stretch_mm=0.1, new_pigment=0.4, is_changed=True)
OPAQUE, SKIN = Optics(translucency=0.0, gloss=0.0), Optics()
CASES = (("opaque, matte", OPAQUE), ("simulated skin", SKIN))
SITES = (CROWS_FEET, FOREHEAD)

Floats = npt.NDArray[np.float32]


def changed_skin_study(_data: Path | None) -> FigureTable:
    rows = []
    for name, optics in CASES:
        for number, site in enumerate(SITES):
            pair = make_pair(_seed_of_deep_furrows(1010 + 100 * number, site), site, RE_PLACED, SHAPE, optics)
            rows.append((f"{name}, {site.site}", *_found(pair, compare_captures([pair.reference], [pair.moving]))))
    return FigureTable(
        "Known change between two visits",
        "Simulated camera at 18 µm a pixel, re-placed by 1 mm, 5 degrees and 2 %, skin stretched by up to 0.1 mm, 40 % "
        "new pigment; one furrow 40 µm deeper, the deepest (at least 120 µm) a quarter shallower. Read and true change "
        "are means where the true change exceeds 90 % of its maximum; found is the share of the core (above half) that "
        "is called significant.",
        (
            "skin",
            "displacement, median / 95 %, px",
            "deeper: read / true, µm",
            "found",
            "shallower: read / true, µm",
            "found",
            "unchanged called changed",
        ),
        tuple(rows),
    )


def _seed_of_deep_furrows(seed: int, site: SiteKey) -> int:
    """The first subject from `seed` on whose deepest furrow counts as one to be treated."""
    target = Target("S-101", site, 0, 2)
    while max(f.depth_um for f in planned_furrows(ChangingPopulation(seed, RE_PLACED).plan(target))) < LEAST_UM:
        seed += 1
    return seed


def _found(pair: TruePair, change: Change) -> tuple[str, ...]:
    error = np.linalg.norm(change.registration.displacement - pair.displacement, axis=-1)
    known = np.isfinite(change.change)
    unchanged = known & (pair.deeper + pair.shallower < 1)
    return (
        f"{np.nanmedian(error):.2f} / {np.nanpercentile(error, 95):.2f}",
        *_of_furrow(pair.deeper, -1, change),
        *_of_furrow(pair.shallower, 1, change),
        f"{change.significant[unchanged].mean():.1%}",
    )


def _of_furrow(truth: Floats, sign: int, change: Change) -> tuple[str, str]:
    known = np.isfinite(change.change)
    floor, core = (known & (truth > share * truth.max()) for share in (0.9, 0.5))
    read = f"{change.change[floor].mean():+.0f} / {sign * truth[floor].mean():+.0f}"
    return read, f"{change.significant[core].mean():.0%}"
