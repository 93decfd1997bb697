"""Pairs of skin surfaces whose true displacement and true change are known: made from one world by plain warping."""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.geometry import Spacing
from imaging.model.surface import Surface

SHAPE = (360, 480)
SPACING_MM = 0.03
_MARGIN = 110
_LIGHTS = np.array([[0.5, 0.5, 0.7], [-0.5, 0.5, 0.7], [-0.5, -0.5, 0.7], [0.5, -0.5, 0.7]])

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Placement:
    """How the second picture is taken: turned, shifted, scaled, the skin stretched."""

    degrees: float = 0.0
    shift_px: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    stretch_px: float = 0.0
    """Largest elastic displacement."""


@dataclass(frozen=True)
class Noise:
    """What differs between two pictures of one skin."""

    slope: float = 0.01
    """Standard deviation of the noise of the slopes from which heights are integrated."""
    pigment: float = 0.0
    """Share of the pigment that is new."""
    exposure: float = 1.0


@dataclass(frozen=True)
class Furrows:
    """Depths of three furrows in µm; `deepened` and `shallower` are what changes between visits."""

    depths: tuple[float, float, float] = (150.0, 200.0, 120.0)


@dataclass(frozen=True, eq=False)
class World:
    """A piece of skin larger than a picture, seeded."""

    seed: int = 0
    base: Floats = field(init=False)
    pigment: Floats = field(init=False)
    other_pigment: Floats = field(init=False)
    stretch: Floats = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        shape = (SHAPE[0] + 2 * _MARGIN, SHAPE[1] + 2 * _MARGIN)
        grain = [_smooth_noise(rng, shape, sigma) for sigma in (2.5, 5, 2, 6, 2, 6, 70, 70)]
        object.__setattr__(self, "base", 9 * grain[0] + 12 * grain[1])
        object.__setattr__(self, "pigment", grain[2] + grain[3])
        object.__setattr__(self, "other_pigment", grain[4] + grain[5])
        object.__setattr__(self, "stretch", np.stack(grain[6:], axis=-1) / np.abs(np.stack(grain[6:])).max())

    def height(self, furrows: Furrows) -> Floats:
        """(rows, cols) µm of the whole world."""
        row, col = np.mgrid[0 : self.base.shape[0], 0 : self.base.shape[1]].astype(np.float32)
        height = self.base.copy()
        for number, depth in enumerate(furrows.depths):
            height -= np.float32(depth) * furrow_profile(number, row, col)
        return height


def furrow_profile(number: int, row: Floats, col: Floats) -> Floats:
    """0..1 across furrow `number` of the world, 1 at its floor; fading out at both ends."""
    middle = _MARGIN + SHAPE[1] * (0.25, 0.5, 0.75)[number] + 14 * np.sin(row / 70 + number)
    along = (row - _MARGIN - SHAPE[0] / 2) / (0.42 * SHAPE[0])
    fade = np.clip((1 - np.abs(along)) * 4, 0, 1)
    return np.asarray(np.exp(-(((col - middle) / 7) ** 2)) * fade, dtype=np.float32)


def furrow_on_reference(number: int) -> Floats:
    """`furrow_profile` on the pixels of a reference picture."""
    row, col = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]].astype(np.float32)
    return furrow_profile(number, row + _MARGIN, col + _MARGIN)


def first_surface(world: World, furrows: Furrows, noise: Noise = Noise(), seed: int = 1) -> Surface:
    """The first picture: the middle of the world."""
    return _photographed(world, furrows, noise, (_grid(), seed))


def moving_surface(
    world: World, furrows: Furrows, placement: Placement, noise: Noise = Noise(), seed: int = 2
) -> tuple[Surface, Floats]:
    """The second picture, and the true (row, col) in it of each reference pixel."""
    seen = _seen_at(world, _grid(), placement)
    surface = _photographed(world, furrows, noise, (seen, seed))
    # The camera stood nearer than its spacing says: every length it reads is too large by the scale.
    height = surface.height * np.float32(placement.scale)
    return replace(surface, height=height, height_full=height), _true_displacement(world, placement)


