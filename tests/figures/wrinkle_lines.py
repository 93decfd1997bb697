"""Centre lines that are found against those that were rendered, over microrelief."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imaging.model.measurement import Wrinkle
from tests.figures.rendered_scenes import measure_scene
from tests.figures.study import FigureTable, judged
from tests.renderings.scenes import SCENES
from tests.renderings.truth import Furrow, Scene

TOLERANCE_PX = 2.0
GOAL = 0.9
_STEP_PX = 0.5

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Lines:
    """Shares of the found lines that are true, and of the true lines that are found."""

    precision: float
    recall: float
    found: int
    true: int


def even_points(line: Points) -> Points:
    """(n, 2), half a pixel apart."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.arange(0, along[-1], _STEP_PX)
    return np.column_stack([np.interp(at, along, line[:, k]) for k in (0, 1)])


def true_lines(scene: Scene, is_with_ends: bool) -> Points:
    """All points of the furrows; their ends run out over one width, which may be found or not."""
    lines = []
    for furrow in scene.furrows:
        length = furrow.length_mm + (2 * furrow.width_mm if is_with_ends else 0)
        lines.append(even_points(scene.to_row_col(_of_length(furrow, length))))
    points = np.concatenate(lines)
    inside = (points >= 0).all(axis=1) & (points <= np.array(scene.shape) - 1).all(axis=1)
    return points[inside]


def _of_length(furrow: Furrow, length_mm: float) -> Points:
    return furrow.line_mm(length_mm / furrow.length_mm)


def compare_lines(items: tuple[Wrinkle, ...], scene: Scene) -> Lines:
    """Precision over the length of all found lines, recall over that of all true ones."""
    found = np.concatenate([even_points(item.centre_line) for item in items]) if items else np.zeros((0, 2))
    precision = _share_near(found, true_lines(scene, is_with_ends=True))
    recall = _share_near(true_lines(scene, is_with_ends=False), found)
    return Lines(precision, recall, len(items), len(scene.furrows))


def _share_near(points: Points, others: Points) -> float:
    from scipy.spatial import cKDTree

    if not len(points) or not len(others):
        return 0.0
    distance, _ = cKDTree(others).query(points)
    return float(np.mean(distance <= TOLERANCE_PX))


@cache
def lines_of(scene: Scene) -> Lines:
    return compare_lines(measure_scene(scene).measurement.items, scene)


def scenes_with_lines() -> tuple[Scene, ...]:
    """Those whose furrows are all at least 60 µm deep, 4 mm long and 2.5 times as long as wide (else: basins)."""
    return tuple(
        scene
        for scene in SCENES
        if scene.furrows
        and min(f.depth_um for f in scene.furrows) >= 60
        and min(f.length_mm for f in scene.furrows) >= 4
        and min(f.length_mm / f.width_mm for f in scene.furrows) >= 2.5
    )


def wrinkle_line_study(_data: Path | None) -> FigureTable:
    rows = []
    for scene in scenes_with_lines():
        lines = lines_of(scene)
        rows.append(
            (
                scene.name,
                f"{scene.microrelief_um:g}",
                f"{lines.found} / {lines.true}",
                f"{lines.precision:.2f}",
                f"{lines.recall:.2f}",
                judged(min(lines.precision, lines.recall) >= GOAL),
            )
        )
    return FigureTable(
        "Centre lines of wrinkles",
        f"Path-traced furrows of at least 60 µm and 4 mm, 2.5 times as long as wide: share of the found line within "
        f"{TOLERANCE_PX:g} px of a true one (precision) and of the true line within {TOLERANCE_PX:g} px of a found one "
        f"(recall); goal {GOAL} each. The ends, where a furrow runs out over one width, count neither way.",
        ("scene", "microrelief, µm", "lines found / true", "precision", "recall", "goal"),
        tuple(rows),
    )
