"""Plane, sphere, sine and grooves under exact light: the full table is `make figures`."""

import numpy as np
import pytest

from imaging.model.measurement import MeasureLimits
from imaging.surface.endpoints import measure_surface
from tests.figures.closed_forms import (
    FORM_GRID,
    FORMS,
    GOALS,
    MODELS,
    SHARES,
    Groove,
    form_error_um,
    groove_depth_um,
    groove_error,
    shaded,
)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("across_px", GOALS)
@pytest.mark.parametrize("section", ["v", "u"])
def test_a_groove_reads_its_depth(section: str, across_px: int, model: str) -> None:
    for share in SHARES[section]:
        assert abs(groove_error(Groove(section, share, across_px), model)) < GOALS[across_px]  # type: ignore[arg-type]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", FORMS)
def test_a_form_comes_back(name: str, model: str) -> None:
    error_um, span_um = form_error_um(FORMS[name], FORM_GRID, model)  # type: ignore[arg-type]
    assert error_um < 0.01 * span_um


@pytest.mark.parametrize("angle_deg", [20.0, 85.0, 120.0])
def test_a_groove_keeps_its_direction(angle_deg: float) -> None:
    groove = Groove("v", 0.1, 30, angle_deg)
    surface = shaded(lambda x, y: groove.furrow.height(x, y) / 1000, groove.grid, "near")
    (item,) = measure_surface(surface, MeasureLimits()).items
    assert item.orientation_deg == pytest.approx(angle_deg, abs=1)
    assert item.mean_depth == pytest.approx(groove.furrow.depth_um, rel=0.05)


@pytest.mark.parametrize("model", MODELS)
def test_where_nothing_was_asked_nothing_is_known(model: str) -> None:
    groove = Groove("v", 0.1, 30)
    mask = np.ones((groove.grid.rows, groove.grid.cols), dtype=np.bool_)
    mask[:, 40:60] = False
    mask[20:26, 100:130] = False
    surface = shaded(lambda x, y: groove.furrow.height(x, y) / 1000, groove.grid, model, mask)  # type: ignore[arg-type]
    for values in (surface.height, surface.height_full, surface.uncertainty, surface.normals[..., 0]):
        assert (np.isnan(values) == ~mask).all()
    assert groove_depth_um(groove, surface) == pytest.approx(groove.furrow.depth_um, rel=0.05)
