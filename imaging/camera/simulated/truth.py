"""What the simulated skin really is, written beside what was measured on it and never into an archive."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

from imaging.camera.device import Target
from imaging.camera.simulated.furrows import Furrow
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.skin import Skin
from imaging.files import write_whole

if TYPE_CHECKING:
    from imaging.camera.simulated.population import Population


def write_truth(
    population: "Population", folder: Path, targets: Sequence[Target], frame_shape: tuple[int, int] = (960, 1280)
) -> None:
    """Write `truth.json` and one float32 height TIFF (µm, frame size, at the site's own axes) a target.

    Parameters
    ----------
    population : the same that was photographed
    folder : made if missing; never inside an archive
    targets : replicates of one site and week are the same skin and written once

    Raises
    ------
    ExportError
        The folder cannot be written to.
    """
    once = {(target.subject_code, target.site, target.week or 0): target for target in targets}
    entries = [_write_target(population, folder, target, frame_shape) for target in once.values()]
    index = {"seed": population.seed, "spacing_um": Grid(frame_shape).spacing_mm * 1000, "targets": entries}
    write_whole(folder / "truth.json", json.dumps(index, indent=1).encode())


def _write_target(
    population: "Population", folder: Path, target: Target, frame_shape: tuple[int, int]
) -> dict[str, Any]:
    plan, skin = population.plan(target), population.skin(target, frame_shape)
    week, person = target.week or 0, population.person(target.subject_code)
    name = f"{target.subject_code}_{target.site.site}_{target.site.laterality.value}_week-{week}.tif"
    height = np.ascontiguousarray(skin.grid.framed(skin.height_um))
    write_whole(folder / name, lambda beside: tifffile.imwrite(beside, height, description="height in um"))
    return {
        "subject": person.code, "birth_year": person.birth_year, "site": target.site.site,
        "side": target.site.laterality.value, "week": week, "height_file": name,
        "furrow_factor": plan.furrow_factor, "texture_factor": plan.texture_factor, **furrow_truth(skin),
    }  # fmt: skip


def furrow_truth(skin: Skin) -> dict[str, Any]:
    """Depths and courses of the furrows, as far as they lie in the frame; `deepest_mean_depth_um` over all of them."""
    items = [item for furrow in skin.furrows if (item := _furrow_item(furrow, skin.grid)) is not None]
    deepest = max((item["mean_depth_um"] for item in items), default=None)
    return {"deepest_mean_depth_um": deepest, "furrows": items}


def _furrow_item(furrow: Furrow, grid: Grid) -> dict[str, Any] | None:
    points, depth = furrow.centre_line()
    row_col = grid.to_row_col(points) - grid.margin_px
    inside = ((row_col >= 0) & (row_col < np.array(grid.frame_shape))).all(axis=1) & (depth > 0)
    if not inside.any():
        return None
    return {
        "mean_depth_um": float(depth[inside].mean()), "max_depth_um": float(depth[inside].max()),
        "width_mm": 2 * furrow.half_width_mm, "length_mm": float(0.1 * inside.sum()),
        "centre_line": np.round(row_col[inside], 1).tolist(),
    }  # fmt: skip
