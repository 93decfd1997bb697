"""Light that wanders under the skin blurs the shading; it is found from the channels and taken back on cells.

Gloss is not blurred and pulls the same way as shading, so both are solved together: the slopes are those whose blurred
shading plus whose gloss gives what was read. A surface that scatters nothing is left untouched.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
import scipy.fft

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.cells import CellRelief, Cells, relief_from
from imaging.surface.channels import channel_evidence
from imaging.surface.gloss import MIRRORED_AT_RIGHT_ANGLES, Rays, cosines, mirror, rays_of
from imaging.surface.normal_solve import scatter, solve
from imaging.surface.scattering import FREQUENCIES, Scattering, weigh_scattering
from imaging.surface.stack import coarse

_SURE = 8.0
"""Log likelihood over an opaque surface. Opaque rendered scenes reach at most 12, and then outside the next limits."""
_THINNEST, _DENSEST = 1.3, 10.0
"""Reduced scattering per mm of skin; beyond, bounces or pigment pass for it."""
_TURNS = 3
_ROUGHNESSES = (0.2, 0.27, 0.35, 0.45, 0.6)
_STRONGEST_GLOSS = 1.5
"""Over that of a smooth coat of skin's index."""
_FINEST_PER_MM = 4.0
_LEAST_SHARE = 0.02
_LOCAL = 4.0
"""Furrows fill a part of the picture: where they are, their strength over the mean of all waves."""
_SMOOTHING = 2.5
_NOISE_FROM, _NOISE_TO = 3.0, 6.5
_SEEN_FROM, _SEEN_TO = 0.25, 1.4
"""Per mm: relief that tells how strongly gloss pulls."""
_MANY_CELLS = 150_000
_PATCH = 160
_STEEPEST = 3.0
_TYPICAL_PER_MM = 0.6
_MODEL_DOUBT, _SPREAD_DOUBT = 0.07, 0.5
"""Of the height: always; and of the spread of hypotheses (errors left on path-traced furrows)."""


@dataclass(frozen=True)
class Blur:
    """How strongly shading is blurred, and what that took from the slopes.

    Parameters
    ----------
    per_mm : reduced scattering at 545 nm
    typical_gain : true slope over slope read, of relief that repeats every 1.7 mm, as a furrow of 0.8 mm
    doubt_share : standard uncertainty of a corrected height, as a share of it
    lost : (rows, cols, 2) of x / z and y / z of the normal, on cells; to be added
    """

    per_mm: float
    typical_gain: float
    doubt_share: float
    lost: FloatMap


@dataclass(frozen=True)
class Translucent:
    """Blur, and gloss to be taken off first: one map per light, shaped as its cells."""

    blur: Blur
    gloss: tuple[FloatMap, ...]
    gloss_share: float
    relief: CellRelief


def find_translucent(cells: Cells, relief: CellRelief) -> Translucent | None:
    """Blur and gloss of skin that scatters; None where it is opaque or cannot be told (grey, no scale)."""
    evidence = None if cells.spacing is None else channel_evidence(cells, relief.valid)
    if evidence is None:
        return None
    vectors = cells.light_vectors()
    slant = vectors[:, 2] / np.sqrt((vectors**2).sum(axis=1))
    skin = weigh_scattering(evidence, float(slant.mean()))
    if skin.advantage < _SURE or not _THINNEST < skin.per_mm < _DENSEST:
        return None
    return _solved(cells, relief, skin)


def _solved(cells: Cells, relief: CellRelief, skin: Scattering) -> Translucent:
    shrink = 2 if relief.valid.size > _MANY_CELLS else 1
    plane = _Plane.of(cells, relief, shrink)
    solver = _Solver(plane, skin, _Waves(plane.shape, shrink * cells.pitch.mean_mm))
    slopes, seen, gloss = solver.solve()
    lost = _widened(np.moveaxis(slopes - seen, 0, -1), shrink, relief.valid.shape)
    maps = tuple(_widened(one, shrink, relief.valid.shape) for one in gloss)
    share = float(sum(one.sum() for one in gloss) / max(float(plane.grey.sum()), 1e-6))
    blur = Blur(skin.per_mm, _at(skin.read, _TYPICAL_PER_MM) ** -1, _doubt(skin), lost)
    steep = _widened(np.moveaxis(slopes, 0, -1), shrink, relief.valid.shape)
    directions = np.concatenate([steep, np.ones((*steep.shape[:2], 1), dtype=np.float32)], axis=-1)
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    coloured = tuple(np.repeat(one[..., None], 3, axis=-1) for one in maps)
    return Translucent(blur, coloured, share, relief_from(cells, directions, relief.valid))


