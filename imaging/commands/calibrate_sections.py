"""Each kind of `calibrate`: read the pictures, estimate, write the section."""

import argparse
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from imaging.calibration.ball_finding import ball_mask, seek_ball
from imaging.calibration.boards import FoundBoard, Grid, find_board
from imaging.calibration.colour import MEAN_LIMIT, CardReading, estimate_colour
from imaging.calibration.colour_card import read_card
from imaging.calibration.colours import Floats
from imaging.calibration.depth import DepthEstimate, DepthReading, estimate_depth_factor, read_target, refuse_repeated
from imaging.calibration.device_store import OpenDevice, PictureFile, ScaleTarget
from imaging.calibration.flat_field import check_flat_fields
from imaging.calibration.lights import (
    BallPictures,
    BallSetting,
    LightsEstimate,
    estimate_directions,
    estimate_positions,
)
from imaging.calibration.scale import PrintedSize, ScaleEstimate, estimate_scale
from imaging.camera.pictures import read_picture
from imaging.commands.arguments import spacing_of
from imaging.commands.measure_inputs import read_alike, read_mask
from imaging.errors import CalibrationError
from imaging.export.surface_files import read_measured
from imaging.files import write_whole
from imaging.model.arrays import BoolMap, Pixels
from imaging.model.calibration import ScaleCalibration

_HIGHEST_MM = 1000.0
_NUMBERED = re.compile(r"(?:Frame|White field) (\d+)")


@dataclass(frozen=True)
class Made:
    """What a command says: a sentence, and the same as values."""

    sentence: str
    values: dict[str, Any] = field(default_factory=dict)


def make_scale(arguments: argparse.Namespace, device: OpenDevice) -> Made:
    """Spacing and distortion."""
    found = read_scale(arguments)
    values = device.write_scale(found, ScaleTarget(_printed(arguments.printed_mm), _grid(arguments.chessboard)))
    row_um, col_um = 1000 * found.spacing.row_mm, 1000 * found.spacing.col_mm
    bent = f"; distortion moves the picture's corner by {found.edge_shift_px:.1f} px" if found.distortion else ""
    sentence = (
        f"The scale is {row_um:.3f} x {col_um:.3f} µm per pixel (row x column) ± {200 * found.u_share:.2f} % (95 %), "
        f"from {found.corner_count} corners with {found.residual_px:.2f} px residual{bent}."
    )
    more = {"u_spacing_um": [row_um * found.u_share, col_um * found.u_share], "keystone_pct": found.keystone_pct}
    return Made(sentence, {"scale": values | more | {"corners": found.corner_count, "board": found.board}})


def read_scale(arguments: argparse.Namespace, made_with: ScaleCalibration | None = None) -> ScaleEstimate:
    """The estimate from the pictures and options of a scale command; errors name the picture.

    Parameters
    ----------
    made_with : the scale to be checked: where the options say nothing, its print and its board were photographed again
    """
    chessboard = arguments.chessboard or (made_with.chessboard if made_with else None)
    printed = arguments.printed_mm or (made_with.printed_mm if made_with else None)
    boards = [_board_in(path, _grid(chessboard)) for path in arguments.frames]
    return estimate_scale(boards, _printed(printed))


def _board_in(path: Path, grid: Grid | None) -> FoundBoard:
    picture = read_picture(path)
    try:
        return find_board(picture, grid)
    except CalibrationError as error:
        raise CalibrationError(f"{path}: {error}") from error


def _grid(values: tuple[float, ...] | None) -> Grid | None:
    if values is None:
        return None
    if len(values) != 3 or min(values[:2]) < 3 or not 0 < values[2] < 1000 or any(v % 1 for v in values[:2]):
        raise CalibrationError("--chessboard needs ACROSS,DOWN,MM: inner corners (3 or more) and the square in mm.")
    return Grid(int(values[0]), int(values[1]), values[2])


def _printed(values: tuple[float, ...] | None) -> PrintedSize | None:
    if values is not None and len(values) > 2:
        raise CalibrationError(f"--printed-mm has {len(values)} numbers: give ACROSS or ACROSS,DOWN in mm.")
    return None if values is None else PrintedSize(values[0], values[-1])


