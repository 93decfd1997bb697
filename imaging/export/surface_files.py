"""The folder `measure` writes, and reading it back. Names, units and keys are public: other programs rely on them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from imaging.camera.pictures import read_picture, write_png
from imaging.errors import ImagingError, MeasurementError
from imaging.export.captions import depth_words, trust_words
from imaging.export.maps import UNIT_WORDS, read_map, write_map, write_vectors
from imaging.export.measured_picture import PictureStyle, measured_content
from imaging.export.measurement_json import (
    FORMAT,
    MeasureRecord,
    depth_from_json,
    measurement_from_json,
    measurement_to_json,
    skin_light_from_json,
    spacing_from_json,
    write_json,
)
from imaging.export.metrology import write_gsf, write_x3p
from imaging.export.picture import render_picture, write_picture
from imaging.files import staged_folder
from imaging.model.arrays import BoolMap, FloatMap, LabelMap, Pixels
from imaging.model.geometry import Spacing
from imaging.model.measurement import MeasuredCapture
from imaging.model.skin_light import SkinLight
from imaging.model.surface import Surface

MEASUREMENT = "measurement.json"
MAPS = ("height.tif", "height_full.tif", "uncertainty.tif", "normals.tif")
PICTURES = ("albedo.png", "photograph.png", "mask.png", "wrinkles.png")
OTHERS = ("annotated.png", "surface.x3p", "surface.gsf")
FILES = (*MAPS, *PICTURES, *OTHERS, MEASUREMENT)
"""Every file `measure` may leave; the last one is moved into place last."""
_NEEDED = (*MAPS, *PICTURES, MEASUREMENT)
_NORMALS = "Unit surface normals: x right, y up, z to the camera"


@dataclass(frozen=True)
class MeasuredFolder:
    """What a measured folder holds besides the capture.

    Parameters
    ----------
    record : inputs and settings, for `measurement.json`
    caption : lines below `annotated.png`; empty: date, method and trust
    style : colours and fonts of `annotated.png`
    """

    record: MeasureRecord = field(default_factory=MeasureRecord)
    caption: tuple[str, ...] = ()
    style: PictureStyle = field(default_factory=PictureStyle)


def write_measured(folder: Path, measured: MeasuredCapture, beside: MeasuredFolder | None = None) -> tuple[str, ...]:
    """Write everything `measure` promises; `folder` gets all of it or stays as it was.

    Without spacing no X3P and no GSF is written, and earlier ones are removed.

    Returns
    -------
    names of the files written

    Raises
    ------
    ExportError
        the folder cannot be written, or the disk is full
    """
    beside = beside or MeasuredFolder()
    with staged_folder(folder, FILES) as stage:
        _write_maps(stage, measured.surface)
        _write_pictures(stage, measured)
        if measured.surface.spacing is not None and measured.surface.height_unit == "um":
            _write_metrology(stage, measured.surface, _made_at(beside))
        pixels = render_picture(measured_content(measured, beside.caption or _caption(measured, beside), beside.style))
        write_picture(stage / "annotated.png", pixels, measured.surface.spacing)
        write_json(stage / MEASUREMENT, measurement_to_json(measured, beside.record))
        return tuple(name for name in FILES if (stage / name).exists())


def _made_at(beside: MeasuredFolder) -> datetime:
    return beside.record.made_at or datetime.now(UTC)


def _caption(measured: MeasuredCapture, beside: MeasuredFolder) -> tuple[str, ...]:
    day = _made_at(beside).date()
    frames = sum(source.role == "frame" for source in beside.record.inputs)
    title = f"Measured {day.isoformat()}" + (f" · {frames} frame{'s' * (frames > 1)}" if frames else "")
    state = beside.record.calibration_state
    doubt = f"calibration {state}" if state in ("expired", "failed") else ""
    return tuple(line for line in (title, trust_words(measured, None, day), doubt, depth_words(measured)) if line)


def _write_maps(stage: Path, surface: Surface) -> None:
    unit = UNIT_WORDS[surface.height_unit]
    heights = (
        ("height.tif", surface.height, f"Height in {unit}, positive towards the camera, 2nd-order form removed"),
        ("height_full.tif", surface.height_full, f"Height in {unit}, positive towards the camera, form included"),
        ("uncertainty.tif", surface.uncertainty, f"Standard uncertainty of the height in {unit}"),
    )
    for name, values, what in heights:
        write_map(stage / name, values, what, surface.spacing)
    write_vectors(stage / "normals.tif", surface.normals, _NORMALS, surface.spacing)


def _write_pictures(stage: Path, measured: MeasuredCapture) -> None:
    surface = measured.surface
    known = np.fmin(np.fmax(surface.albedo, np.float32(0)), np.float32(1))  # NaN becomes 0
    albedo = known * np.float32(65535) + np.float32(0.5)
    pictures: dict[str, Pixels] = {
        "albedo.png": albedo.astype(np.uint16),
        "photograph.png": np.asarray(surface.photograph, dtype=np.uint8),
        "mask.png": surface.valid.astype(np.uint8) * np.uint8(255),
        "wrinkles.png": label_picture(measured.measurement.labels),
    }
    for name, pixels in pictures.items():
        write_png(stage / name, pixels)


def label_picture(labels: LabelMap) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    """Labels as a picture: 8-bit, or 16-bit when there are more than 255."""
    return labels.astype(np.uint8) if int(labels.max(initial=0)) <= 255 else labels.astype(np.uint16)


def _write_metrology(stage: Path, surface: Surface, made_at: datetime) -> None:
    if surface.spacing is None:
        return
    write_x3p(stage / "surface.x3p", surface.height, surface.spacing, made_at)
    write_gsf(stage / "surface.gsf", surface.height, surface.spacing, "Skin relief, form removed")


def read_measured(folder: Path) -> MeasuredCapture:
    """The capture in a folder that `measure` wrote.

    Albedo and photograph come back with the precision of their files; albedo is NaN where nothing was measured.

    Raises
    ------
    MeasurementError
        `measure` did not write this folder, or it is incomplete or damaged; names what is missing
    """
    _refuse_other_folders(folder)
    try:
        content = json.loads((folder / MEASUREMENT).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']}")
        labels = np.asarray(read_picture(folder / "wrinkles.png"), dtype=np.int32)
        surface = _read_surface(folder, content)
        measurement = measurement_from_json(content, labels)
        return MeasuredCapture(surface, measurement, str(content["light_set"]), folder.resolve().name)
    except (OSError, KeyError, TypeError, ValueError, IndexError, ImagingError) as error:
        raise MeasurementError(
            f"The measurement in {folder} is damaged ({_short(error)}): measure it again."
        ) from error


@dataclass(frozen=True)
class MeasuredLight:
    """How the light of a measurement was: gloss or blur of the skin (None for one light), the lamps, the scale."""

    skin: SkinLight | None
    light_set: str
    spacing: Spacing | None


def read_skin_light(folder: Path) -> SkinLight | None:
    """Gloss or blur of a measurement, without its maps; None for a single light.

    Raises
    ------
    MeasurementError
        there is no measurement, or it is damaged
    """
    return read_measured_light(folder).skin


def read_measured_light(folder: Path) -> MeasuredLight:
    """As `read_skin_light`, with what tells whether other frames may take it over."""
    _refuse_other_folders(folder)
    try:
        content = json.loads((folder / MEASUREMENT).read_text(encoding="utf-8"))
        return MeasuredLight(skin_light_from_json(content), str(content["light_set"]), spacing_from_json(content))
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise MeasurementError(
            f"The measurement in {folder} is damaged ({_short(error)}): measure it again."
        ) from error


def _short(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error).rstrip(".")


def _refuse_other_folders(folder: Path) -> None:
    if not folder.is_dir():
        raise MeasurementError(f"{folder} is not a folder: give a folder that measure wrote.")
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if len(missing) == len(_NEEDED) or MEASUREMENT in missing:
        raise MeasurementError(f"{folder} has no {MEASUREMENT}: give a folder that measure wrote.")
    if missing:
        raise MeasurementError(f"{folder} lacks {', '.join(missing)}: measure these frames again.")


def _read_surface(folder: Path, content: dict[str, Any]) -> Surface:
    valid: BoolMap = np.asarray(read_picture(folder / "mask.png"), dtype=np.uint8) > 0
    maps = {name.removesuffix(".tif"): read_map(folder / name) for name in MAPS}
    _refuse_unlike_sizes(valid, maps)
    return Surface(
        height=maps["height"],
        height_full=maps["height_full"],
        uncertainty=maps["uncertainty"],
        normals=maps["normals"],
        albedo=_read_albedo(folder / "albedo.png", valid),
        photograph=read_picture(folder / "photograph.png"),
        valid=valid,
        spacing=spacing_from_json(content),
        method=content["method"],
        height_unit=content["height_unit"],
        residual=content["residual"],
        depth_doubt=content.get("depth_doubt"),
        bend_doubt=content.get("bend_doubt"),
        fine_gain=content.get("fine_gain"),
        scattering_gain=content.get("scattering_gain"),
        skin_light=skin_light_from_json(content),
        warnings=tuple(content["warnings"]),
        depth=depth_from_json(content["depth_calibration"]),
    )


def _refuse_unlike_sizes(valid: BoolMap, maps: dict[str, FloatMap]) -> None:
    for name, values in maps.items():
        if values.shape[:2] != valid.shape:
            raise ValueError(f"{name}.tif has another size than mask.png")


def _read_albedo(path: Path, valid: BoolMap) -> FloatMap:
    albedo = np.asarray(read_picture(path), dtype=np.float32) / np.float32(65535)
    albedo[~valid] = np.nan
    return albedo
