"""`measurement.json`: every number of a capture under its published key, null where it is not measurable."""

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from imaging.model.arrays import LabelMap
from imaging.model.calibration import DepthCalibration, Validity
from imaging.model.geometry import Roi, Spacing
from imaging.model.measurement import (
    DEPRESSION_KEYS,
    TEXTURE_KEYS,
    WRINKLE_KEYS,
    MeasuredCapture,
    MeasureLimits,
    Measurement,
    Values,
    Wrinkle,
    WrinkleLimits,
)
from imaging.model.skin_light import SkinBlur, SkinGloss, SkinLight
from imaging.model.surface import Surface
from imaging.version import __version__

FORMAT = "rhytid measurement 1"
_LENGTH_ENDINGS = ("_mm", "_um", "_mm2", "_mm3")


@dataclass(frozen=True)
class InputFile:
    """A file a measurement was made from: by name and content, never by its folder."""

    role: str
    """For example "frame", "lights", "mask"."""
    name: str
    sha256: str


@dataclass(frozen=True)
class MeasureRecord:
    """What stands beside the numbers of a measurement.

    Parameters
    ----------
    inputs : the files it was made from
    settings : what was asked for, for example {"encoding": "linear"}
    made_at : when it was measured, with a time zone
    calibration_state : of the device file on the day of the picture: "calibrated", "expired", "failed", or empty
    """

    inputs: tuple[InputFile, ...] = ()
    settings: Mapping[str, str | None] = field(default_factory=dict)
    made_at: datetime | None = None
    calibration_state: str = ""


def measurement_to_json(measured: MeasuredCapture, record: MeasureRecord) -> dict[str, Any]:
    """The content of `measurement.json`, ready for `json.dumps`."""
    surface, measurement = measured.surface, measured.measurement
    spacing = surface.spacing
    texture_filters = {"l_filter_mm": measurement.limits.l_filter_mm, "s_filter_um": measurement.s_filter_um}
    content = {
        "format": FORMAT,
        "software": "Rhytid",
        "software_version": __version__,
        "measured_at": record.made_at.isoformat(timespec="seconds") if record.made_at else None,
        "method": surface.method,
        "is_calibrated": surface.is_calibrated,
        "calibration_state": record.calibration_state or ("calibrated" if spacing else "uncalibrated"),
        "height_unit": surface.height_unit,
        "depth_unit": measurement.depth_unit,
        "spacing_um": [spacing.row_mm * 1000, spacing.col_mm * 1000] if spacing else None,
        "rows": surface.shape[0],
        "cols": surface.shape[1],
        "roi": dataclasses.astuple(measurement.roi),
        "light_set": measured.light_set,
        "form_removal": "2nd-order polynomial",
        **texture_filters,
        "limits": dataclasses.asdict(measurement.limits),
        "residual": surface.residual,
        "depth_doubt": surface.depth_doubt,
        "bend_doubt": surface.bend_doubt,
        "fine_gain": surface.fine_gain,
        "scattering_gain": surface.scattering_gain,
        "scattering": _kind_of(SkinBlur, surface),
        "gloss": _kind_of(SkinGloss, surface),
        "depth_calibration": dataclasses.asdict(surface.depth) if surface.depth else None,
        "settings": dict(record.settings),
        "inputs": [dataclasses.asdict(source) for source in record.inputs],
        "warnings": list(dict.fromkeys((*surface.warnings, *measurement.warnings))),
        "uncertainty_um": {"depth": measurement.uncertainty_um, "contains": list(measurement.uncertainty_contains)},
        "wrinkles": wrinkles_to_json(measurement),
        "depressions": _group(measured, DEPRESSION_KEYS, measurement.depressions),
        "texture": _group(measured, TEXTURE_KEYS, measurement.texture, texture_filters),
    }
    return dict(plain(content if spacing else without_lengths(content)))


def _kind_of(kind: type[SkinBlur | SkinGloss], surface: Surface) -> dict[str, Any] | None:
    return dataclasses.asdict(surface.skin_light) if isinstance(surface.skin_light, kind) else None


def skin_light_from_json(content: Mapping[str, Any]) -> SkinLight | None:
    """Of opaque or of scattering skin; None for a single light."""
    blur, gloss = content.get("scattering"), content.get("gloss")
    if blur is not None:
        return SkinBlur(**(blur | {key: tuple(blur[key]) for key in ("read", "diffuse")}))
    return None if gloss is None else SkinGloss(**gloss)


def wrinkles_to_json(measurement: Measurement) -> dict[str, Any]:
    """Endpoints of the wrinkles and one item for each; depth keys end in `_um`, or in `_rel` when relative."""
    unit = measurement.depth_unit
    keys = [depth_key(key, unit) for key in WRINKLE_KEYS]
    items = [_item(wrinkle, unit) for wrinkle in measurement.items]
    return _with_uncertainties(keys, measurement.wrinkles) | {"items": items}


def depth_key(key: str, unit: str) -> str:
    """ "mean_depth_um" as it is called in this unit."""
    return f"{key.removesuffix('_um')}_{unit}" if key.endswith("depth_um") else key


