"""The region drawn on the baseline lies on the same skin of every other picture."""

from pathlib import Path

import numpy as np
import pytest

from imaging.archive.store import open_archive
from imaging.carried_region import carried_region
from imaging.model.geometry import Roi
from imaging.pipeline import VisitPair, compare_visits, measure_capture
from tests.gui.clinic import LEFT, Plan, fill_archive
from tests.imaging.comparison.skin_pairs import Furrows, Placement, World, first_surface, moving_surface

REGION = Roi(70, 90, 290, 390)


def test_the_region_follows_the_skin() -> None:
    world = World(4)
    reference = first_surface(world, Furrows()).photograph
    moving, truth = moving_surface(world, Furrows(), Placement(3.0, (14.0, -9.0), 1.02, 1.0))
    found = carried_region(REGION, reference, moving.photograph)
    assert found is not None
    wanted = truth[REGION.row0 : REGION.row1, REGION.col0 : REGION.col1]
    edges = wanted[0, :, 0].mean(), wanted[:, 0, 1].mean(), wanted[-1, :, 0].mean(), wanted[:, -1, 1].mean()
    assert (found.row0, found.col0, found.row1, found.col1) == pytest.approx(edges, abs=3)


def test_the_region_stays_inside_the_picture() -> None:
    world = World(4)
    reference = first_surface(world, Furrows()).photograph
    moving, _ = moving_surface(world, Furrows(), Placement(shift_px=(60.0, 0.0)))
    found = carried_region(Roi(10, 10, 350, 470), reference, moving.photograph)
    assert found is not None and found.col0 == 0 and found.row1 <= 360


def test_nothing_is_carried_to_other_skin() -> None:
    reference = first_surface(World(4), Furrows()).photograph
    other = first_surface(World(9), Furrows((60.0, 90.0, 40.0))).photograph
    assert carried_region(REGION, reference, other) is None
    assert carried_region(REGION, reference, np.full_like(reference, 120)) is None


def test_every_capture_is_measured_in_it_and_anew_once_it_changes(tmp_path: Path) -> None:
    fill_archive(tmp_path / "archive", Plan(weeks=(0, 2, 4), replicates=1))
    with open_archive(tmp_path / "archive", "tester") as archive:
        first, second, third = archive.captures()
        whole = measure_capture(archive, second)
        assert whole.measurement.roi == Roi.whole(whole.surface.shape)
        region = Roi.proposed(whole.surface.shape)
        archive.set_roi(first.subject_id, archive.studies()[0].identifier, LEFT, region)
        assert not archive.measurements(second.identifier)
        assert measure_capture(archive, first).measurement.roi == region
        carried = measure_capture(archive, second).measurement.roi
        assert carried != region and abs(carried.row0 - region.row0) < 40
        pair = VisitPair(LEFT, second.facts.visit_id, third.facts.visit_id)
        assert compare_visits(archive, pair).change.roi == carried, "the baseline is not among these two"
        assert archive.verify().is_sound
