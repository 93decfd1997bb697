"""A picture of skin under near LEDs: fall-off, cosine, gloss, translucency, lens and 8-bit sRGB."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.simulated.coat import let_in
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.medium import wandered
from imaging.camera.simulated.skin import Skin
from imaging.model.arrays import FloatMap, Points

MIRRORED = 0.028
"""Share of light that skin, of refractive index 1.4, mirrors at right angles."""
LEAST_UPRIGHT = np.float32(0.2)
QUADRANTS = np.array([[26.0, 26.0, 40.0], [-26.0, 26.0, 40.0], [-26.0, -26.0, 40.0], [26.0, -26.0, 40.0]])
"""Positions in mm: x right, y up, z towards the camera, origin at the centre of the picture."""
QUADRANT_NAMES = ("upper-right", "upper-left", "lower-left", "lower-right")
RING = np.array([[36.8 * np.cos(a), 36.8 * np.sin(a), 40.0] for a in np.arange(6) * np.pi / 3 + np.pi / 6])


@dataclass(frozen=True)
class Optics:
    """What the device does to a picture."""

    translucency: float = 1.0
    """How far light wanders under the surface: 1 as in skin, 0.5 in one twice as dense, 0 opaque. No polariser."""
    gloss: float = 1.0
    """Over a smooth coat of skin's index; what it mirrors does not go in."""
    roughness: float = 0.55
    """GGX alpha is its square: 0.3, as of faces (Weyrich et al. 2006)."""
    exposure: float = 0.62
    """Linear value of a white matte plane at the centre under one light."""
    overview_gain: float = 1.55
    """How much brighter the overview is than the mean of the single lights."""
    vignetting: float = 0.12
    """Loss at the corner of the frame."""
    lens_px: float = 0.6
    """Blur of lens and colour filter, in pixels of a picture 1280 wide."""
    depth_of_field_mm: float = 1.5
    """Height away from the sharp plane at which detail is half gone."""
    strengths: tuple[float, ...] = field(default=(1.0, 0.96, 1.03, 0.99))


@dataclass(frozen=True, eq=False)
class ShapedSkin:
    """What every light needs: heights in mm, unit normals, and the share of its light that each pixel keeps: of the
    lens, and of hollows. Hollows are dark like pigment: in a medium that scatters, light is lost where it leaves.
    `let_out` is what the coat lets out of what comes from below."""

    skin: Skin
    height_mm: FloatMap
    normal_x: FloatMap
    normal_y: FloatMap
    normal_z: FloatMap
    transmitted: FloatMap
    let_out: FloatMap


def shape_skin(skin: Skin, optics: Optics) -> ShapedSkin:
    """Normals and everything that does not depend on the light."""
    height = np.asarray(skin.height_um * np.float32(1e-3), dtype=np.float32)
    scale = np.float32(0.5 / skin.grid.spacing_mm)
    right = cv2.filter2D(height, -1, np.array([[-1, 0, 1]], dtype=np.float32)) * -scale
    up = cv2.filter2D(height, -1, np.array([[-1], [0], [1]], dtype=np.float32)) * scale
    z = 1.0 / np.sqrt(right * right + up * up + 1.0)
    transmitted = _vignette(skin.grid, optics)
    if optics.translucency * skin.translucency > 0:
        hollow = np.clip((skin.grid.blurred(height, 0.5) - height) * np.float32(1.2), 0.0, 0.32)
        hollow += np.clip((skin.grid.blurred(height, 0.09) - height) * np.float32(6.5), -0.14, 0.17)
        transmitted *= 1.0 - hollow
    let_out = let_in(np.asarray(z, dtype=np.float32), optics.roughness, optics.gloss)
    maps = (right * z, up * z, z, transmitted, let_out)
    return ShapedSkin(skin, height, *(np.asarray(one, dtype=np.float32) for one in maps))


def _vignette(grid: Grid, optics: Optics) -> FloatMap:
    half_diagonal = np.hypot(*grid.frame_shape) * grid.spacing_mm / 2
    square = (grid.x_mm**2 + grid.y_mm**2) / np.float32(half_diagonal**2)
    return np.asarray(1.0 - np.float32(optics.vignetting) * square, dtype=np.float32)