def _item(wrinkle: Wrinkle, unit: str) -> dict[str, Any]:
    return {
        "label": wrinkle.label,
        "length_mm": wrinkle.length_mm,
        "u_length_mm": wrinkle.u_length_mm,
        f"mean_depth_{unit}": wrinkle.mean_depth,
        f"u_mean_depth_{unit}": wrinkle.u_mean_depth,
        f"max_depth_{unit}": wrinkle.max_depth,
        f"u_max_depth_{unit}": wrinkle.u_max_depth,
        "mean_width_um": wrinkle.mean_width_um,
        "u_mean_width_um": wrinkle.u_mean_width_um,
        "max_width_um": wrinkle.max_width_um,
        "u_max_width_um": wrinkle.u_max_width_um,
        "area_mm2": wrinkle.area_mm2,
        "u_area_mm2": wrinkle.u_area_mm2,
        "volume_mm3": wrinkle.volume_mm3,
        "u_volume_mm3": wrinkle.u_volume_mm3,
        "orientation_deg": wrinkle.orientation_deg,
        "is_pigment_suspect": wrinkle.is_pigment_suspect,
        "centre_line": np.round(wrinkle.centre_line, 3).tolist(),
    }


def _group(
    measured: MeasuredCapture, keys: Iterable[str], values: Values, beside: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Null for a single light, where depressions and texture do not exist, with a depth calibration or without."""
    if measured.surface.method == "single-light" or not values:
        return None
    return _with_uncertainties(keys, values) | dict(beside or {})


def _with_uncertainties(keys: Iterable[str], values: Values) -> dict[str, Any]:
    """Every published key with its sibling `u_<key>`, then whatever else was measured."""
    known = {name: values.get(name) for key in keys for name in (key, f"u_{key}")}
    return known | {key: value for key, value in values.items() if key not in known}


def without_lengths(value: Any) -> Any:
    """The same content with null for every length, area, volume and depth: there is no spacing to know them by."""
    if isinstance(value, dict):
        return {
            key: None if key.endswith(_LENGTH_ENDINGS) and not isinstance(inner, dict) else without_lengths(inner)
            for key, inner in value.items()
        }
    return [without_lengths(inner) for inner in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """Only what JSON knows: no NumPy numbers, null for NaN and infinity, dates as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain content; ValueError for a number that JSON does not know."""
    path.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def measurement_from_json(content: Mapping[str, Any], labels: LabelMap) -> Measurement:
    """The measurement again, from the content of `measurement.json` and its label picture.

    Raises
    ------
    KeyError, TypeError, ValueError
        a key is missing or holds something else
    """
    unit = str(content["depth_unit"])
    wrinkles = dict(content["wrinkles"])
    items = tuple(_wrinkle(item, unit) for item in wrinkles.pop("items"))
    uncertainty = content["uncertainty_um"]
    return Measurement(
        wrinkles=wrinkles,
        depressions=dict(content["depressions"] or dict.fromkeys(DEPRESSION_KEYS)),
        texture=_texture(content),
        items=items,
        labels=labels,
        roi=Roi(*content["roi"]),
        limits=_limits(content["limits"]),
        s_filter_um=content["s_filter_um"],
        depth_unit=unit,
        uncertainty_um=uncertainty["depth"],
        uncertainty_contains=tuple(uncertainty["contains"]),
        warnings=tuple(content["warnings"]),
    )


def _texture(content: Mapping[str, Any]) -> dict[str, float | int | None]:
    values = dict(content["texture"] or dict.fromkeys(TEXTURE_KEYS))
    return {key: value for key, value in values.items() if key not in ("l_filter_mm", "s_filter_um")}


_OF_ITEMS = ("u_length_mm", "u_mean_width_um", "u_max_width_um", "u_area_mm2", "u_volume_mm3")
"""Missing from files of earlier versions, as that of the largest depth."""


def _wrinkle(item: Mapping[str, Any], unit: str) -> Wrinkle:
    return Wrinkle(
        label=int(item["label"]),
        length_mm=item["length_mm"],
        mean_depth=item[f"mean_depth_{unit}"],
        max_depth=item[f"max_depth_{unit}"],
        mean_width_um=item["mean_width_um"],
        area_mm2=item["area_mm2"],
        volume_mm3=item["volume_mm3"],
        orientation_deg=item["orientation_deg"],
        is_pigment_suspect=bool(item["is_pigment_suspect"]),
        centre_line=np.asarray(item["centre_line"], dtype=np.float64).reshape(-1, 2),
        max_width_um=item["max_width_um"],
        u_mean_depth=item[f"u_mean_depth_{unit}"],
        u_max_depth=item.get(f"u_max_depth_{unit}"),
        **{key: item.get(key) for key in _OF_ITEMS},
    )


def _limits(content: Mapping[str, Any]) -> MeasureLimits:
    """Limits that were not written (there was no spacing to apply them) are the defaults."""
    given = {key: value for key, value in content.items() if value is not None and key != "wrinkle"}
    wrinkle = {key: value for key, value in content["wrinkle"].items() if value is not None}
    return MeasureLimits(wrinkle=WrinkleLimits(**wrinkle), **given)


def spacing_from_json(content: Mapping[str, Any]) -> Spacing | None:
    pair = content["spacing_um"]
    return Spacing(pair[0] / 1000, pair[1] / 1000) if pair else None


def depth_from_json(content: Mapping[str, Any] | None) -> DepthCalibration | None:
    if content is None:
        return None
    made = content["validity"]
    validity = Validity(
        date.fromisoformat(made["made_on"]),
        date.fromisoformat(made["valid_until"]) if made["valid_until"] else None,
        made["residual"],
        made["passed"],
    )
    method = content.get("method", "single-light")
    return DepthCalibration(content["um_per_rel"], content["u_um_per_rel"], validity, method)