def make_flat_field(arguments: argparse.Namespace, device: OpenDevice) -> Made:
    """White fields: checked, copied beside the device file under names of their content, and named in it."""
    pictures = read_alike(arguments.frames)
    lights = device.known.lights
    if lights is not None and len(lights.lights) != len(pictures):
        raise CalibrationError(
            f"The white fields do not match the lights ({len(pictures)} for {len(lights.lights)}): give one for each."
        )
    with _naming(arguments.frames):
        found = check_flat_fields(pictures, arguments.encoding)
    files = [PictureFile(path.read_bytes(), path.suffix.lower()) for path in arguments.frames]
    values = device.write_flat_fields(found, files)
    sentence = (
        f"{len(files)} white field{'s' * (len(files) > 1)} kept beside the device file; the darkest region has "
        f"{found.evenness:.0%} of the light of the brightest, grain {found.residual:.1%}."
    )
    return Made(sentence, {"flat_field": values | {"evenness": found.evenness}})


def make_colour(arguments: argparse.Namespace, device: OpenDevice) -> Made:
    """Colour matrix."""
    found = estimate_colour(read_cards(arguments), read_patches(arguments.patches))
    values = device.write_colour(found)
    sentence = (
        f"Colours are {found.residual:.1f} CIEDE2000 off on average after correction, {found.worst:.1f} at worst "
        f"(limit of the mean {MEAN_LIMIT:g}); the light changed by {found.unevenness:.0%} over the card."
    )
    return Made(sentence, {"colour": values | {"unevenness": found.unevenness}})


def read_cards(arguments: argparse.Namespace) -> list[CardReading]:
    """The patches in each picture; errors name it."""
    readings = []
    for path in arguments.frames:
        picture = read_picture(path)
        try:
            readings.append(CardReading(*read_card(picture, arguments.encoding)))
        except CalibrationError as error:
            raise CalibrationError(f"{path}: {error}") from error
    return readings


def read_patches(path: Path | None) -> Floats | None:
    """24 lines of L, a, b; None without a file."""
    if path is None:
        return None
    try:
        values = np.loadtxt(path, delimiter=",", ndmin=2)
    except (OSError, ValueError) as error:
        raise CalibrationError(f"{path} cannot be read: give 24 lines L,a,b with numbers only.") from error
    if values.shape != (24, 3) or not np.isfinite(values).all() or not (np.abs(values) < 200).all():
        raise CalibrationError(f"{path} does not hold 24 lines L,a,b, dark skin first and black last.")
    return np.asarray(values, dtype=np.float64)


def make_lights(arguments: argparse.Namespace, device: OpenDevice) -> Made:
    """Directions with one mask, positions with several; a name that ends in .lp gets an RTI lights file."""
    found = read_ball(arguments, device)
    lights = found.lights
    sentence = (
        f"Found {len(lights)} {lights.model} lights, ± {2 * found.u_deg:.1f}° (95 %), misfit {found.residual:.3f}."
    )
    if device.path.suffix.lower() == ".lp":
        _write_lp(device.path, found, arguments.frames)
        return Made(sentence, {"lights": {"directions": lights.vectors.tolist(), "residual": found.residual}})
    whites = device.known.flat_field
    if whites is not None and len(whites.files) != len(lights):
        sentence += f" Take the white fields anew: those of the device file are {len(whites.files)}."
    return Made(sentence, {"lights": device.write_lights(found, arguments.ball)})


def read_ball(arguments: argparse.Namespace, device: OpenDevice) -> LightsEstimate:
    """Directions from one place of the ball, positions from several; without masks the ball is sought."""
    height_mm = arguments.ball_height_mm
    if height_mm is not None and not 0 < height_mm < _HIGHEST_MM:
        raise CalibrationError(f"The ball cannot be {height_mm:g} mm high: give mm above zero, or leave it out.")
    spacing = spacing_of(arguments.spacing_um) or device.known.spacing
    setting = BallSetting(arguments.ball, arguments.encoding, spacing, height_mm)
    pictures = _ball_pictures(arguments)
    if len(pictures) > 1:
        return estimate_positions(pictures, setting)
    with _naming(arguments.frames):
        return estimate_directions(pictures[0], setting)


