"""Frames of one pose to a surface."""

from dataclasses import replace

import cv2
import numpy as np

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, FloatMap, Pixels
from imaging.model.inputs import MeasureInputs
from imaging.model.surface import Surface
from imaging.surface.bands import for_each_band
from imaging.surface.checks import stack_warnings
from imaging.surface.filters import remove_form
from imaging.surface.integration import integrate_normals
from imaging.surface.light.cells import Cells, cells_of
from imaging.surface.light.irradiance import Irradiance
from imaging.surface.light.isolated import isolated_pixels, with_isolated
from imaging.surface.light.linearise import saturated_samples, to_srgb8
from imaging.surface.light.stack import LinearStack, linear_stack, mean_of_channels
from imaging.surface.photometric import NOISE_EVERY, NormalEstimate, estimate_normals
from imaging.surface.scattering.translucency import Blur
from imaging.surface.shading import estimate_relief
from imaging.surface.stray import StrayLight, find_stray
from imaging.surface.uncertainty import (
    ModelDoubt,
    calibration_share,
    fine_gain,
    height_uncertainty,
    misfit_of,
    model_doubt,
    relative_uncertainty,
    with_isolated_doubt,
)

_LEAST_LIGHT = 0.003
_BRIGHTEST = 0.65
"""Linear level of the photograph's brightest percent."""
_THIN = (slice(None, None, 5), slice(None, None, 5))
"""Enough of the pixels to read a level from."""
_RELATIVE = "One light: the relief is relative shading, not depth."
_MELTED = (
    "Furrows show as single dark lines here: a grey line drawn on flat skin would look the same; only coloured or very "
    "dark ones are suspected to be pigment."
)


def reconstruct(inputs: MeasureInputs) -> Surface:
    """All maps of one capture; photometric stereo with three lights or more, a relative relief with one.

    Raises
    ------
    MeasurementError
        When nothing could be measured or a flat field is black.
    """
    return _single_light(inputs) if inputs.lights is None else _photometric(inputs)


def _photometric(inputs: MeasureInputs) -> Surface:
    assert inputs.lights is not None
    taken = linear_stack(inputs)
    light = Irradiance(inputs.lights, inputs.spacing, taken.shape, bool(inputs.flat_fields))
    cells = cells_of(taken, light)
    _refuse_unlit(cells)
    stray = find_stray(cells, known=inputs.skin_light)
    stack = replace(taken, stray=stray.maps)
    estimate, isolated = _estimate(stack, light, stray.relief.relief_mm)
    if stray.blur is not None:
        estimate = _sharpened(stack, estimate, stray.blur)
    valid = _asked(inputs, estimate.valid)
    full = integrate_normals(estimate.normals, valid, inputs.spacing)
    height = remove_form(full, valid)
    doubt = _model_doubt(cells, stray, stack)
    u = height_uncertainty(estimate, height, valid, inputs, doubt)
    return Surface(
        height=height,
        height_full=full,
        uncertainty=with_isolated_doubt(u, isolated, inputs.spacing),
        normals=_blanked(estimate.normals, valid),
        photograph=_photograph(estimate.even_light, valid),
        albedo=_into_albedo(estimate, valid),
        valid=valid,
        spacing=inputs.spacing,
        method="photometric",
        height_unit="um" if inputs.spacing else "px",
        residual=_mean_residual(estimate, valid, len(inputs.frames)),
        warnings=(*stack_warnings(cells, valid, estimate.saturated_fraction), *_stray_warnings(stray)),
        scattering_gain=None if stray.blur is None else stray.blur.typical_gain,
        depth_doubt=doubt.share,
        bend_doubt=doubt.bend,
        fine_gain=fine_gain(cells, stray.left(cells), stray.relief),
        skin_light=stray.skin_light,
    )


