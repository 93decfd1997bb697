"""The same measurement put together from scikit-image, SciPy and surfalize, each in its best vectorised form.

The same job with the same light model: near lights, the skin's form known from a coarse first pass, form of second
order off, wrinkles, depressions, texture. Left out is what those packages have no part for: gloss, hair, uncertainty,
plausibility of the lights, sections across each furrow. So the comparison favours the peer. Where there is a slow and
a fast way, the fast one is taken: single precision, closed-form 3 x 3 solve, long Gaussians by cosine transform, ridges
on the reduced grid.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.fft
import scipy.ndimage as ndi
from skimage import filters, io, measure, morphology, segmentation, transform
from surfalize import Surface as Roughness

from imaging.model.inputs import MeasureInputs
from imaging.model.measurement import MeasureLimits
from tests.benchmarks.stopwatch import Stopwatch

Map = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
SIGMA_PER_CUTOFF = 0.1874
_COARSE = 4
_LONG_SIGMA_PX = 12.0
"""From here on the cosine transform is faster than a convolution."""
_PIXELS_PER_WIDTH = 8
_SIGMA_PER_WIDTH = 0.28
_WEAK_UM, _STRONG_UM = 3.0, 6.0
_FULL_UM, _OPACITY = 200.0, 0.7
_PARAMETERS = ("Sa", "Sq", "Sz", "Sp", "Sv", "Ssk", "Sku", "Sdq", "Sdr", "Sal", "Str")


@dataclass(frozen=True, eq=False)
class PeerMaps:
    """What the stages hand on."""

    height: Map
    valid: Mask
    photograph: Map


@dataclass(frozen=True, eq=False)
class PeerRidges:
    """Furrows on the reduced grid: how furrowed, and the mask that is thinned."""

    mask: Mask
    skeleton: Mask


def run_chain(watch: Stopwatch, inputs: MeasureInputs, limits: MeasureLimits, picture: Path) -> PeerMaps:
    """Frames to height, wrinkles, texture and an annotated picture."""
    maps = measure_relief(watch, inputs)
    assert inputs.spacing is not None
    mm = inputs.spacing.mean_mm
    with watch.stage("8 mm reference"):
        depth = gaussian(maps.height, maps.valid, limits.depression_reference_mm / mm) - maps.height
    with watch.stage("ridges"):
        small, strength = ridge_strength(maps.height, mm, limits)
    ridges = _thinned(watch, strength)
    with watch.stage("wrinkles"):
        lines = wrinkle_labels(ridges, small, depth)
    with watch.stage("depressions"):
        basins = ndi.label(depth > limits.depression_min_depth_um)[0]
        measure.regionprops_table(basins, depth, properties=("area", "intensity_mean", "intensity_max"))
    with watch.stage("S- and L-filter"):
        skin = maps.valid & (lines == 0)
        smooth = gaussian(maps.height, skin, max(0.025, 3 * mm) / mm)
        fine = smooth - gaussian(smooth, skin, limits.l_filter_mm / mm)
    with watch.stage("roughness"):
        roughness(np.where(skin, fine, np.float32(0)), 1000 * mm)
    with watch.stage("drawing"):
        drawn = draw(maps.photograph, depth, lines)
    with watch.stage("writing annotated.png"):
        io.imsave(picture, drawn, check_contrast=False)
    return maps


def measure_relief(watch: Stopwatch, inputs: MeasureInputs) -> PeerMaps:
    assert inputs.spacing is not None and inputs.lights is not None
    mm = inputs.spacing.mean_mm
    with watch.stage("linear light"):
        linear = linearise(np.stack(inputs.frames))
        grey = linear.mean(axis=3)
        lit = (np.stack(inputs.frames).max(axis=3) < 253) & (grey > 0.05 * grey.max(axis=0))
    with watch.stage("normals"):
        relief = _coarse_relief(inputs, grey)
        normals = solve_normals(grey, light_vectors(inputs, relief), lit.astype(np.float32))
    with watch.stage("integration"):
        full = integrate(normals, mm)
    with watch.stage("form"):
        height = level(full)
    return PeerMaps(height * np.float32(1000), lit.sum(axis=0) >= 3, linear.mean(axis=0))


def _coarse_relief(inputs: MeasureInputs, grey: Map) -> Map:
    """The skin's form in mm, above its place in the middle: how near the lamps are. A quarter of the size will do."""
    assert inputs.spacing is not None
    small = np.stack([transform.downscale_local_mean(frame, (_COARSE, _COARSE)) for frame in grey])
    where = replace(inputs.spacing, row_mm=_COARSE * inputs.spacing.row_mm, col_mm=_COARSE * inputs.spacing.col_mm)
    light = light_vectors(replace(inputs, spacing=where), np.zeros(small.shape[1:], dtype=np.float32))
    full = integrate(solve_normals(small, light, np.ones_like(small)), where.mean_mm)
    form = full - level(full)
    form -= form[form.shape[0] // 2, form.shape[1] // 2]
    wide = ndi.zoom(form, _COARSE, order=1, grid_mode=True, mode="nearest")
    return wide[: grey.shape[1], : grey.shape[2]]


def linearise(pixels: npt.NDArray[np.uint8]) -> Map:
    """sRGB by table."""
    steps = np.arange(256) / 255
    table = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return table[pixels]


def light_vectors(inputs: MeasureInputs, relief_mm: Map) -> Map:
    """(n, 3, rows, cols): towards each lamp, as long as its light is strong there."""
    assert inputs.spacing is not None and inputs.lights is not None
    rows, cols = relief_mm.shape
    x = ((np.arange(cols) - (cols - 1) / 2) * inputs.spacing.col_mm).astype(np.float32)
    y = (-(np.arange(rows) - (rows - 1) / 2) * inputs.spacing.row_mm).astype(np.float32)
    lamps = inputs.lights.vectors.astype(np.float32)
    vectors = np.empty((len(lamps), 3, rows, cols), dtype=np.float32)
    vectors[:, 0] = lamps[:, 0, None, None] - x
    vectors[:, 1] = lamps[:, 1, None, None] - y[:, None]
    vectors[:, 2] = lamps[:, 2, None, None] - relief_mm
    squared = np.einsum("nirc,nirc->nrc", vectors, vectors)
    strength = inputs.lights.intensities.astype(np.float32)[:, None, None] / (squared * np.sqrt(squared))
    vectors *= strength[:, None]
    return vectors


def solve_normals(grey: Map, light: Map, weights: Map) -> Map:
    """(3, rows, cols) unit normals by weighted least squares; the 3 x 3 systems by Cramer's rule, far faster than
    a call of LAPACK for each pixel."""
    weighted = light * weights[:, None]
    a, b, c, d, e, f = (
        np.einsum("nrc,nrc->rc", weighted[:, i], light[:, j])
        for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    )
    u, v, w = (np.einsum("nrc,nrc->rc", weighted[:, i], grey) for i in range(3))
    df, bf, be = d * f - e * e, c * e - b * f, b * e - c * d
    af, ae, ad = a * f - c * c, b * c - a * e, a * d - b * b
    scaled = np.stack([df * u + bf * v + be * w, bf * u + af * v + ae * w, be * u + ae * v + ad * w])
    scaled /= np.sqrt(np.einsum("irc,irc->rc", scaled, scaled)) + np.float32(1e-20)
    return scaled


def integrate(normals: Map, mm: float) -> Map:
    """Height in mm: Poisson equation by cosine transform (Simchony, Chellappa and Shao 1990)."""
    upright = np.maximum(normals[2], np.float32(0.05))
    down, across = normals[1] / upright * np.float32(mm), -normals[0] / upright * np.float32(mm)
    down, across = (down[1:] + down[:-1]) / 2, (across[:, 1:] + across[:, :-1]) / 2
    right = np.zeros(normals.shape[1:], dtype=np.float32)
    right[1:] += down
    right[:-1] -= down
    right[:, 1:] += across
    right[:, :-1] -= across
    rows, cols = (2 - 2 * np.cos(np.pi * np.arange(n, dtype=np.float32) / n) for n in right.shape)
    eigenvalues = rows[:, None] + cols
    eigenvalues[0, 0] = np.inf
    spectrum = scipy.fft.dctn(right, norm="ortho", workers=2, overwrite_x=True)
    spectrum /= eigenvalues
    return scipy.fft.idctn(spectrum, norm="ortho", workers=2, overwrite_x=True)


def level(height: Map) -> Map:
    """Height minus its least-squares polynomial of second order: normal equations by BLAS."""
    rows, cols = (np.linspace(-1, 1, n, dtype=np.float32) for n in height.shape)
    shape = height.shape
    terms = [rows[:, None] ** i * cols[None, :] ** j for i, j in ((0, 0), (0, 1), (1, 0), (0, 2), (1, 1), (2, 0))]
    columns = np.stack([np.broadcast_to(term, shape).ravel() for term in terms])
    factors = np.linalg.solve(columns @ columns.T, columns @ height.ravel())
    return height - (factors @ columns).reshape(shape)


def gaussian(height: Map, valid: Mask, cutoff_px: float) -> Map:
    """Gaussian of ISO 16610 on the valid pixels (normalised convolution)."""
    sigma = SIGMA_PER_CUTOFF * cutoff_px
    if valid.all():
        return _blurred(height, sigma)
    weight = valid.astype(np.float32)
    return _blurred(np.where(valid, height, np.float32(0)), sigma) / np.maximum(_blurred(weight, sigma), 1e-6)


def _blurred(picture: Map, sigma: float) -> Map:
    if sigma < _LONG_SIGMA_PX:
        return ndi.gaussian_filter(picture, sigma)
    rows, cols = (np.exp(-0.5 * (np.pi * sigma * np.arange(n, dtype=np.float32) / n) ** 2) for n in picture.shape)
    spectrum = scipy.fft.dctn(picture, norm="ortho", workers=2)
    spectrum *= rows[:, None]
    spectrum *= cols
    return scipy.fft.idctn(spectrum, norm="ortho", workers=2, overwrite_x=True)


def ridge_strength(height: Map, mm: float, limits: MeasureLimits) -> tuple[Map, Map]:
    """The relief on the grid that the narrowest furrow needs, and `sato` on it at the scales of the furrows."""
    pitch = max(mm, limits.wrinkle.min_width_mm / _PIXELS_PER_WIDTH)
    shape = tuple(round(n * mm / pitch) for n in height.shape)
    small = height if shape == height.shape else transform.resize_local_mean(height, shape).astype(np.float32)
    return small, filters.sato(small, sigmas=ridge_sigmas_px(limits, pitch), black_ridges=True)


def ridge_sigmas_px(limits: MeasureLimits, pitch_mm: float) -> npt.NDArray[np.float64]:
    """From the narrowest to the widest furrow in steps of about 1.5."""
    low = _SIGMA_PER_WIDTH * limits.wrinkle.min_width_mm
    high = 0.6 * _SIGMA_PER_WIDTH * limits.wrinkle.max_width_mm
    return np.geomspace(low, high, 1 + int(np.ceil(np.log(high / low) / np.log(1.5)))) / pitch_mm


def _thinned(watch: Stopwatch, strength: Map) -> PeerRidges:
    with watch.stage("wrinkles"):
        mask = filters.apply_hysteresis_threshold(strength, _WEAK_UM, _STRONG_UM)
    with watch.stage("skeleton"):
        return PeerRidges(mask, morphology.skeletonize(mask))


def wrinkle_labels(ridges: PeerRidges, small: Map, depth: Map) -> npt.NDArray[np.int32]:
    """(rows, cols) labels at full size, with length, depth and area of each taken on the reduced grid."""
    labels, _ = ndi.label(ridges.mask, np.ones((3, 3)))
    reduced = transform.resize_local_mean(depth, small.shape)
    properties = ("area", "orientation", "intensity_mean", "intensity_max")
    measure.regionprops_table(labels, reduced, properties=properties)
    ndi.sum(ridges.skeleton, labels, np.arange(labels.max() + 1))
    rows, cols = (np.arange(n) * m // n for n, m in zip(depth.shape, labels.shape, strict=True))
    return labels[rows[:, None], cols].astype(np.int32)


def roughness(height: Map, step_um: float) -> dict[str, float]:
    """The parameters of ISO 25178-2 by surfalize, which has no gaps: they were filled with 0."""
    surface = Roughness(height, step_um, step_um)
    return {name: float(getattr(surface, name)()) for name in _PARAMETERS}


def draw(photograph: Map, depth: Map, labels: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    """Heat map over the photograph, outlines of the wrinkles on top."""
    ramp = np.linspace(0, 1, 256, dtype=np.float32)
    colours = np.stack([ramp, 0.3 + 0.6 * ramp, 0.5 - 0.3 * ramp], axis=1)
    heat = colours[np.clip(depth * np.float32(255 / _FULL_UM), 0, 255).astype(np.uint8)]
    picture = (1 - _OPACITY) * np.sqrt(photograph / photograph.max()) + _OPACITY * heat
    picture[segmentation.find_boundaries(labels, mode="inner")] = 1
    return (picture * 255).astype(np.uint8)
