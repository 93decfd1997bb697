"""Shading and two pigments, added up in optical density: the mixture has to keep the one and lose the others."""

import numpy as np
import pytest

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.ring.separation import USUAL_MIXTURE, shading_mixture
from tests.renderings.ring import BLOOD, MELANIN, blotches

SPACING = Spacing.square(0.05)
SHAPE = (300, 400)
ALL = np.ones(SHAPE, dtype=np.bool_)


def exposure(mottling: float, noise: float = 0.01) -> FloatMap:
    """Log of the light under two pigments and the noise of a camera."""
    y, x = (np.indices(SHAPE) * SPACING.row_mm).astype(np.float64)
    light = np.random.default_rng(1).normal(0, noise, (*SHAPE, 3))
    for seed, pigment in ((2, MELANIN), (3, BLOOD)):
        light -= mottling * blotches(x, y, seed)[..., None] * np.array(pigment)
    return light.astype(np.float32)


def test_mottled_pigment_vanishes_and_shading_stays() -> None:
    mixture = shading_mixture(exposure(0.12), ALL, SPACING)
    assert mixture.sum() == pytest.approx(1, abs=1e-5)
    usual = abs(USUAL_MIXTURE @ np.array(MELANIN)), abs(USUAL_MIXTURE @ np.array(BLOOD))
    assert abs(mixture @ np.array(MELANIN)) < 0.25 * usual[0]
    assert abs(mixture @ np.array(BLOOD)) < 0.25 * usual[1]


def test_any_camera_and_any_pair_of_pigments_will_do() -> None:
    swapped = np.ascontiguousarray(exposure(0.12)[..., ::-1])
    mixture = shading_mixture(swapped, ALL, SPACING)
    assert abs(mixture @ np.array(MELANIN[::-1])) < 0.15
    assert abs(mixture @ np.array(BLOOD[::-1])) < 0.15


def test_without_blotches_the_mixture_stays_near_the_usual_one() -> None:
    assert shading_mixture(exposure(0.0, noise=0.002), ALL, SPACING) == pytest.approx(USUAL_MIXTURE, abs=0.1)


def test_what_is_masked_has_no_vote() -> None:
    picture = exposure(0.12)
    masked = ALL.copy()
    masked[:, :150] = False
    clean = shading_mixture(picture, masked, SPACING)
    picture[:, :150] = np.random.default_rng(4).normal(0, 3, (SHAPE[0], 150, 3))
    assert shading_mixture(picture, masked, SPACING) == pytest.approx(clean, abs=1e-4)


def test_too_little_skin_gives_the_usual_mixture() -> None:
    few = np.zeros(SHAPE, dtype=np.bool_)
    few[:20, :20] = True
    assert shading_mixture(exposure(0.12), few, SPACING) == pytest.approx(USUAL_MIXTURE)
