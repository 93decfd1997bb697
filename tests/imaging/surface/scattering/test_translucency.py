"""Blur under the skin: found from the channels of a made relief, taken back, and never seen where there is none."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.model.lights import Lights
from imaging.surface.light.cells import Cells, relief_of
from imaging.surface.light.irradiance import Irradiance
from imaging.surface.reflection.gloss import cosines, mirror, rays_of
from imaging.surface.scattering.channels import channel_evidence
from imaging.surface.scattering.lobe_evidence import LobeSearch
from imaging.surface.scattering.radiative_transfer import transfer
from imaging.surface.scattering.skin_estimate import Hypotheses
from imaging.surface.scattering.skin_plane import SkinPlane
from imaging.surface.scattering.translucency import find_translucent

SHAPE, PITCH_MM, COSINE = (150, 200), 0.06, 0.766
USUAL = np.array(((3.3, 4.0, 5.3), (0.03, 0.16, 0.20)))
"""Reduced scattering and absorption per mm."""
DENSE_AND_DARK = np.array(((5.5, 6.0, 6.0), (0.12, 0.40, 0.50)))
AZIMUTHS = np.deg2rad((45, 135, 225, 315))
DIRECTIONS = np.stack(
    [np.cos(AZIMUTHS) * np.sqrt(1 - COSINE**2), np.sin(AZIMUTHS) * np.sqrt(1 - COSINE**2), np.full(4, COSINE)], axis=1
)
LIGHTS = Lights("distant", DIRECTIONS, np.ones(4))


@dataclass(frozen=True)
class Skin:
    scatters: bool = True
    gloss: float = 0.0
    """Over a smooth coat of skin's index."""
    density: float = 1.0
    is_dark: bool = False

    @property
    def scattering(self) -> NDArray[np.float64]:
        return np.asarray((DENSE_AND_DARK if self.is_dark else USUAL)[0] * self.density)

    @property
    def absorbed(self) -> NDArray[np.float64]:
        """Absorption over reduced scattering."""
        scattering, absorption = DENSE_AND_DARK if self.is_dark else USUAL
        return np.asarray(absorption / scattering)


def true_slopes() -> FloatMap:
    """(2, rows, cols) of two furrows, 120 µm over 1 mm and 60 µm over 0.8 mm, and slow waves."""
    x = (np.arange(SHAPE[1]) - SHAPE[1] / 2) * PITCH_MM
    y = (np.arange(SHAPE[0]) - SHAPE[0] / 2) * PITCH_MM
    height = np.zeros(SHAPE)
    for at, tilt, depth, width in ((-2.5, 0.2, 0.12, 1.0), (2.0, -0.4, 0.06, 0.8)):
        aside = np.clip(np.abs(x[None, :] - at - tilt * y[:, None]) / (width / 2), 0, 1)
        height -= depth * (0.5 + 0.5 * np.cos(np.pi * aside))
    height += 0.01 * np.cos(2 * np.pi * (0.5 * x[None, :] + 0.4 * y[:, None]))
    down, right = np.gradient(height, PITCH_MM)
    return np.stack([-right, down]).astype(np.float32)


def blurred(slopes: FloatMap, channel: int, skin: Skin) -> FloatMap:
    per_mm = np.hypot(np.fft.fftfreq(SHAPE[0], PITCH_MM)[:, None], np.fft.rfftfreq(SHAPE[1], PITCH_MM)[None, :])
    scattering, absorbed = np.array(skin.scattering[channel]), np.array(skin.absorbed[channel])
    share = transfer(COSINE).share(per_mm.ravel(), scattering, absorbed).reshape(per_mm.shape)
    return np.fft.irfft2(np.fft.rfft2(slopes) * share, SHAPE).astype(np.float32)


def cells_of_skin(skin: Skin) -> Cells:
    slopes, exposure = true_slopes(), 0.8
    frames = np.empty((4, *SHAPE, 3), dtype=np.float32)
    colour = transfer(COSINE).bright(skin.absorbed).astype(np.float32)
    for channel in range(3):
        read = blurred(slopes, channel, skin) if skin.scatters else slopes
        for number, direction in enumerate(DIRECTIONS):
            frames[number, ..., channel] = (
                exposure * colour[channel] * (COSINE + direction[0] * read[0] + direction[1] * read[1])
            )
    if skin.gloss:
        normals = np.concatenate([slopes, np.ones((1, *SHAPE))]) / np.sqrt(1 + (slopes**2).sum(axis=0))
        rays = rays_of(DIRECTIONS[:, :, None, None].astype(np.float32))
        lobe = mirror(normals.astype(np.float32), rays, cosines(normals, rays.light), 0.35).light
        frames += np.float32(skin.gloss * exposure * np.pi * 0.028) * lobe[..., None]
    frames += np.random.default_rng(1).normal(0, 5e-4, frames.shape).astype(np.float32)
    light = Irradiance(LIGHTS, Spacing.square(PITCH_MM), SHAPE)
    return Cells(tuple(frames), np.ones((4, *SHAPE), dtype=np.bool_), light, Spacing.square(PITCH_MM))


