"""The transport equation against Chandrasekhar's closed forms and limits that need no computing."""

import numpy as np
import pytest

from imaging.surface.scattering.radiative_transfer import transfer

COSINE = 0.76
PER_MM = np.array([0.0, 0.2, 0.6, 1.2, 2.4])


def h_function(cosine: float, albedo: float) -> float:
    """Chandrasekhar 1960, by its integral equation."""
    nodes, weights = np.polynomial.legendre.leggauss(64)
    nodes, weights = (nodes + 1) / 2, weights / 2
    values = np.ones(64)
    for _ in range(400):
        among = (weights * values * nodes / (nodes[:, None] + nodes)).sum(axis=1)
        values = 1 / (np.sqrt(1 - albedo) + albedo / 2 * among)
    return float(1 / (np.sqrt(1 - albedo) + albedo / 2 * (weights * values * nodes / (cosine + nodes)).sum()))


@pytest.mark.parametrize("absorbed", [0.01, 0.05, 0.3])
def test_a_plane_is_as_bright_as_the_closed_form_says(absorbed: float) -> None:
    albedo = 1 / (1 + absorbed)
    whole = albedo / 4 / (COSINE + 1) * h_function(COSINE, albedo) * h_function(1.0, albedo)
    assert transfer(COSINE).absorbed(np.array([whole]))[0] == pytest.approx(absorbed, rel=0.1)


def test_a_wide_wave_is_read_as_the_plane_that_it_is() -> None:
    """At frequency 0 the slope read follows from the reflectance at two slants of the light."""
    absorbed, step = 0.05, 0.01
    albedo = 1 / (1 + absorbed)

    def radiance(tilt: float) -> float:
        incoming, seen = np.cos(np.arccos(COSINE) - tilt), np.cos(tilt)
        shape = incoming / (incoming + seen)
        return float(shape * h_function(incoming, albedo) * h_function(seen, albedo))

    read = (radiance(step) - radiance(-step)) / (2 * step) / radiance(0) / np.tan(np.arccos(COSINE))
    share = transfer(COSINE).share(np.array([0.0]), np.array(4.0), np.array(absorbed))
    assert share[0] == pytest.approx(read, rel=0.01)


def test_fine_waves_lose_most_and_more_where_light_wanders_further() -> None:
    shares = transfer(COSINE).share(PER_MM, np.array([2.0, 4.0, 8.0]), np.array(0.03))
    assert (np.diff(shares, axis=0) < 0).all()
    assert (np.diff(shares[1:], axis=1) > 0).all()


def test_lengths_scale_with_the_free_path() -> None:
    once = transfer(COSINE).share(PER_MM, np.array(2.0), np.array(0.05))
    twice = transfer(COSINE).share(2 * PER_MM, np.array(4.0), np.array(0.05))
    np.testing.assert_allclose(once, twice, rtol=1e-9)