def _refuse_unlit(cells: Cells) -> None:
    """At least somewhere three lights must have left light that is not overexposed."""
    if not ((cells.known.sum(axis=0) >= 3) & (cells.grey.max(axis=0) > _LEAST_LIGHT)).any():
        raise MeasurementError(
            "Nothing can be measured: the pictures are overexposed or black nearly everywhere under most lights; set "
            "the exposure and take the stack again."
        )


def _estimate(stack: LinearStack, light: Irradiance, relief_mm: FloatMap) -> tuple[NormalEstimate, BoolMap]:
    """Normals, and the single pixels that the mask asks for and that only their neighbours know."""
    estimate = estimate_normals(stack, light, lambda rows: stack.widened(relief_mm, rows))
    mask = stack.inputs.mask
    isolated = np.zeros(stack.shape, dtype=np.bool_) if mask is None else isolated_pixels(estimate.valid, mask)
    return with_isolated(estimate, isolated), isolated


def _sharpened(stack: LinearStack, estimate: NormalEstimate, blur: Blur) -> NormalEstimate:
    """The estimate with the slopes that scattering under the skin took away, written in its place."""
    normals = _filled_in(estimate.normals, estimate.valid)

    def work(rows: slice) -> None:
        x, y, z = (np.asarray(one, dtype=np.float32) for one in cv2.split(normals[rows]))
        lost_x, lost_y = cv2.split(np.ascontiguousarray(stack.widened(blur.lost, rows)))
        upright = np.maximum(z, np.float32(0.1))
        for one in (x, y, z):
            one /= upright
        x += lost_x
        y += lost_y
        length = np.sqrt(x * x + y * y + z * z, out=upright)
        for one in (x, y, z):
            one /= length
        cv2.merge([x, y, z], dst=normals[rows])

    for_each_band(work, stack.shape)
    return replace(estimate, normals=normals)


def _filled_in(normals: FloatMap, valid: BoolMap) -> FloatMap:
    """Upright normals where nothing is known."""
    if valid.all():
        return normals
    return np.where(valid[..., None], normals, np.array([0, 0, 1], dtype=np.float32))


def _model_doubt(cells: Cells, stray: StrayLight, stack: LinearStack) -> ModelDoubt:
    """What is left open once stray light is off."""
    misfit = misfit_of(cells, stray.left(cells), stray.relief)
    wide = None if misfit is None else stack.widened(misfit.wall, slice(0, stack.shape[0]))
    share = float(np.hypot(stray.doubt_share, calibration_share(stack.inputs)))
    return model_doubt(misfit, wide, share, stack.inputs.spacing)


def _stray_warnings(stray: StrayLight) -> tuple[str, ...]:
    """What was done, or could not be done, about light that is not the skin's own shading."""
    if not stray.is_colour_enough:
        return (
            "These pictures have too little colour to tell gloss and bounced light from shading: a glossy surface may "
            "read up to a third too deep, deep furrows up to a fifth too shallow.",
        )
    if stray.blur is None:
        return ()
    left, doubt = 1 / stray.blur.typical_gain, 2 * stray.blur.doubt_share
    whence = ", as at the site's baseline" if stray.blur.skin.is_carried else ""
    return (
        f"Light scatters under this skin (about {stray.blur.skin.per_mm:.1f} times per mm) and leaves "
        f"{100 * left:.0f} % of the slopes of a furrow 0.8 mm wide{whence}; depths were raised for it, "
        f"± {100 * doubt:.0f} % (95 %): optical depth, not verified on living skin.",
    )


def _single_light(inputs: MeasureInputs) -> Surface:
    stack = linear_stack(inputs)
    picture = stack.band(slice(None)).colour[0]
    grey = mean_of_channels(picture)
    clipped = saturated_samples(inputs.frames[0])
    valid = _asked(inputs, ~clipped & np.isfinite(grey))
    relief = estimate_relief(picture, valid, inputs.spacing)
    height = _blanked(relief.height, valid)
    colour = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2).astype(np.float32)
    return Surface(
        height=height,
        height_full=height,
        uncertainty=relative_uncertainty(height, valid),
        normals=_blanked(relief.normals, valid),
        albedo=_scaled(colour, _brightest_level(colour[_THIN], valid[_THIN]), valid),
        photograph=_photograph(colour, valid),
        valid=valid,
        spacing=inputs.spacing,
        method="single-light",
        height_unit="rel",
        warnings=(_RELATIVE, *(_MELTED,) * relief.has_melted, *_clipping_warning(clipped)),
        depth=inputs.depth,
        stains=relief.stains,
    )


