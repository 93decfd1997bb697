"""Gloss and bounces of a whole site, on cells mixed from known numbers."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.lights import Lights
from imaging.surface.light.cells import Cells, relief_of
from imaging.surface.light.irradiance import Irradiance
from imaging.surface.reflection.coat import transmitted_share
from imaging.surface.reflection.gloss import MIRRORED_AT_RIGHT_ANGLES, cosines, mirror, rays_of
from imaging.surface.reflection.interreflection import bounced_light
from imaging.surface.reflection.opaque import find_opaque
from tests.scenes import Furrow, Grid, paraboloid, quadrant_leds, square, together

SKIN = np.array([0.62, 0.42, 0.33], dtype=np.float32)
GRID = square(110, 150, 0.08)
LIGHTS = Lights("near", quadrant_leds())


def glossy_cells(
    gloss: float, colour: np.ndarray = SKIN, grid: Grid = GRID, lost: float = 0.5
) -> tuple[Cells, np.ndarray]:
    """Cells of furrowed skin with a coat of roughness 0.35 when there is gloss, and their true normals.

    Its furrows throw as much light at each other as skin so bright beside its gloss does.
    """
    relief = together(paraboloid(60.0), Furrow(0.15, 1.2, 7, angle_deg=80, x0=-2), Furrow(0.1, 0.9, 6, x0=2.5))
    normals = np.moveaxis(grid.normals(relief), -1, 0).astype(np.float32)
    light = Irradiance(LIGHTS, Spacing.square(grid.row_mm), (grid.rows, grid.cols))
    height = relief(grid.x, grid.y).astype(np.float32)
    rays = rays_of(light.vectors(slice(0, grid.rows), height))
    towards = cosines(normals, rays.light)
    mirrored = gloss * mirror(normals, rays, towards, 0.35).light
    let_in = transmitted_share(towards, lost=lost) if gloss else 1
    shading = (np.maximum(towards, 0) * rays.strength * let_in)[..., None]
    brightness = MIRRORED_AT_RIGHT_ANGLES * np.pi / gloss if gloss else 0.0
    frames = shading * colour + mirrored[..., None]
    for _ in range(2):
        received = bounced_light(
            height,
            np.moveaxis(normals, 0, -1),
            list(np.moveaxis(frames, -1, 1).reshape(-1, *height.shape)),
            grid.row_mm,
        )
        bounced = np.moveaxis(np.array(received).reshape(4, 3, *height.shape), 1, -1)
        frames = (shading + brightness * bounced) * colour + mirrored[..., None]
    known = np.ones((4, grid.rows, grid.cols), dtype=np.bool_)
    return Cells(tuple(frames.astype(np.float32)), known, light, Spacing.square(grid.row_mm)), np.moveaxis(
        normals, 0, -1
    )


def mean_error_deg(found: np.ndarray, truth: np.ndarray) -> float:
    inner = (slice(4, -4), slice(4, -4))
    return float(np.degrees(np.arccos(np.clip(np.sum(found * truth, axis=-1)[inner], -1, 1))).mean())


@pytest.mark.parametrize(("gloss", "tolerance", "left"), [(0.06, 0.35, 0.3), (0.15, 0.15, 0.2)])
def test_known_gloss_is_found_and_the_normals_are_right_without_it(gloss: float, tolerance: float, left: float) -> None:
    """The less there is, the more is left to what is usual."""
    cells, truth = glossy_cells(gloss)
    plain = relief_of(cells, cells.light)
    found = find_opaque(cells, plain)
    assert found.fit.model.gloss == pytest.approx(gloss, rel=tolerance)
    assert found.fit.model.roughness == pytest.approx(0.35, abs=0.05)
    assert found.fit.is_told_by_colour and found.fit.trust == 1
    assert mean_error_deg(found.relief.normals, truth) < left * mean_error_deg(plain.normals, truth)


def test_what_the_facets_of_the_coat_lose_is_told_by_the_lights() -> None:
    """Half of it: the rest is left to what is believed, and stated as doubt."""
    found = []
    for lost in (0.0, 1.0):
        cells, truth = glossy_cells(0.15, lost=lost)
        plain = relief_of(cells, cells.light)
        opaque = find_opaque(cells, plain)
        assert opaque.fit.to_carry is not None
        found.append(opaque.fit.to_carry.lost)
        assert mean_error_deg(opaque.relief.normals, truth) < 0.4 * mean_error_deg(plain.normals, truth)
    assert found[0] < 0.55 < 0.75 < found[1]


def test_numbers_of_another_capture_are_taken_as_they_are() -> None:
    cells, _ = glossy_cells(0.1)
    brighter, truth = glossy_cells(0.1)
    brighter = replace(brighter, light=tuple(np.float32(1.5) * one for one in brighter.light))
    first = find_opaque(cells, relief_of(cells, cells.light))
    found = find_opaque(brighter, relief_of(brighter, brighter.light), known=first.fit.to_carry)
    assert found.fit.to_carry == first.fit.to_carry
    assert found.fit.model.gloss == pytest.approx(1.5 * first.fit.model.gloss, rel=0.02)
    assert mean_error_deg(found.relief.normals, truth) < 0.3


def test_bare_skin_that_bounces_nothing_is_left_as_it_is() -> None:
    cells, _ = glossy_cells(0.0)
    found = find_opaque(cells, relief_of(cells, cells.light))
    assert found.fit.gloss_share < 0.001 and found.bounce_share < 0.001


def test_grey_skin_shows_its_gloss_in_the_lights_alone() -> None:
    cells, truth = glossy_cells(0.1, np.array([0.4, 0.4, 0.4], dtype=np.float32))
    found = find_opaque(cells, relief_of(cells, cells.light))
    assert not found.fit.is_told_by_colour and found.fit.trust > 0.9
    assert found.fit.model.gloss == pytest.approx(0.1, rel=0.15)
    assert mean_error_deg(found.relief.normals, truth) < 0.3


def test_grey_skin_without_gloss_gets_none() -> None:
    cells, _ = glossy_cells(0.0, np.array([0.4, 0.4, 0.4], dtype=np.float32))
    found = find_opaque(cells, relief_of(cells, cells.light))
    assert found.fit.trust * found.fit.gloss_share < 0.002


def test_cells_without_any_light_do_no_harm() -> None:
    cells, _ = glossy_cells(0.1)
    for frame in cells.light:
        frame[20:40, 20:50] = 0
    cells.known[:, 20:40, 20:50] = False
    found = find_opaque(cells, relief_of(cells, cells.light))
    assert all(np.isfinite(one).all() for one in found.maps)
