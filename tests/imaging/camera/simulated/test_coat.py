"""The coat of the simulated skin, against Fresnel's equations and a sum over directions."""

import numpy as np
import pytest

from imaging.camera.simulated.coat import fresnel, let_in, mirrored_share


def smooth(degrees: float) -> float:
    """Fresnel by the angles (Hecht, Optics, 4.6), index 1.4."""
    angle = np.radians(degrees)
    within = np.arcsin(np.sin(angle) / 1.4)
    across = np.sin(angle - within) ** 2 / np.sin(angle + within) ** 2
    along = np.tan(angle - within) ** 2 / np.tan(angle + within) ** 2
    return float((across + along) / 2)


@pytest.mark.parametrize("degrees", [10, 40, 60, 75])
def test_a_smooth_face_mirrors_what_fresnel_says(degrees: float) -> None:
    cosine = float(np.cos(np.radians(degrees)))
    assert float(fresnel(np.array(cosine))) == pytest.approx(smooth(degrees), rel=1e-6)
    assert mirrored_share(cosine, 0.1) == pytest.approx(smooth(degrees), rel=0.03)


@pytest.mark.parametrize("degrees", [5, 40, 65])
def test_a_rough_face_mirrors_the_sum_of_its_lobe_over_all_directions(degrees: float) -> None:
    """GGX of alpha 0.3 written out over outgoing directions, where the code sums over facets."""
    angle, square = np.radians(degrees), 0.09
    lamp = np.array([np.sin(angle), 0, np.cos(angle)])
    z = (np.arange(400) + 0.5) / 400
    turn = 2 * np.pi * (np.arange(400) + 0.5) / 400
    out = np.stack(np.broadcast_arrays(
        np.sqrt(1 - z**2)[:, None] * np.cos(turn), np.sqrt(1 - z**2)[:, None] * np.sin(turn), z[:, None]
    ))  # fmt: skip
    half = out + lamp[:, None, None]
    half /= np.linalg.norm(half, axis=0)
    density = square / (np.pi * (half[2] ** 2 * (square - 1) + 1) ** 2)

    def seen(cosine: np.ndarray) -> np.ndarray:
        return 2 * cosine / (cosine + np.sqrt(square + (1 - square) * cosine**2))

    facing = np.tensordot(lamp, half, 1)
    lobe = fresnel(facing) * density * seen(out[2]) * seen(lamp[2]) / (4 * lamp[2])
    assert mirrored_share(float(lamp[2]), np.sqrt(0.3)) == pytest.approx(lobe.mean() * 2 * np.pi, rel=0.02)


def test_a_rough_face_lets_more_in_from_the_side_than_a_smooth_one() -> None:
    cosines = np.cos(np.radians([0, 40, 60, 80])).astype(np.float32)
    assert let_in(cosines, 0.55, 1.0) == pytest.approx([1, 0.995, 0.976, 0.92], abs=0.004)
    assert let_in(cosines, 0.1, 1.0) == pytest.approx([1, 0.995, 0.955, 0.65], abs=0.01)


def test_without_gloss_there_is_no_coat() -> None:
    assert let_in(np.array([0.2, 1.0], dtype=np.float32), 0.55, 0.0) == pytest.approx([1, 1])