@contextmanager
def _naming(frames: Sequence[Path]) -> Iterator[None]:
    """An error about "Frame 3" or "White field 3" says which file that is."""
    try:
        yield
    except CalibrationError as error:
        found = _NUMBERED.match(str(error))
        if found is None:
            raise
        name = frames[int(found[1]) - 1].name
        raise CalibrationError(f"{found[0]} ({name}){str(error)[found.end() :]}") from error


def _ball_pictures(arguments: argparse.Namespace) -> list[BallPictures]:
    """Place after place."""
    masks = arguments.mask or ()
    places = len(masks) or arguments.places
    if places < 1:
        raise CalibrationError(f"{places} places of the ball are too few: give 1 or more.")
    frames = read_alike(arguments.frames)
    if len(frames) % places:
        raise CalibrationError(
            f"{len(frames)} frames cannot be shared among {places} {'masks' if masks else 'places'}: give the same "
            "number of frames, one per light, for each place of the ball."
        )
    each, shape = len(frames) // places, frames[0].shape[:2]
    shared = [frames[each * number : each * (number + 1)] for number in range(places)]
    if masks:
        return [BallPictures(some, read_mask(mask, shape)) for some, mask in zip(shared, masks, strict=True)]
    return [BallPictures(some, _sought_mask(some, arguments)) for some in shared]


def _sought_mask(frames: tuple[Pixels, ...], arguments: argparse.Namespace) -> BoolMap:
    try:
        return ball_mask(seek_ball(frames, arguments.encoding), (frames[0].shape[0], frames[0].shape[1]))
    except CalibrationError as error:
        raise CalibrationError(f"{str(error).rstrip('.')}; or paint it white on black and give --mask.") from error


def _write_lp(path: Path, found: LightsEstimate, frames: list[Path]) -> None:
    if found.lights.model != "distant":
        raise CalibrationError(f"{path} cannot hold positions of near lights: give a name that ends in .json.")
    rows = [
        f"{frame.name} {x:.6f} {y:.6f} {z:.6f}" for frame, (x, y, z) in zip(frames, found.lights.vectors, strict=True)
    ]
    text = "\n".join([str(len(rows)), *rows]) + "\n"
    write_whole(path, text.encode())


def read_depth(arguments: argparse.Namespace) -> tuple[DepthEstimate, list[DepthReading]]:
    """The factor and what each target said; errors name the folder."""
    captures = [read_measured(folder) for folder, _ in arguments.targets]
    refuse_repeated(captures)
    methods = {capture.surface.method for capture in captures}
    if len(methods) > 1:
        raise CalibrationError("Some targets were measured with one light, others with several: take one method.")
    readings: list[DepthReading] = [
        read_target(capture, depth, arguments.shape)
        for capture, (_, depth) in zip(captures, arguments.targets, strict=True)
    ]
    return estimate_depth_factor(readings, methods.pop()), readings


def make_depth(arguments: argparse.Namespace, device: OpenDevice) -> Made:
    """µm per unit from measured targets, all by one method."""
    found, readings = read_depth(arguments)
    values = device.write_depth(found)
    unit = "relative unit" if found.method == "single-light" else "µm read"
    agree = f"{len(readings)} targets that agree within {found.residual:.1%}"
    alone = "one target only: a second one of another depth makes it surer"
    sentence = (
        f"{found.um_per_unit:.4g} ± {2 * found.u_um_per_unit:.2g} µm (95 %) per {unit}, from "
        f"{agree if len(readings) > 1 else alone}."
    )
    targets = [
        {"folder": folder.name, "depth_um": depth, "measured": reading.measured, "deviation": share}
        for (folder, depth), reading, share in zip(arguments.targets, readings, found.shares, strict=True)
    ]
    return Made(sentence, {"depth": values | {"targets": targets}})


MAKE: Mapping[str, Callable[[argparse.Namespace, OpenDevice], Made]] = {
    "scale": make_scale,
    "flat-field": make_flat_field,
    "colour": make_colour,
    "lights": make_lights,
    "depth": make_depth,
}