def _doubt(skin: Scattering) -> float:
    return float(np.hypot(_MODEL_DOUBT, _SPREAD_DOUBT * _at(skin.spread, _TYPICAL_PER_MM)))


def _at(shares: npt.NDArray[np.float64], per_mm: float) -> float:
    return float(np.interp(per_mm, FREQUENCIES, shares))


@dataclass(frozen=True)
class _Plane:
    """Grey frames under their lights: (n, rows, cols), light vectors, weights of the samples."""

    grey: FloatMap
    vectors: FloatMap
    weights: FloatMap
    rays: Rays

    @classmethod
    def of(cls, cells: Cells, relief: CellRelief, shrink: int) -> "_Plane":
        known = cells.known.astype(np.float32) * relief.valid
        grey, height = cells.grey, relief.relief_mm
        if shrink > 1:
            grey, known = (np.stack([coarse(one, shrink) for one in maps]) for maps in (grey, known))
            height = coarse(height, shrink)
        pitch = Spacing(shrink * cells.pitch.row_mm, shrink * cells.pitch.col_mm)
        light = replace(cells.vectors, spacing=pitch, shape=height.shape)
        vectors = light.vectors(slice(0, height.shape[0]), height)
        return cls(grey, vectors, np.maximum(known, np.float32(1e-4)), rays_of(vectors))

    @property
    def shape(self) -> tuple[int, int]:
        return self.grey.shape[1], self.grey.shape[2]

    def part(self, rows: slice, cols: slice) -> "_Plane":
        vectors = self.vectors if self.vectors.shape[2:] == (1, 1) else self.vectors[:, :, rows, cols]
        return _Plane(self.grey[:, rows, cols], vectors, self.weights[:, rows, cols], rays_of(vectors))

    def read(self, light: FloatMap) -> tuple[FloatMap, float]:
        """Slopes (2, rows, cols) of frames, and their mean brightness."""
        scaled = solve(scatter(light, self.vectors, self.weights))
        upright = np.maximum(scaled[2], np.float32(1e-4))
        known = self.weights.min(axis=0) > 0.5
        slopes = np.clip(scaled[:2] / upright, -_STEEPEST, _STEEPEST) * known
        return np.asarray(slopes, dtype=np.float32), float(np.median(scaled[2]))

    def mirrored(self, slopes: FloatMap, roughness: float) -> FloatMap:
        """Gloss of a smooth coat of skin's index with these slopes, over a white matte plane's signal."""
        upright = 1 / np.sqrt(1 + slopes[0] ** 2 + slopes[1] ** 2)
        normals = np.stack([slopes[0] * upright, slopes[1] * upright, upright])
        towards = cosines(normals, self.rays.light)
        lobe = mirror(normals, self.rays, towards, roughness)
        return np.float32(np.pi * MIRRORED_AT_RIGHT_ANGLES) * lobe.light * (towards > 0)


class _Waves:
    """Filters by spatial frequency on a grid of cells, mirrored at its borders."""

    def __init__(self, shape: tuple[int, int], pitch_mm: float) -> None:
        self.pitch_mm = pitch_mm
        down, across = (np.arange(n) / (2 * n * pitch_mm) for n in shape)
        self.per_mm = np.hypot(down[:, None], across[None, :]).astype(np.float32)

    def share(self, shares: npt.NDArray[np.float64]) -> FloatMap:
        return np.interp(self.per_mm, FREQUENCIES, shares).astype(np.float32)

    def filtered(self, slopes: FloatMap, gain: FloatMap) -> FloatMap:
        """(2, rows, cols) times a gain at each frequency; the means are left as they are."""
        level = slopes.mean(axis=(1, 2), keepdims=True)
        waves = scipy.fft.dctn(slopes - level, axes=(1, 2), norm="ortho", workers=2)
        return np.asarray(scipy.fft.idctn(waves * gain, axes=(1, 2), norm="ortho", workers=2) + level)


