"""Normals of a photographed matte sphere against the sphere itself."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from imaging.calibration.lights_file import read_lights
from imaging.camera.pictures import read_picture
from imaging.model.inputs import MeasureInputs
from imaging.surface.reconstruction import reconstruct
from tests.figures.study import FigureTable

LIGHT_COUNTS = (12, 6, 4)


def sphere_mask(folder: Path) -> npt.NDArray[np.bool_]:
    mask = read_picture(folder / "gray.mask.png")
    return np.asarray((mask if mask.ndim == 2 else mask[..., 0]) > 128)


def sphere_normals(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Normals of the ball whose outline is `mask`, (rows, cols, 3): x right, y up, z to the camera."""
    rows, cols = np.nonzero(mask)
    centre = (rows.min() + rows.max()) / 2, (cols.min() + cols.max()) / 2
    radius = (np.ptp(rows) + np.ptp(cols) + 2) / 4
    row, col = np.indices(mask.shape)
    x, y = (col - centre[1]) / radius, -(row - centre[0]) / radius
    normals = np.stack([x, y, np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))], axis=-1)
    return np.asarray(normals / np.linalg.norm(normals, axis=-1, keepdims=True))


def angular_errors_deg(normals: npt.NDArray[np.float32], truth: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    cosine = np.clip(np.sum(normals * truth, axis=-1), -1, 1)
    return np.asarray(np.degrees(np.arccos(cosine)))


def sphere_study(data: Path | None) -> FigureTable | None:
    if data is None:
        return None
    folder = data / "multi-light" / "gray"
    mask, lights = sphere_mask(folder), read_lights(folder / "lights.lp")
    truth = sphere_normals(mask)
    frames = tuple(read_picture(folder / f"gray.{i}.png") for i in range(12))
    rows = []
    for count in LIGHT_COUNTS:
        chosen = range(0, 12, 12 // count)
        fewer = type(lights)("distant", lights.vectors[list(chosen)])
        surface = reconstruct(MeasureInputs(tuple(frames[i] for i in chosen), fewer, encoding="linear", mask=mask))
        errors = angular_errors_deg(surface.normals, truth)[mask]
        rows.append(
            (str(count), f"{np.nanmean(errors):.2f}", f"{np.nanmedian(errors):.2f}", f"{np.isnan(errors).sum()}")
        )
    return FigureTable(
        "Real matte sphere",
        "Photographs of a matte ball (University of Washington course data) with the light directions that came with "
        "them: angle between measured and true normal over the whole mask.",
        ("lights", "mean, degrees", "median, degrees", "pixels not measured"),
        tuple(rows),
    )
