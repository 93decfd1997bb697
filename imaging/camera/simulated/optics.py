"""A picture of skin under near LEDs: fall-off, cosine, gloss, translucency, lens and 8-bit sRGB."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.skin import Skin
from imaging.model.arrays import FloatMap, Points

QUADRANTS = np.array([[26.0, 26.0, 40.0], [-26.0, 26.0, 40.0], [-26.0, -26.0, 40.0], [26.0, -26.0, 40.0]])
"""Positions in mm: x right, y up, z towards the camera, origin at the centre of the picture."""
QUADRANT_NAMES = ("upper-right", "upper-left", "lower-left", "lower-right")
RING = np.array([[36.8 * np.cos(a), 36.8 * np.sin(a), 40.0] for a in np.arange(6) * np.pi / 3 + np.pi / 6])

SCATTER_MM = np.array([0.10, 0.43, 1.2])
"""Widths of the three Gaussians that together blur diffuse light."""
SCATTER_SHARE = np.array([[0.31, 0.23, 0.46], [0.43, 0.21, 0.36], [0.47, 0.25, 0.24]])
"""Share of each in R, G and B at full translucency; what is missing to 1 is not blurred. Fitted to path-traced
skin (reduced scattering 3.3 / 4.0 / 5.3 and absorption 0.03 / 0.16 / 0.20 per mm; Jacques 2013)."""


@dataclass(frozen=True)
class Optics:
    """What the device does to a picture."""

    translucency: float = 0.35
    """0: opaque; 1: light scatters as in path-traced skin without any polarising filter."""
    gloss: float = 1.0
    roughness: float = 0.42
    """GGX alpha is its square."""
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
    """What every light needs: heights in mm, unit normals, occlusion, and the fixed factors of each pixel."""

    skin: Skin
    height_mm: FloatMap
    normal_x: FloatMap
    normal_y: FloatMap
    normal_z: FloatMap
    transmitted: FloatMap


def shape_skin(skin: Skin, optics: Optics) -> ShapedSkin:
    """Normals and everything that does not depend on the light."""
    height = np.asarray(skin.height_um * np.float32(1e-3), dtype=np.float32)
    scale = np.float32(0.5 / skin.grid.spacing_mm)
    right = cv2.filter2D(height, -1, np.array([[-1, 0, 1]], dtype=np.float32)) * -scale
    up = cv2.filter2D(height, -1, np.array([[-1], [0], [1]], dtype=np.float32)) * scale
    z = 1.0 / np.sqrt(right * right + up * up + 1.0)
    hollow = np.clip((skin.grid.blurred(height, 0.5) - height) * np.float32(1.2), 0.0, 0.32)
    hollow += np.clip((skin.grid.blurred(height, 0.09) - height) * np.float32(6.5), -0.14, 0.17)
    transmitted = _vignette(skin.grid, optics) * (1.0 - hollow)
    return ShapedSkin(skin, height, *(np.asarray(m, dtype=np.float32) for m in (right * z, up * z, z, transmitted)))


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
    centre_mm = float(np.linalg.norm(position_mm))
    white = strength * optics.exposure * centre_mm**3 / float(position_mm[2])
    incoming = cosine * (near * near) * (shaped.transmitted * np.float32(white))
    picture = _diffuse(shaped.skin, incoming, optics)
    shine = _gloss(shaped, (across * near, upward * near, outward * near), optics) * incoming
    picture += (shine * shaped.skin.oil)[..., None]
    return picture


def _diffuse(skin: Skin, incoming: FloatMap, optics: Optics) -> FloatMap:
    """Light that entered the skin: what is scattered comes out blurred, red the most."""
    lit = np.empty_like(skin.reflectance)
    blurred = [skin.grid.blurred(incoming, width) for width in SCATTER_MM] if optics.translucency > 0 else []
    for c in range(3):
        shares = SCATTER_SHARE[c] * optics.translucency
        channel = incoming * np.float32(1.0 - shares.sum())
        for share, wide in zip(shares, blurred, strict=False):
            channel += np.float32(share) * wide
        lit[..., c] = channel * skin.reflectance[..., c]
    return lit


def _gloss(shaped: ShapedSkin, to_light: tuple[FloatMap, FloatMap, FloatMap], optics: Optics) -> FloatMap:
    """White gloss of a rough coat, seen from above, relative to a matte white plane (GGX, Walter et al. 2007)."""
    x, y, z = to_light
    half = (shaped.normal_x * x + shaped.normal_y * y + shaped.normal_z * (z + 1.0)) / np.sqrt(2.0 + 2.0 * z)
    alpha2 = np.float32(optics.roughness**4)
    narrow = half * half * (alpha2 - 1.0) + 1.0
    reflected = 0.04 * optics.gloss / 4.0
    return np.asarray(np.float32(reflected) * alpha2 / (narrow * narrow), dtype=np.float32)


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