@pytest.mark.parametrize(("density", "gloss"), [(0.8, 0.0), (1.0, 0.0), (1.0, 1.0)])
def test_slopes_come_back(density: float, gloss: float) -> None:
    cells = cells_of_skin(Skin(gloss=gloss, density=density))
    found = find_translucent(cells, relief_of(cells, cells.light))
    assert found is not None
    normals = found.relief.normals
    true, read = true_slopes()[0], normals[..., 0] / normals[..., 2]
    assert float((read * true).sum() / (true**2).sum()) == pytest.approx(1, abs=0.2)
    before = relief_of(cells, cells.light).normals
    assert np.std(read - true) < 0.6 * np.std(before[..., 0] / before[..., 2] - true)


def test_denser_skin_is_told_from_thinner() -> None:
    found = []
    for density in (0.6, 1.0, 1.6):
        cells = cells_of_skin(Skin(density=density))
        evidence = channel_evidence(cells, np.ones(SHAPE, dtype=np.bool_))
        assert evidence is not None
        found.append(Hypotheses(evidence, COSINE).weigh().mean().per_mm)
    assert found == sorted(found)
    assert found[1] == pytest.approx(4.0, rel=0.35)


@pytest.mark.parametrize("gloss", [0.0, 1.0])
def test_dense_dark_skin_is_not_taken_for_opaque(gloss: float) -> None:
    """An opaque surface would have to mirror and to bounce more than any does."""
    cells = cells_of_skin(Skin(gloss=gloss, is_dark=True))
    found = find_translucent(cells, relief_of(cells, cells.light))
    assert found is not None
    assert found.blur.per_mm > 4.0


@pytest.mark.parametrize("gloss", [0.0, 1.0])
def test_an_opaque_surface_is_left_alone(gloss: float) -> None:
    cells = cells_of_skin(Skin(scatters=False, gloss=gloss))
    assert find_translucent(cells, relief_of(cells, cells.light)) is None


def test_gloss_is_found_beside_the_blur() -> None:
    shares = []
    for gloss in (0.0, 1.0):
        cells = cells_of_skin(Skin(gloss=gloss))
        found = find_translucent(cells, relief_of(cells, cells.light))
        assert found is not None
        shares.append(found.gloss_share)
    assert shares[1] > shares[0] + 0.01


def test_the_strength_of_the_gloss_is_told_by_the_lights() -> None:
    found = []
    for gloss in (0.0, 1.0):
        cells = cells_of_skin(Skin(gloss=gloss))
        evidence = LobeSearch(SkinPlane.of(cells, relief_of(cells, cells.light), 1)).look(true_slopes())
        found.append(evidence.strength[1])
    assert found[0] == pytest.approx(0, abs=0.2)
    assert found[1] == pytest.approx(0.8, abs=0.25)  # of a white plane at this exposure


def test_a_blur_is_carried_over_to_another_exposure() -> None:
    cells = cells_of_skin(Skin(gloss=1.0))
    first = find_translucent(cells, relief_of(cells, cells.light))
    assert first is not None
    darker = replace(cells, light=tuple(one * np.float32(0.6) for one in cells.light))
    second = find_translucent(darker, relief_of(darker, darker.light), replace(first.blur.skin, is_carried=True))
    assert second is not None
    assert second.blur.skin.is_carried
    np.testing.assert_allclose(second.blur.lost, first.blur.lost, atol=0.01)


def test_grey_frames_and_unknown_scale_tell_nothing() -> None:
    cells = cells_of_skin(Skin())
    grey = Cells(tuple(one.mean(axis=-1) for one in cells.light), cells.known, cells.vectors, cells.spacing)
    assert find_translucent(grey, relief_of(grey, grey.light)) is None
    unscaled = Cells(cells.light, cells.known, cells.vectors, None)
    assert find_translucent(unscaled, relief_of(unscaled, unscaled.light)) is None
