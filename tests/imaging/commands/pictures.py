"""Pictures of a groove of known depth under distant lights, written as files."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

SPACING_UM = 40.0
DEPTH_UM = 150.0
LIGHTS = np.array([[0.6, 0, 0.8], [0, 0.6, 0.8], [-0.6, 0, 0.8], [0, -0.6, 0.8]])


def groove_um(rows: int = 120, cols: int = 160) -> npt.NDArray[np.float64]:
    """A smooth furrow along the rows, as heights in µm: Gaussian, 0.35 mm wide."""
    x_mm = (np.arange(cols) - cols / 2) * SPACING_UM / 1000
    return np.tile(-DEPTH_UM * np.exp(-((x_mm / 0.35) ** 2)), (rows, 1))


def shaded(height_um: npt.NDArray[np.float64], light: npt.NDArray[np.float64]) -> npt.NDArray[np.uint16]:
    """A matte surface of albedo 0.7 under one light; y is up, rows run down."""
    d_row, d_col = np.gradient(height_um, SPACING_UM)
    normals = np.stack([-d_col, d_row, np.ones_like(d_col)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return np.round(np.clip(normals @ light, 0, 1) * 0.7 * 65535).astype(np.uint16)


def write_frames(folder: Path, rows: int = 120, cols: int = 160) -> list[str]:
    """One 16-bit grey frame per light, and `lights.lp`; the names of the frames."""
    height, names = groove_um(rows, cols), []
    for number, light in enumerate(LIGHTS):
        names.append(str(folder / f"frame{number}.png"))
        cv2.imwrite(names[-1], shaded(height, light))
    listed = "\n".join(f"light{number} {x} {y} {z}" for number, (x, y, z) in enumerate(LIGHTS))
    (folder / "lights.lp").write_text(f"{len(LIGHTS)}\n{listed}\n")
    return names


def write_grey(path: Path, rows: int, cols: int, value: int = 120) -> str:
    cv2.imwrite(str(path), np.full((rows, cols), value, dtype=np.uint8))
    return str(path)
