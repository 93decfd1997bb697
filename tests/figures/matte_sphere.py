"""Normals of a photographed matte sphere against the sphere itself."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from imaging.calibration.lights_file import read_lights
from imaging.camera.pictures import read_picture
from imaging.model.inputs import MeasureInputs
from imaging.surface.reconstruction import reconstruct
from tests.figures.study import FigureTable, judged

LIGHT_COUNTS = (12, 6, 4)
GOAL_DEG, GOAL_INSIDE_DEG = 5.0, 4.5
"""Mean error with all lights, over the mask and over the mask shrunk by two pixels."""


def sphere_mask(folder: Path) -> npt.NDArray[np.bool_]:
    mask = read_picture(folder / "gray.mask.png")
    return np.asarray((mask if mask.ndim == 2 else mask[..., 0]) > 128)


def shrunk(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """By two pixels."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    return np.asarray(cv2.erode(mask.astype(np.uint8), kernel, borderValue=0) > 0)


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
        errors = angular_errors_deg(surface.normals, truth)
        inside = f"{np.nanmean(errors[shrunk(mask)]):.2f}"
        whole = errors[mask]
        is_met = float(np.nanmean(whole)) <= GOAL_DEG and float(np.nanmean(errors[shrunk(mask)])) <= GOAL_INSIDE_DEG
        row = (
            judged(is_met) if count == 12 else "",
            f"{np.nanmean(whole):.2f}",
            inside,
            f"{np.nanmedian(whole):.2f}",
            f"{np.isnan(whole).sum()}",
        )
        rows.append((str(count), *row))
    return FigureTable(
        "Real matte sphere",
        "Photographs of a matte ball (University of Washington course data) with the light directions that came with "
        f"them: angle between measured and true normal. Goal with all lights: {GOAL_DEG} degrees over the mask, "
        f"{GOAL_INSIDE_DEG} over the mask shrunk by two pixels.",
        ("lights", "goal", "mean, degrees", "mean, mask shrunk", "median, degrees", "pixels not measured"),
        tuple(rows),
    )
