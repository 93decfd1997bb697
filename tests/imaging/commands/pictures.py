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


def skin_albedo(rows: int, cols: int, seed: int) -> npt.NDArray[np.float64]:
    """Pigment spots, so that a picture can be found again."""
    noise = np.random.default_rng(seed).standard_normal((rows, cols))
    spots = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.asarray(0.65 + 0.12 * spots / spots.std()).clip(0.2, 0.95)


def shaded(
    height_um: npt.NDArray[np.float64], light: npt.NDArray[np.float64], albedo: npt.NDArray[np.float64] | float = 0.7
) -> npt.NDArray[np.uint16]:
    """A matte surface under one light; y is up, rows run down."""
    d_row, d_col = np.gradient(height_um, SPACING_UM)
    normals = np.stack([-d_col, d_row, np.ones_like(d_col)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return np.round(np.clip(normals @ light, 0, 1) * albedo * 65535).astype(np.uint16)


def write_frames(folder: Path, rows: int = 120, cols: int = 160) -> list[str]:
    """One 16-bit grey frame per light, and `lights.lp`; the names of the frames."""
    return _write(folder, [shaded(groove_um(rows, cols), light) for light in LIGHTS])


def write_skin(folder: Path, offset: tuple[int, int] = (0, 0), seed: int = 1, depth: float = 1.0) -> list[str]:
    """Frames of spotted skin with a groove, 240 x 320, seen from `offset` (row, col) pixels away."""
    folder.mkdir()
    height, albedo = depth * groove_um(300, 380), skin_albedo(300, 380, seed)
    window = slice(20 + offset[0], 260 + offset[0]), slice(20 + offset[1], 340 + offset[1])
    return _write(folder, [shaded(height, light, albedo)[window] for light in LIGHTS])


def _write(folder: Path, frames: list[npt.NDArray[np.uint16]]) -> list[str]:
    names = [str(folder / f"frame{number}.png") for number in range(len(frames))]
    for name, frame in zip(names, frames, strict=True):
        cv2.imwrite(name, frame)
    listed = "\n".join(f"light{number} {x} {y} {z}" for number, (x, y, z) in enumerate(LIGHTS))
    (folder / "lights.lp").write_text(f"{len(LIGHTS)}\n{listed}\n")
    return names


def write_grey(path: Path, rows: int, cols: int, value: int = 120) -> str:
    cv2.imwrite(str(path), np.full((rows, cols), value, dtype=np.uint8))
    return str(path)