def _asked(inputs: MeasureInputs, measurable: BoolMap) -> BoolMap:
    return measurable if inputs.mask is None else measurable & inputs.mask


def _blanked(maps: FloatMap, valid: BoolMap) -> FloatMap:
    """The map with NaN where not valid, written in place."""
    if not valid.all():
        unknown = ~valid if maps.ndim == 2 else ~valid[..., None]
        for_each_band(lambda rows: np.copyto(maps[rows], np.nan, where=unknown[rows]), _size(valid))
    return maps


def _into_albedo(estimate: NormalEstimate, valid: BoolMap) -> FloatMap:
    """Reflectance per channel: that of the solve, coloured as the evenly lit picture, in whose place it is written."""

    def ratio(part: tuple[slice, ...]) -> FloatMap:
        grey = mean_of_channels(np.ascontiguousarray(estimate.even_light[part]))
        return np.asarray(estimate.reflectance[part] / np.maximum(grey, np.float32(1e-6)), dtype=np.float32)

    level = _brightest_level(estimate.even_light[_THIN] * ratio(_THIN)[..., None], valid[_THIN])
    light = estimate.even_light

    def work(rows: slice) -> None:
        gain = ratio((rows,)) * np.float32(1 / level)
        light[rows] *= cv2.merge([gain, gain, gain])
        np.clip(light[rows], 0, 1, out=light[rows])

    for_each_band(work, _size(valid))
    return _blanked(light, valid)


def _brightest_level(thin: FloatMap, valid: BoolMap) -> float:
    return max(max(_bright_level(thin[..., channel], valid) for channel in range(3)), 1e-6)


def _scaled(colour: FloatMap, level: float, valid: BoolMap) -> FloatMap:
    """0..1 of the `level`; NaN where not valid."""
    scaled = np.empty(colour.shape, dtype=np.float32)

    def work(rows: slice) -> None:
        part = np.multiply(colour[rows], np.float32(1 / level), out=scaled[rows])
        np.clip(part, 0, 1, out=part)

    for_each_band(work, _size(valid))
    return _blanked(scaled, valid)


def _photograph(light: FloatMap, valid: BoolMap) -> Pixels:
    """8-bit sRGB with its brightest percent at one level, so that visits look alike side by side."""
    level = _bright_level(mean_of_channels(np.ascontiguousarray(light[_THIN])), valid[_THIN])
    return to_srgb8(light, _BRIGHTEST / max(level, 1e-4))


def _bright_level(thin: FloatMap, valid: BoolMap) -> float:
    """Of the valid among some of the pixels; of all of these where none is valid."""
    known = thin[valid]
    known = known[np.isfinite(known)]
    return float(np.percentile(known, 99.5)) if known.size else float(np.nanmax(thin))


def _size(valid: BoolMap) -> tuple[int, int]:
    return valid.shape[0], valid.shape[1]


def _mean_residual(estimate: NormalEstimate, valid: BoolMap, count: int) -> float | None:
    if count <= 3:
        return None
    known = valid[::NOISE_EVERY]
    return float(np.sqrt(np.mean(estimate.misfit[known], dtype=np.float64))) if known.any() else None


def _clipping_warning(clipped: BoolMap) -> tuple[str, ...]:
    share = cv2.countNonZero(clipped.astype(np.uint8)) / clipped.size
    return (f"{share:.1%} of the picture is overexposed and was not measured.",) if share > 0.005 else ()
