"""Light on known shapes: closed forms for a matte plane and slopes, the transport equation for translucency."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.medium import ABSORPTION, REFLECTANCE, SCATTERING, SHARES, wandered
from imaging.camera.simulated.optics import (
    QUADRANTS,
    Optics,
    expose,
    light_skin,
    shape_skin,
)
from imaging.camera.simulated.skin import Skin
from imaging.surface.scattering.radiative_transfer import transfer

GRID = Grid((240, 320))
MATTE = Optics(translucency=0.0, gloss=0.0, vignetting=0.0)
CENTRE = GRID.shape[0] // 2, GRID.shape[1] // 2


def plain(height_um: np.ndarray, reflectance: float = 0.5) -> Skin:
    """Skin of one grey and a given shape."""
    grey = np.full((*GRID.shape, 3), reflectance, dtype=np.float32)
    return Skin(GRID, height_um.astype(np.float32), grey, np.ones(GRID.shape, np.float32), (), ())


FLAT = plain(np.zeros(GRID.shape))


def test_a_matte_plane_follows_inverse_square_and_cosine() -> None:
    lit = light_skin(shape_skin(FLAT, MATTE), MATTE, QUADRANTS[0], 1.0)[..., 0]
    across, up, out = QUADRANTS[0][0] - GRID.x_mm, QUADRANTS[0][1] - GRID.y_mm, QUADRANTS[0][2]
    expected = out / (across**2 + up**2 + out**2) ** 1.5
    assert np.allclose(lit / lit[CENTRE], expected / expected[CENTRE], rtol=1e-4)
    assert lit[CENTRE] == pytest.approx(0.5 * MATTE.exposure, rel=0.01)


@pytest.mark.parametrize(("tilt_x", "tilt_y"), [(0.2, 0.0), (-0.2, 0.0), (0.0, 0.2), (0.0, -0.2)])
def test_a_slope_facing_the_light_is_brighter(tilt_x: float, tilt_y: float) -> None:
    height_mm = tilt_x * GRID.x_mm + tilt_y * GRID.y_mm
    sloped = light_skin(shape_skin(plain(1000 * height_mm), MATTE), MATTE, QUADRANTS[0], 1.0)[CENTRE][0]
    normal = np.array([-tilt_x, -tilt_y, 1.0]) / np.sqrt(1 + tilt_x**2 + tilt_y**2)
    light = QUADRANTS[0] / np.linalg.norm(QUADRANTS[0])
    assert sloped == pytest.approx(0.5 * MATTE.exposure * (normal @ light) / light[2], rel=0.02)


def test_gloss_is_white_and_lies_where_it_mirrors() -> None:
    glossy = replace(MATTE, gloss=1.0)
    extra = light_skin(shape_skin(FLAT, glossy), glossy, QUADRANTS[0], 1.0) - light_skin(
        shape_skin(FLAT, MATTE), MATTE, QUADRANTS[0], 1.0
    )
    assert np.allclose(extra[..., 0], extra[..., 2], atol=1e-5)
    assert extra.min() > -1e-5
    assert extra[20, -20, 0] > 2 * extra[-20, 20, 0]


PER_MM = np.array([0.2, 0.3, 0.42, 0.6, 0.85, 1.2, 1.7, 2.5])
PATH_TRACED = np.array([
    (0.66, 0.49, 0.43, 0.36, 0.27, 0.24, 0.17, 0.09),
    (0.72, 0.60, 0.55, 0.47, 0.37, 0.34, 0.25, 0.13),
    (0.84, 0.67, 0.62, 0.55, 0.45, 0.41, 0.31, 0.17),
])  # fmt: skip
"""Share of slopes that a path tracer shows of this medium under a coat of gloss."""


def shares_read(reach: float) -> np.ndarray:
    """(3, frequencies) amplitude of shading that is left of weak waves."""
    left = []
    for per_mm in PER_MM:
        wave = np.cos(2 * np.pi * per_mm * GRID.x_mm)
        inner = slice(GRID.shape[1] // 5, -GRID.shape[1] // 5)
        out = wandered((1 + 0.1 * wave * np.ones_like(GRID.y_mm)).astype(np.float32), GRID, reach)[CENTRE[0], inner]
        known = np.stack([wave[0, inner], np.ones_like(wave[0, inner])], axis=1)
        left.append(np.linalg.lstsq(known, out, rcond=None)[0][0] / 0.1)
    return np.array(left).T


@pytest.mark.parametrize("reach", [1.0, 0.7])
def test_light_wanders_as_the_stated_coefficients_say(reach: float) -> None:
    """Against the transport equation, which was solved without the camera."""
    table = transfer(0.735)
    expected = table.share(PER_MM, SCATTERING / reach, ABSORPTION / SCATTERING)
    assert np.abs(shares_read(reach) - expected.T).max() < 0.025


def test_the_medium_has_the_colour_of_its_coefficients() -> None:
    assert transfer(0.735).bright(ABSORPTION / SCATTERING) == pytest.approx(REFLECTANCE, abs=0.005)


def test_all_light_that_enters_wanders_as_in_path_traced_skin() -> None:
    assert SHARES.sum(axis=1) == pytest.approx(1)
    missing = PATH_TRACED - shares_read(1.0)
    assert missing.min() > -0.06 and missing.max() < 0.14, "gloss, which is not blurred, adds to what is read"


def test_translucency_takes_red_contrast_before_blue() -> None:
    wave = plain(60 * np.sin(2 * np.pi * 0.7 * GRID.x_mm) * np.ones_like(GRID.y_mm))
    deep = replace(MATTE, translucency=1.0)
    shaped = shape_skin(wave, deep)
    shaped = replace(shaped, transmitted=np.ones(GRID.shape, np.float32))
    opaque, blurred = (light_skin(shaped, o, QUADRANTS[0], 1.0)[CENTRE[0] - 5 : CENTRE[0] + 5] for o in (MATTE, deep))
    detail = [np.std(np.diff(blurred[..., c], axis=1)) / np.std(np.diff(opaque[..., c], axis=1)) for c in range(3)]
    assert detail[0] < detail[1] < detail[2] < 0.7


def test_exposure_is_srgb_and_clips() -> None:
    shaped = shape_skin(FLAT, MATTE)
    for linear, code in ((0.0, 0), (0.2140, 127), (0.5, 188), (1.0, 255), (3.0, 255)):
        codes = expose(np.full((*GRID.shape, 3), linear, np.float32), shaped, MATTE)
        assert codes.dtype == np.uint8
        assert abs(int(codes[CENTRE][0]) - code) <= 1
