"""Maps as float TIFF files: one number per pixel, NaN where nothing was measured, the unit in the description."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tifffile

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing

UNIT_WORDS = {"um": "µm", "px": "px (uncalibrated)", "rel": "relative shading, not depth"}
"""`height_unit` -> as written in a description."""
_MM_PER_CM = 10.0


def write_map(path: Path, values: FloatMap, what: str, spacing: Spacing | None = None) -> None:
    """Write one map as OME-TIFF.

    Parameters
    ----------
    values : (rows, cols), any float
    what : description with the unit
    spacing : written as resolution and OME physical size; None when uncalibrated: then neither is
    """
    metadata: dict[str, Any] = {"axes": "YX", "Description": what, "Name": path.stem}
    if spacing is not None:
        metadata |= {
            "PhysicalSizeX": spacing.col_mm * 1000,
            "PhysicalSizeXUnit": "µm",
            "PhysicalSizeY": spacing.row_mm * 1000,
            "PhysicalSizeYUnit": "µm",
        }
    data = np.ascontiguousarray(values, dtype=np.float32)
    tifffile.imwrite(path, data, ome=True, metadata=metadata, photometric="minisblack", **_resolution(spacing))


def write_vectors(path: Path, values: FloatMap, what: str, spacing: Spacing | None = None) -> None:
    """Write a map of several numbers per pixel, (rows, cols, n), as one page with n interleaved samples."""
    tifffile.imwrite(
        path,
        np.ascontiguousarray(values, dtype=np.float32),
        photometric="rgb" if values.shape[2] == 3 else "minisblack",
        planarconfig="contig",
        description=what.encode(),
        metadata=None,
        **_resolution(spacing),
    )


def _resolution(spacing: Spacing | None) -> dict[str, Any]:
    if spacing is None:
        return {}
    return {
        "resolution": (_MM_PER_CM / spacing.col_mm, _MM_PER_CM / spacing.row_mm),
        "resolutionunit": "CENTIMETER",
    }


def read_map(path: Path) -> npt.NDArray[np.float32]:
    """The numbers of a map, (rows, cols) or (rows, cols, n).

    Raises
    ------
    OSError, ValueError
        the file is missing or is no TIFF
    """
    return np.asarray(tifffile.imread(path), dtype=np.float32)
