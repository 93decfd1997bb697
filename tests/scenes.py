"""Closed-form surfaces and a small Lambertian renderer: the truth of the tests. Shares no code with the engine.

A relief is a function of x (right, mm) and y (up, mm) that gives height in mm. Reliefs are added with `together`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float64]
Relief = Callable[[Map, Map], Map]
SKIN = (0.62, 0.42, 0.32)
"""Linear albedo of light skin in red, green and blue."""


@dataclass(frozen=True)
class Grid:
    """Pixel centres of a picture."""

    rows: int
    cols: int
    row_mm: float
    col_mm: float

    @property
    def x(self) -> Map:
        return np.broadcast_to((np.arange(self.cols) - (self.cols - 1) / 2) * self.col_mm, (self.rows, self.cols))

    @property
    def y(self) -> Map:
        return np.broadcast_to(
            -((np.arange(self.rows) - (self.rows - 1) / 2) * self.row_mm)[:, None], (self.rows, self.cols)
        )

    def height_um(self, relief: Relief) -> npt.NDArray[np.float32]:
        return (relief(self.x, self.y) * 1000).astype(np.float32)

    def normals(self, relief: Relief) -> Map:
        """(rows, cols, 3), from differences over a ten-thousandth of a millimetre."""
        d = 1e-4
        p = (relief(self.x + d, self.y) - relief(self.x - d, self.y)) / (2 * d)
        q = (relief(self.x, self.y + d) - relief(self.x, self.y - d)) / (2 * d)
        n = np.stack([-p, -q, np.ones_like(p)], axis=-1)
        return n / np.linalg.norm(n, axis=-1, keepdims=True)


def square(rows: int, cols: int, mm: float) -> Grid:
    return Grid(rows, cols, mm, mm)


def together(*reliefs: Relief) -> Relief:
    return lambda x, y: sum((r(x, y) for r in reliefs), start=np.zeros(np.broadcast(x, y).shape))


def plane(slope_x: float = 0.0, slope_y: float = 0.0) -> Relief:
    return lambda x, y: slope_x * x + slope_y * y


def paraboloid(radius_mm: float) -> Relief:
    """Convex towards the camera, with this radius of curvature at the top."""
    return lambda x, y: -(x**2 + y**2) / (2 * radius_mm)


def sphere_cap(radius_mm: float) -> Relief:
    return lambda x, y: np.sqrt(np.maximum(radius_mm**2 - x**2 - y**2, 0)) - radius_mm


def sine(amplitude_mm: float, wavelength_mm: float, angle_deg: float = 0.0) -> Relief:
    """Waves that run in the direction of the angle (from x, counter-clockwise)."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return lambda x, y: amplitude_mm * np.sin(2 * np.pi * (c * x + s * y) / wavelength_mm)


def bump(height_mm: float, radius_mm: float, x0: float = 0.0, y0: float = 0.0) -> Relief:
    """A cosine hill (a basin when the height is negative) that is exactly flat beyond its radius."""

    def relief(x: Map, y: Map) -> Map:
        r = np.minimum(np.hypot(x - x0, y - y0) / radius_mm, 1)
        return height_mm * 0.5 * (1 + np.cos(np.pi * r))

    return relief


@dataclass(frozen=True)
class Furrow:
    """A furrow of constant cross-section along a segment or an arc, with ends shaped like its walls.

    `bend_mm` is the radius of the arc; 0 is straight. The angle is that of the line at its middle.
    """

    depth_mm: float
    width_mm: float
    length_mm: float
    profile: str = "cosine"
    angle_deg: float = 0.0
    x0: float = 0.0
    y0: float = 0.0
    bend_mm: float = 0.0

    def __call__(self, x: Map, y: Map) -> Map:
        return -self.depth_mm * self.section(self.distance(x, y))

    def section(self, distance: Map) -> Map:
        """Depth as a share of the full one at a distance from the centre line."""
        t = np.abs(distance) / (self.width_mm / 2)
        if self.profile == "v":
            return np.maximum(1 - t, 0)
        if self.profile == "gaussian":
            return np.exp(-0.5 * (2.146 * t) ** 2)
        return 0.5 * (1 + np.cos(np.pi * np.minimum(t, 1)))

    def distance(self, x: Map, y: Map) -> Map:
        c, s = np.cos(np.radians(self.angle_deg)), np.sin(np.radians(self.angle_deg))
        u, v = c * (x - self.x0) + s * (y - self.y0), -s * (x - self.x0) + c * (y - self.y0)
        half = self.length_mm / 2
        if self.bend_mm == 0:
            return np.hypot(np.maximum(np.abs(u) - half, 0), v)
        turn = half / self.bend_mm
        angle = np.arctan2(u, self.bend_mm - v)
        near = np.clip(angle, -turn, turn)
        return np.hypot(u - self.bend_mm * np.sin(near), v - self.bend_mm * (1 - np.cos(near)))