def _grid() -> Floats:
    """(rows, cols, 2) of (col, row)."""
    col, row = np.meshgrid(np.arange(SHAPE[1]), np.arange(SHAPE[0]))
    return np.stack([col, row], axis=-1).astype(np.float32)


def _seen_at(world: World, pixels: Floats, placement: Placement) -> Floats:
    """Where on the reference grid the pixels (col, row) of the moving picture look."""
    turn, middle = np.radians(placement.degrees), np.array([SHAPE[1] - 1, SHAPE[0] - 1]) / 2
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) / placement.scale
    rigid = (pixels - middle) @ matrix.T + middle + np.array(placement.shift_px)
    at = np.clip(pixels, -_MARGIN + 1, None).astype(np.float32) + _MARGIN
    soft = cv2.remap(world.stretch, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(rigid + placement.stretch_px * soft, dtype=np.float32)


def _true_displacement(world: World, placement: Placement) -> Floats:
    """Inverse of `_seen_at` by fixed-point steps: (row, col) in the moving picture of each reference pixel."""
    wanted = _grid()
    found = wanted.copy()
    for _ in range(40):
        found = found + (wanted - _seen_at(world, found, placement))
    assert np.abs(wanted - _seen_at(world, found, placement)).max() < 0.01
    return np.ascontiguousarray(found[..., ::-1])


def _photographed(world: World, furrows: Furrows, noise: Noise, view: tuple[Floats, int]) -> Surface:
    seen, seed = view
    rng = np.random.default_rng(seed)
    at = seen + np.float32(_MARGIN)
    pigment = (1 - noise.pigment) * world.pigment + noise.pigment * world.other_pigment
    height = _read(world.height(furrows), at)
    albedo = np.clip(0.5 * (1 + 0.05 * _read(pigment, at)), 0.05, 1)
    photograph = _photograph(height, albedo, noise.exposure, rng)
    measured = height + _integrated_noise(rng, noise.slope)
    measured = (measured - measured.mean()).astype(np.float32)
    shape = measured.shape
    return Surface(
        height=measured,
        height_full=measured,
        uncertainty=np.full(shape, 3.0, np.float32),
        normals=_normals(measured).astype(np.float32),
        albedo=np.repeat(albedo[..., None], 3, axis=2).astype(np.float32),
        photograph=photograph,
        valid=np.ones(shape, np.bool_),
        spacing=Spacing.square(SPACING_MM),
        method="photometric",
        height_unit="um",
    )


def _read(world: Floats, at: Floats) -> Floats:
    return np.asarray(cv2.remap(world, at[..., 0], at[..., 1], cv2.INTER_LANCZOS4), dtype=np.float32)


def _normals(height: Floats) -> Floats:
    down, across = np.gradient(height / np.float32(1000 * SPACING_MM))
    normals = np.stack([-across, down, np.ones_like(across)], axis=-1)
    return np.asarray(normals / np.linalg.norm(normals, axis=-1, keepdims=True))


def _photograph(height: Floats, albedo: Floats, exposure: float, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    lights = _LIGHTS / np.linalg.norm(_LIGHTS, axis=1, keepdims=True)
    shading = np.maximum(_normals(height) @ lights.T, 0).mean(axis=-1)
    linear = exposure * albedo * shading + rng.normal(0, 0.003, albedo.shape)
    grey = 255 * np.clip(linear, 0, 1) ** (1 / 2.2)
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


def _integrated_noise(rng: np.random.Generator, slope: float) -> Floats:
    """Noise of the slopes integrated to height: strong in what is coarse, as photometric stereo leaves it."""
    across = np.fft.fftfreq(SHAPE[1])[None, :]
    down = np.fft.fftfreq(SHAPE[0])[:, None]
    length = np.sqrt(across**2 + down**2)
    length[0, 0] = np.inf
    spectrum = np.fft.fft2(rng.normal(0, slope * 1000 * SPACING_MM, SHAPE)) / (2 * np.pi * length)
    return np.fft.ifft2(spectrum).real.astype(np.float32)


def _smooth_noise(rng: np.random.Generator, shape: tuple[int, int], sigma: float) -> Floats:
    noise = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), sigma)
    return np.asarray(noise / noise.std(), dtype=np.float32)
