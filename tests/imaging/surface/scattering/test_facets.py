"""Fine relief that light under the skin has lost is found in the gloss, also where walls turn the facets away."""

from functools import cache

import numpy as np
import pytest

from imaging.model.arrays import FloatMap
from imaging.surface.scattering.facets import Facets, FacetSlopes, LitSkin
from imaging.surface.scattering.radiative_transfer import transfer
from imaging.surface.scattering.skin_plane import SkinPlane, Waves, mirrored

SHAPE, PITCH_MM, COSINE, ROUGHNESS, GLOSS = (128, 160), 0.07, 0.766, 0.3, 0.8
SCATTERING, ABSORPTION = np.array((2.5, 3.0, 4.0)), np.array((0.023, 0.12, 0.15))
COLOUR = np.array((0.6, 0.38, 0.33), dtype=np.float32)
FINE_PER_MM = 3.0
AZIMUTHS = np.deg2rad((45, 135, 225, 315))
DIRECTIONS = np.stack(
    [np.cos(AZIMUTHS) * np.sqrt(1 - COSINE**2), np.sin(AZIMUTHS) * np.sqrt(1 - COSINE**2), np.full(4, COSINE)], axis=1
).astype(np.float32)


def waves() -> Waves:
    return Waves(SHAPE, PITCH_MM)


def diffuse_share(channel: int) -> FloatMap:
    per_mm = waves().per_mm
    share = transfer(COSINE).share(
        per_mm.ravel().astype(np.float64),
        np.array(SCATTERING[channel]),
        np.array(ABSORPTION[channel] / SCATTERING[channel]),
    )
    return share.reshape(per_mm.shape).astype(np.float32)


def slow_slopes() -> FloatMap:
    """Walls of up to 27 degrees every 4 mm."""
    x = np.arange(SHAPE[1]) * PITCH_MM
    across = np.broadcast_to(0.5 * np.sin(2 * np.pi * x / 4), SHAPE)
    return np.stack([across, np.zeros(SHAPE)]).astype(np.float32)


def fine_slopes() -> FloatMap:
    """Lines of 3 per mm, in both directions."""
    x, y = np.arange(SHAPE[1]) * PITCH_MM, np.arange(SHAPE[0]) * PITCH_MM
    lines = [np.broadcast_to(0.1 * np.sin(2 * np.pi * FINE_PER_MM * at), SHAPE) for at in (x[None, :], y[:, None])]
    return np.stack(lines).astype(np.float32)


def plane_of(noise: float) -> SkinPlane:
    slopes, lit = slow_slopes() + fine_slopes(), np.empty((4, *SHAPE, 3), dtype=np.float32)
    for channel in range(3):
        shown = waves().filtered(slopes, diffuse_share(channel))
        for number, (x, y, z) in enumerate(DIRECTIONS):
            lit[number, ..., channel] = COLOUR[channel] * (z + x * shown[0] + y * shown[1])
    vectors = DIRECTIONS[:, :, None, None]
    plane = SkinPlane(lit, vectors, np.ones((4, *SHAPE), np.float32), np.zeros(SHAPE, np.float32), PITCH_MM)
    lit += np.float32(GLOSS) * mirrored(slopes, plane.rays, ROUGHNESS)[..., None]
    lit += np.random.default_rng(3).normal(0, noise, lit.shape).astype(np.float32)
    return plane


@cache
def fitted(noise: float = 5e-4, turns_again: int = 0) -> FacetSlopes:
    shares = [diffuse_share(channel) for channel in range(3)]
    diffuse = np.asarray(sum(c * share for c, share in zip(COLOUR, shares, strict=True)) / COLOUR.sum())
    skin = LitSkin(diffuse, diffuse + np.float32(0.1), np.float32(GLOSS), ROUGHNESS)
    return Facets(plane_of(noise), waves()).fit(skin, slow_slopes(), turns_again)


def fine_share(found: FacetSlopes, where: slice = slice(None)) -> float:
    """Of the fine slopes that was found."""
    true = fine_slopes()[..., where]
    return float(((found.slopes - slow_slopes())[..., where] * true).sum() / (true**2).sum())


def test_lines_that_diffuse_light_does_not_show_come_back() -> None:
    shown = float(np.interp(FINE_PER_MM, waves().per_mm[0], diffuse_share(0)[0]))
    assert shown < 0.05
    level = round(2 / PITCH_MM)
    assert fine_share(fitted(turns_again=1), slice(level - 5, level + 6)) == pytest.approx(1, abs=0.12)


def test_lines_are_followed_onto_walls_whose_gloss_hardly_changes_with_the_slope() -> None:
    steepest = round(1 / PITCH_MM)
    assert 0.5 < fine_share(fitted(), slice(steepest - 5, steepest + 6)) < 1


def test_a_further_turn_gives_back_what_the_expectation_of_flat_relief_took() -> None:
    assert fine_share(fitted()) + 0.03 < fine_share(fitted(turns_again=1)) < 1


def test_noise_makes_fine_relief_flatter_and_not_louder() -> None:
    assert 0 < fine_share(fitted(noise=2e-2)) < fine_share(fitted())
