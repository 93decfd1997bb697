"""The people: the same for a seed, of the study's ages, changing as treatment changes them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from imaging.camera.device import Target
from imaging.camera.simulated.population import STUDY_YEAR, Population
from imaging.errors import ExportError
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

LEFT = SiteKey("crows-feet", Laterality.LEFT)


def test_codes_and_ages() -> None:
    people = Population(1, subjects=25).subjects
    assert [person.code for person in people[:2]] == ["S-001", "S-002"]
    ages = [STUDY_YEAR - person.birth_year for person in people]
    assert min(ages) >= 29
    assert max(ages) <= 69
    assert np.std(ages) > 5


def test_the_same_seed_gives_the_same_people() -> None:
    assert Population(5).subjects == Population(5, subjects=3).subjects
    assert Population(5).subjects[1] != Population(6).subjects[1]


def test_any_code_is_a_person() -> None:
    assert Population(1).person("walk-in 17") == Population(1).person("walk-in 17")


def test_treatment_makes_furrows_shallower_by_a_few_per_cent() -> None:
    population = Population(1, subjects=60)
    changes = []
    for person in population.subjects[1:]:
        before, after = (population.plan(Target(person.code, LEFT, week)).furrow_factor for week in (0, 4))
        changes.append(after / before - 1)
    assert -0.12 < np.mean(changes) < -0.06
    assert np.std(changes) > 0.02


def test_the_first_subject_clearly_responds() -> None:
    population = Population(1)
    factors = [population.plan(Target("S-001", LEFT, week)).furrow_factor for week in (0, 2, 4)]
    assert factors[2] / factors[0] < 0.85
    assert factors[2] < factors[1] < factors[0]


def test_older_skin_has_deeper_furrows() -> None:
    population = Population(2, subjects=40)
    ages = [person.age_share for person in population.subjects]
    depths = [population.plan(Target(person.code, LEFT)).deepest_um for person in population.subjects]
    assert np.corrcoef(ages, depths)[0, 1] > 0.7
    assert 90 < min(depths) < max(depths) < 480


def test_visits_keep_the_skin_and_replicates_only_move_the_camera() -> None:
    population = Population(1)
    first, second = Target("S-002", LEFT, 0, 1), Target("S-002", LEFT, 0, 2)
    assert population.plan(first) == population.plan(second)
    assert population.hand(first) != population.hand(second)
    later = population.plan(replace(first, week=4))
    assert replace(later, furrow_factor=1, texture_factor=1) == replace(
        population.plan(first), furrow_factor=1, texture_factor=1
    )


def test_truth_is_written_once_per_skin(tmp_path: Path) -> None:
    population = Population(1)
    targets = [Target("S-001", LEFT, week, replicate) for week in (0, 4) for replicate in (1, 2)]
    population.write_truth(tmp_path / "truth", targets, (240, 320))
    truth = json.loads((tmp_path / "truth" / "truth.json").read_text())
    assert truth["spacing_um"] == pytest.approx(72.0)
    assert [entry["week"] for entry in truth["targets"]] == [0, 4]
    before, after = truth["targets"]
    assert after["deepest_mean_depth_um"] < 0.85 * before["deepest_mean_depth_um"]
    height = tifffile.imread(tmp_path / "truth" / before["height_file"])
    assert height.shape == (240, 320)
    assert height.dtype == np.float32
    deepest = max(before["furrows"], key=lambda furrow: furrow["mean_depth_um"])
    line = np.array(deepest["centre_line"])
    assert ((line >= 0) & (line < [240, 320])).all()
    assert not list((tmp_path / "truth").glob(".*"))


def test_truth_into_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truth").write_text("in the way")
    with pytest.raises(ExportError, match="a file lies where a folder is needed"):
        Population(1).write_truth(tmp_path / "truth", [Target("S-001", LEFT)], (240, 320))
