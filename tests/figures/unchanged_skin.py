"""Two visits between which nothing happened: the mean change of every endpoint must be zero."""

from pathlib import Path

import numpy as np

from imaging.camera.simulated.motion import Placement
from imaging.comparison.change import compare_captures
from imaging.model.comparison import Change
from tests.figures.rendered_pairs import CROWS_FEET, FOREHEAD, Between, TruePair, make_pair
from tests.figures.study import FigureTable

PAIRS = 40
SHAPE = (480, 640)
RE_PLACED = Between(Placement(0.4, -0.3, 2.0, 1.01), stretch_mm=0.05, new_pigment=0.1)
ENDPOINTS = (
    "wrinkles.deepest_mean_depth_um",
    "wrinkles.mean_depth_um",
    "wrinkles.mean_width_um",
    "wrinkles.volume_mm3",
    "wrinkles.total_length_mm",
    "wrinkles.area_pct",
    "depressions.area_pct",
    "texture.Sa_um",
    "texture.Sq_um",
    "texture.Sdq",
    "texture.Sal_um",
)


def unchanged_skin_study(_data: Path | None) -> FigureTable:
    pairs = (make_pair(2000 + n, (CROWS_FEET, FOREHEAD)[n % 2], RE_PLACED, SHAPE) for n in range(PAIRS))
    found = [_both_ways(pair) for pair in pairs]
    rows = [(name, *_summary([changes[name] for changes, _ in found])) for name in ENDPOINTS]
    called = np.mean([share for _, share in found])
    return FigureTable(
        "Unchanged skin",
        f"{PAIRS} re-placed pairs of the simulated camera at 36 µm a pixel, each compared in both directions: what the "
        "two captures themselves differ by cancels, and what is left is what registration and resampling do to the "
        f"moving side. Called changed: {called:.1%} of the skin.",
        ("endpoint", "mean change, %", "standard error, %"),
        tuple(rows),
    )


def _both_ways(pair: TruePair) -> tuple[dict[str, float], float]:
    """Mean change in per cent of each endpoint over both directions, and the share of skin called changed."""
    changes = [
        compare_captures([one], [two]) for one, two in ((pair.reference, pair.moving), (pair.moving, pair.reference))
    ]
    percents = [_percents(change) for change in changes]
    mean = {name: (percents[0][name] + percents[1][name]) / 2 for name in ENDPOINTS}
    return mean, float(np.mean([c.significant[np.isfinite(c.change)].mean() for c in changes]))


def _percents(change: Change) -> dict[str, float]:
    """Of the mean of both visits: symmetric, unlike per cent of the first."""
    answer = dict.fromkeys(ENDPOINTS, float("nan"))
    for row in change.endpoints:
        if row.endpoint in answer and row.reference and row.moving:
            answer[row.endpoint] = 200 * (row.moving - row.reference) / (row.moving + row.reference)
    return answer


def _summary(values: list[float]) -> tuple[str, str]:
    known = np.array(values)[np.isfinite(values)]
    return f"{known.mean():+.2f}", f"{known.std(ddof=1) / np.sqrt(len(known)):.2f}"