def light_skin(shaped: ShapedSkin, optics: Optics, position_mm: Points, strength: float) -> FloatMap:
    """Linear picture under one LED, (rows, cols, 3) RGB."""
    grid = shaped.skin.grid
    across, upward = np.float32(position_mm[0]) - grid.x_mm, np.float32(position_mm[1]) - grid.y_mm
    outward = np.float32(position_mm[2]) - shaped.height_mm
    near = 1.0 / np.sqrt(across * across + upward * upward + outward * outward)
    cosine = shaped.normal_x * across + shaped.normal_y * upward + shaped.normal_z * outward
    cosine = np.maximum(cosine * near, 0)
    entered = cosine * let_in(cosine, optics.roughness, optics.gloss)
    centre_mm = float(np.linalg.norm(position_mm))
    white = strength * optics.exposure * centre_mm**3 / float(position_mm[2])
    arriving = near * near * np.float32(white)
    picture = _left(shaped, entered * arriving, optics) * shaped.let_out[..., None] * shaped.skin.reflectance
    shine = _gloss(shaped, (across * near, upward * near, outward * near), optics) * arriving
    picture += (shine * shaped.skin.oil)[..., None]
    picture *= shaped.transmitted[..., None]
    return np.asarray(picture, dtype=np.float32)


def _left(shaped: ShapedSkin, entered: FloatMap, optics: Optics) -> FloatMap:
    """Diffuse light (rows, cols, 3). What wanders counts by the area it entered through, steep walls being larger than
    they look from above; what comes out where it went in is matte."""
    reach = optics.translucency * shaped.skin.translucency
    if reach <= 0:
        return entered[..., None]
    from_above = np.asarray(entered / np.maximum(shaped.normal_z, LEAST_UPRIGHT), dtype=np.float32)
    return wandered(from_above, shaped.skin.grid, reach)


def _gloss(shaped: ShapedSkin, to_light: tuple[FloatMap, FloatMap, FloatMap], optics: Optics) -> FloatMap:
    """White gloss of a rough coat, seen from above, relative to a matte white plane that faces the lamp.

    GGX with Smith's shadowing (Walter et al. 2007) and Schlick's Fresnel factor.
    """
    x, y, z = to_light
    length = np.sqrt(2.0 + 2.0 * z)
    towards = shaped.normal_x * x + shaped.normal_y * y + shaped.normal_z * z
    half = (towards + shaped.normal_z) / length
    alpha2 = np.float32(optics.roughness**4)
    narrow = half * half * (alpha2 - 1.0) + 1.0
    mirrored = MIRRORED + (1.0 - MIRRORED) * (1.0 - length / 2) ** 5
    seen = _unshaded(np.maximum(towards, 0.05), alpha2) * _unshaded(shaped.normal_z, alpha2) / shaped.normal_z
    shine = np.float32(optics.gloss / 4.0) * mirrored * alpha2 / (narrow * narrow) * seen
    return np.asarray(np.where(towards > 0, shine, 0), dtype=np.float32)


def _unshaded(cosine: FloatMap, alpha2: np.float32) -> FloatMap:
    """Share of facets that are not hidden behind others."""
    return np.asarray(2 / (1 + np.sqrt(1 - alpha2 + alpha2 / (cosine * cosine))), dtype=np.float32)


_CODES = 1 << 14


def _srgb_table() -> npt.NDArray[np.uint8]:
    linear = np.arange(_CODES) / (_CODES - 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(255 * encoded).astype(np.uint8)


def expose(linear: FloatMap, shaped: ShapedSkin, optics: Optics) -> npt.NDArray[np.uint8]:
    """8-bit sRGB through the lens, (rows, cols, 3): clipped at white, softer away from the sharp plane."""
    codes = np.clip(linear * np.float32(_CODES - 1) + np.float32(0.5), 0, _CODES - 1).astype(np.uint16)
    sharp = cv2.GaussianBlur(_srgb_table()[codes], (0, 0), max(optics.lens_px * linear.shape[1] / 1569, 0.25))
    soft = cv2.GaussianBlur(sharp, (0, 0), 1.9 * linear.shape[1] / 1569)
    away = np.abs(shaped.height_mm + np.float32(0.25)) / np.float32(2 * optics.depth_of_field_mm)
    away = np.asarray(np.minimum(away, 1.0), dtype=np.float32)
    return np.asarray(cv2.blendLinear(soft, sharp, away, 1.0 - away), dtype=np.uint8)