class _Solver:
    """Slopes whose blurred shading plus gloss gives what was read."""

    def __init__(self, plane: _Plane, skin: Scattering, waves: _Waves) -> None:
        self.plane, self.skin, self.waves = plane, skin, waves
        self.read, self.brightness = plane.read(plane.grey)
        self.blurring = waves.share(skin.diffuse)
        self.gain = self._gain()

    def _gain(self) -> FloatMap:
        """Wiener's inverse of what is read, with the noise taken from waves too fine to be relief."""
        per_mm, spectrum = self.waves.per_mm, np.zeros(self.plane.shape, dtype=np.float32)
        for slope in self.read:
            spectrum += scipy.fft.dctn(slope - slope.mean(), norm="ortho") ** 2
        falling = np.exp(-self.skin.noise_decay * per_mm**2)
        fine = (per_mm > min(_NOISE_FROM, 0.6 * per_mm.max())) & (per_mm < _NOISE_TO)
        noise = max(float((spectrum[fine] / falling[fine]).mean()), 1e-12) * falling
        strength = cv2.GaussianBlur(spectrum, (0, 0), _SMOOTHING, borderType=cv2.BORDER_REPLICATE)
        clear = np.maximum(strength / noise - 1, 0) * np.float32(_LOCAL)
        clear[:3, :3] = 1e6
        share = np.maximum(self.waves.share(self.skin.read), np.float32(_LEAST_SHARE))
        return np.asarray(clear / (1 + clear) / share * np.exp(-((per_mm / _FINEST_PER_MM) ** 4)), dtype=np.float32)

    def solve(self) -> tuple[FloatMap, FloatMap, FloatMap]:
        """(2, rows, cols) slopes; the same as read without gloss; gloss (n, rows, cols)."""
        slopes, gloss, seen = self.waves.filtered(self.read, self.gain), np.zeros_like(self.plane.grey), self.read
        if self.skin.pull <= 0:
            return slopes, seen, gloss
        for _ in range(_TURNS):
            roughness, strength = self._lobe(slopes)
            gloss = strength * self.plane.mirrored(slopes, roughness)
            share = float(gloss.sum() / max(float(self.plane.grey.sum()), 1e-6))
            seen, _ = self.plane.read(np.maximum(self.plane.grey - gloss, np.float32(1e-4)))
            missing = seen - self.waves.filtered(slopes, self.blurring)
            missing -= missing.mean(axis=(1, 2), keepdims=True)
            slopes = slopes + (1 - share) * self.waves.filtered(missing, self.gain)
            slopes = np.clip(slopes, -_STEEPEST, _STEEPEST).astype(np.float32)
        return slopes, seen, gloss

    def _lobe(self, slopes: FloatMap) -> tuple[float, np.float32]:
        """Roughness and strength with which gloss pulls as hard as the channels say, on the middle of the picture."""
        rows, cols = (slice(max(0, (n - _PATCH) // 2), max(0, (n - _PATCH) // 2) + _PATCH) for n in slopes.shape[1:])
        plane, part = self.plane.part(rows, cols), slopes[:, rows, cols]
        waves = _Waves(plane.shape, self.waves.pitch_mm)
        band = ((waves.per_mm > _SEEN_FROM) & (waves.per_mm < _SEEN_TO)).astype(np.float32)
        relief = waves.filtered(part - part.mean(axis=(1, 2), keepdims=True), band)
        pulls = [_pull(plane, part, relief, (waves, band, roughness)) for roughness in _ROUGHNESSES]
        wanted = self.skin.pull / self.skin.white
        falling = np.minimum.accumulate(pulls)
        roughness = float(np.interp(-wanted, -falling, _ROUGHNESSES))
        found = max(float(np.interp(roughness, _ROUGHNESSES, pulls)), 1e-3)
        return roughness, np.float32(min(self.skin.pull / found, _STRONGEST_GLOSS * self.skin.white))


def _pull(plane: _Plane, slopes: FloatMap, relief: FloatMap, with_lobe: tuple[_Waves, FloatMap, float]) -> float:
    """Change of gloss, as a slope would be read from it, with the slopes; over a white matte plane."""
    waves, band, roughness = with_lobe
    scaled = solve(scatter(plane.mirrored(slopes, roughness), plane.vectors, plane.weights))[:2]
    seen = waves.filtered(scaled - scaled.mean(axis=(1, 2), keepdims=True), band)
    return float((seen * relief).sum() / max(float((relief**2).sum()), 1e-12))


def _widened(cells: FloatMap, shrink: int, shape: tuple[int, int]) -> FloatMap:
    """A map kept on cells `shrink` times larger, on cells."""
    if shrink == 1:
        return np.asarray(cells, dtype=np.float32)
    scale, shift = 1 / shrink, 0.5 / shrink - 0.5
    matrix = np.array([[scale, 0, shift], [0, scale, shift]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    wide = cv2.warpAffine(
        np.ascontiguousarray(cells, dtype=np.float32), matrix, shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(wide, dtype=np.float32)
