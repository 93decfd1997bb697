"""One gloss or blur for all captures of a site: kept with the measurement of its baseline, taken by the others."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from imaging.carried_light import kept_measurement, light_at_baseline
from imaging.export.surface_files import read_skin_light, write_measured
from imaging.model.measurement import MeasuredCapture
from imaging.model.skin_light import SkinBlur, SkinGloss, SkinLight
from imaging.model.visit import Capture
from imaging.pipeline import record_of
from imaging.version import __version__
from tests.imaging.archive.clinic import Clinic, make_facts, make_stack
from tests.imaging.export.captures import measured

BLUR = SkinBlur(4.0, (0.9, 0.2), (0.8, 0.1), 0.7, 0.35, 0.1)
CARRIED = replace(BLUR, is_carried=True)
GLOSS = SkinGloss(1.2, 0.3, 0.9, 1.0, 0.04)


def blurred(blur: SkinLight | None) -> MeasuredCapture:
    capture = measured()
    return replace(capture, surface=replace(capture.surface, skin_light=blur))


def never(baseline: Capture) -> MeasuredCapture:
    raise AssertionError(f"{baseline.identifier} was measured already")


@pytest.mark.parametrize("blur", [BLUR, CARRIED, GLOSS, None])
def test_a_blur_is_kept_with_the_measurement(tmp_path: Path, blur: SkinLight | None) -> None:
    write_measured(tmp_path, blurred(blur))
    assert read_skin_light(tmp_path) == blur


def test_later_captures_take_the_blur_of_the_baseline(clinic: Clinic) -> None:
    baseline, later = clinic.shoot(1), clinic.shoot(2, replicate=2)
    assert light_at_baseline(clinic.archive, record_of(clinic.archive, later), lambda _: blurred(BLUR)) == CARRIED
    assert light_at_baseline(clinic.archive, record_of(clinic.archive, baseline), never) is None
    write_measured(clinic.archive.derived_folder(baseline.identifier, __version__), blurred(BLUR))
    assert light_at_baseline(clinic.archive, record_of(clinic.archive, later), never) == CARRIED


def test_gloss_of_opaque_skin_is_carried_too(clinic: Clinic) -> None:
    clinic.shoot(1)
    later = clinic.shoot(2, replicate=2)
    found = light_at_baseline(clinic.archive, record_of(clinic.archive, later), lambda _: blurred(GLOSS))
    assert found == replace(GLOSS, is_carried=True)


def test_another_camera_and_one_light_carry_nothing(clinic: Clinic) -> None:
    clinic.shoot(1)
    facts = make_facts(clinic.visit, replicate=2, camera_identity="other", camera_name="Other")
    other = clinic.archive.add_capture(make_stack(2), replace(facts, taken_at=facts.taken_at + timedelta(minutes=5)))
    assert light_at_baseline(clinic.archive, record_of(clinic.archive, other), never) is None
    same = clinic.shoot(3, replicate=3)
    assert light_at_baseline(clinic.archive, record_of(clinic.archive, same), lambda _: blurred(None)) is None


@pytest.mark.parametrize(
    ("found", "wanted", "is_kept"),
    [
        (CARRIED, CARRIED, True),
        (CARRIED, replace(CARRIED, per_mm=3.0), False),
        (CARRIED, None, False),
        (BLUR, None, True),
        (BLUR, CARRIED, False),
        (GLOSS, replace(GLOSS, is_carried=True), False),
        (None, CARRIED, True),
    ],
)
def test_a_measurement_on_another_blur_is_made_again(
    tmp_path: Path, found: SkinLight | None, wanted: SkinLight | None, is_kept: bool
) -> None:
    write_measured(tmp_path, blurred(found))
    assert (kept_measurement(tmp_path, wanted) is not None) == is_kept
