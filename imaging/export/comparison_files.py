"""The folder `compare` writes. Names, units and keys are public: other programs rely on them."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imaging.camera.pictures import write_png
from imaging.export.comparison_picture import ComparisonStyle, render_comparison
from imaging.export.maps import UNIT_WORDS, write_map, write_vectors
from imaging.export.measurement_json import InputFile, plain, write_json
from imaging.export.picture import write_picture
from imaging.files import staged_folder
from imaging.model.comparison import Change, EndpointChange, Registration, WrinkleChange
from imaging.model.measurement import MeasuredCapture
from imaging.version import __version__

FILES = (
    "displacement.tif", "registration.json", "change.tif", "significant.png", "comparison.png", "comparison.json",
)  # fmt: skip
_DISPLACEMENT = "For each pixel of the reference the absolute (row, col) in the moving image; NaN outside the overlap"


@dataclasses.dataclass(frozen=True)
class ComparedFolder:
    """What a comparison folder holds besides the change.

    Parameters
    ----------
    inputs : the `measurement.json` files compared, in their roles "reference" and "moving"
    style : colours, fonts and captions of `comparison.png`
    """

    inputs: tuple[InputFile, ...] = ()
    style: ComparisonStyle = dataclasses.field(default_factory=ComparisonStyle)


def write_comparison(
    folder: Path, change: Change, references: Sequence[MeasuredCapture], beside: ComparedFolder | None = None
) -> tuple[str, ...]:
    """Write everything `compare` promises; `folder` gets all of it or stays as it was.

    Written in every case, also when the registration was refused.

    Parameters
    ----------
    references : replicates of the reference visit; the change lies on the pixels of the first

    Returns
    -------
    names of the files written

    Raises
    ------
    ExportError
        the folder cannot be written, or the disk is full
    """
    beside = beside or ComparedFolder()
    surface = references[0].surface
    with staged_folder(folder, FILES) as stage:
        write_vectors(stage / "displacement.tif", change.registration.displacement, _DISPLACEMENT, surface.spacing)
        what = f"Change of height in {UNIT_WORDS[surface.height_unit]}, moving minus reference, negative = deeper"
        write_map(stage / "change.tif", change.change, what, surface.spacing)
        significant = np.where(change.significant, np.uint8(255), np.uint8(0))
        write_png(stage / "significant.png", significant)
        write_picture(stage / "comparison.png", render_comparison(change, references[0], beside.style), surface.spacing)
        write_json(stage / "registration.json", registration_to_json(change.registration))
        write_json(stage / "comparison.json", comparison_to_json(change, references[0], beside.inputs))
    return FILES


def registration_to_json(registration: Registration) -> dict[str, Any]:
    """The content of `registration.json`."""
    keys = ("model", "inliers", "residual_px", "overlap_fraction", "elastic_rms_px", "verdict", "reason")
    content = {"matrix": registration.matrix} | {key: getattr(registration, key) for key in keys}
    return dict(plain(content))


def comparison_to_json(change: Change, reference: MeasuredCapture, inputs: Sequence[InputFile] = ()) -> dict[str, Any]:
    """The content of `comparison.json`; endpoints by their name, null where not measurable."""
    surface = reference.surface
    content = {
        "format": "rhytid comparison 1",
        "software": "Rhytid",
        "software_version": __version__,
        "method": surface.method,
        "is_calibrated": surface.is_calibrated,
        "height_unit": surface.height_unit,
        "light_set": reference.light_set,
        "registration": {"verdict": change.registration.verdict, "reason": change.registration.reason},
        "marked_points": dataclasses.asdict(change.start) if change.start else None,
        "headline": change.headline,
        "endpoints": {endpoint.endpoint: _endpoint(endpoint) for endpoint in change.endpoints},
        "wrinkles": [_wrinkle(wrinkle, "rel" if surface.height_unit == "rel" else "um") for wrinkle in change.wrinkles],
        "roi": dataclasses.astuple(change.roi),
        "common_area_fraction": change.common_area_fraction,
        "n_reference": change.n_reference,
        "n_moving": change.n_moving,
        "inputs": [dataclasses.asdict(source) for source in inputs],
        "warnings": list(change.warnings),
    }
    return dict(plain(content))


def _endpoint(endpoint: EndpointChange) -> dict[str, Any]:
    return {key: value for key, value in dataclasses.asdict(endpoint).items() if key != "endpoint"}


def _wrinkle(wrinkle: WrinkleChange, unit: str) -> dict[str, Any]:
    then, now = wrinkle.reference_depth_um, wrinkle.moving_depth_um
    return {
        "label": wrinkle.label,
        f"reference_depth_{unit}": then,
        f"moving_depth_{unit}": now,
        f"change_{unit}": None if then is None or now is None else now - then,
        "reference_width_um": wrinkle.reference_width_um,
        "moving_width_um": wrinkle.moving_width_um,
        "reference_length_mm": wrinkle.reference_length_mm,
        "moving_length_mm": wrinkle.moving_length_mm,
        "centre_line": np.round(wrinkle.centre_line, 3).tolist(),
    }