def microrelief(rms_mm: float, cell_mm: float, grid: Grid, seed: int) -> npt.NDArray[np.float32]:
    """Random cells like the skin's own net, (rows, cols) in µm, at the given root mean square."""
    rng = np.random.default_rng(seed)
    fr = np.fft.fftfreq(grid.rows, grid.row_mm)[:, None]
    fc = np.fft.fftfreq(grid.cols, grid.col_mm)[None, :]
    band = np.exp(-0.5 * ((np.hypot(fr, fc) - 1 / cell_mm) / (0.3 / cell_mm)) ** 2)
    noise = np.fft.ifft2(np.fft.fft2(rng.standard_normal((grid.rows, grid.cols))) * band).real
    return (noise / noise.std() * rms_mm * 1000).astype(np.float32)


def quadrant_leds(distance_mm: float = 18.0, height_mm: float = 14.0, count: int = 4) -> Map:
    """Positions (count, 3) of LEDs around the lens."""
    angles = np.pi / 4 + 2 * np.pi * np.arange(count) / count
    return np.stack([distance_mm * np.cos(angles), distance_mm * np.sin(angles), np.full(count, height_mm)], axis=1)


@dataclass(frozen=True)
class Rendering:
    """How pictures are taken of a relief."""

    albedo: npt.NDArray[np.float64] | tuple[float, ...] = SKIN
    exposure: float = 0.7
    noise: float = 0.0
    seed: int = 0
    intensities: tuple[float, ...] = field(default=())


def render(relief: Relief, grid: Grid, lights: Map, is_near: bool, options: Rendering | None = None) -> list[Map]:
    """Linear pictures (rows, cols, 3), one per light, of a matte relief; attached shadows only.

    Near lights fall off with the square of the distance and are scaled so that the image centre of the object plane
    receives what a distant light of strength 1 from that side would send.
    """
    options = options or Rendering()
    rng = np.random.default_rng(options.seed)
    normals, height = grid.normals(relief), relief(grid.x, grid.y)
    points = np.stack([grid.x, grid.y, height], axis=-1)
    strengths = options.intensities or (1.0,) * len(lights)
    pictures = []
    reach = float(np.mean(np.sum(lights**2, axis=1)))
    for lamp, strength in zip(lights, strengths, strict=True):
        towards = lamp - points if is_near else np.broadcast_to(lamp, points.shape)
        distance = np.linalg.norm(towards, axis=-1, keepdims=True)
        cosine = np.maximum(np.sum(normals * towards / distance, axis=-1), 0)
        fall_off = reach / distance[..., 0] ** 2 if is_near else 1.0
        shade = options.exposure * strength * cosine * fall_off
        picture = shade[..., None] * np.asarray(options.albedo)
        pictures.append(picture + options.noise * rng.standard_normal(picture.shape))
    return pictures


def to_srgb8(linear: Map) -> npt.NDArray[np.uint8]:
    """The sRGB curve and eight bits, as a camera would send it."""
    light = np.clip(linear, 0, 1)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(curve * 255).astype(np.uint8)


def to_linear16(linear: Map) -> npt.NDArray[np.uint16]:
    return np.round(np.clip(linear, 0, 1) * 65535).astype(np.uint16)


def pigment_stripe(grid: Grid, x0: float, width_mm: float, colour: tuple[float, ...]) -> Map:
    """Albedo (rows, cols, 3): skin with a soft upright stripe of another colour."""
    share = np.exp(-0.5 * ((grid.x - x0) / (width_mm / 2.5)) ** 2)[..., None]
    return np.asarray(SKIN) * (1 - share) + np.asarray(colour) * share
