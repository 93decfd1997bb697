"""Small measured captures with known content, made by hand."""

import numpy as np

from imaging.model.geometry import Roi, Spacing
from imaging.model.measurement import (
    DEPRESSION_KEYS,
    TEXTURE_KEYS,
    WRINKLE_KEYS,
    MeasuredCapture,
    MeasureLimits,
    Measurement,
    Wrinkle,
)
from imaging.model.surface import Surface

SPACING = Spacing(0.03, 0.02)


def surface(
    spacing: Spacing | None = SPACING, method: str = "photometric", shape: tuple[int, int] = (48, 64)
) -> Surface:
    rows, cols = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    height = (-80 * np.exp(-(((rows - shape[0] / 2) / 4) ** 2)) + cols * 0.01).astype(np.float32)
    valid = np.ones(shape, dtype=np.bool_)
    valid[:, :3] = False
    height[~valid] = np.nan
    normals = np.zeros((*shape, 3), dtype=np.float32)
    normals[..., 2] = 1
    normals[~valid] = np.nan
    albedo = np.full((*shape, 3), 0.5, dtype=np.float32)
    albedo[~valid] = np.nan
    photograph = np.full((*shape, 3), (200, 150, 120), dtype=np.uint8)
    unit = {"photometric": "um" if spacing else "px", "single-light": "rel"}[method]
    doubt = np.where(valid, np.float32(4), np.float32(np.nan)).astype(np.float32)
    return Surface(
        height, height + 1, doubt, normals, albedo, photograph, valid, spacing, method, unit, 0.02, ("dim frame",)
    )


def wrinkle(label: int = 1, shape: tuple[int, int] = (48, 64)) -> Wrinkle:
    line = np.column_stack([np.full(shape[1] - 8, shape[0] / 2), np.arange(4, shape[1] - 4)]).astype(np.float64)
    return Wrinkle(label, 1.12, 80.0, 82.5, 310.0, 0.34, 0.012, 0.0, False, line, 350.0, 6.5)


def measurement(on: Surface, depth_unit: str = "um") -> Measurement:
    is_measured = on.spacing is not None
    numbers = dict.fromkeys(WRINKLE_KEYS, 1.5) | {f"u_{key}": 0.25 for key in WRINKLE_KEYS} | {"count": 1}
    if depth_unit == "rel":
        numbers = {key.replace("depth_um", "depth_rel"): value for key, value in numbers.items()}
        numbers["volume_mm3"] = numbers["u_volume_mm3"] = None
    none = dict.fromkeys(numbers)
    is_full = is_measured and depth_unit == "um"
    labels = np.zeros(on.shape, dtype=np.int32)
    middle = on.shape[0] // 2
    labels[middle - 2 : middle + 3, 4:-4] = 1 if is_measured else 0
    return Measurement(
        wrinkles=numbers if is_measured else none,
        depressions=dict.fromkeys(DEPRESSION_KEYS, 2.0 if is_full else None),
        texture={key: np.float32(3.5) if is_full else None for key in TEXTURE_KEYS},
        items=(wrinkle(1, on.shape),) if is_measured else (),
        labels=labels,
        roi=Roi(2, 3, on.shape[0] - 2, on.shape[1] - 3),
        limits=MeasureLimits(),
        s_filter_um=90.0 if is_measured else None,
        depth_unit=depth_unit,
        uncertainty_um=6.5 if is_full else None,
        uncertainty_contains=("noise", "scale"),
        warnings=("few pixels",),
    )


def measured(
    spacing: Spacing | None = SPACING, method: str = "photometric", shape: tuple[int, int] = (48, 64)
) -> MeasuredCapture:
    on = surface(spacing, method, shape)
    return MeasuredCapture(on, measurement(on, "rel" if method == "single-light" else "um"), "0123456789ab", "here")
