"""Words and pictures of a comparison whose content is known."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from imaging.export.change_words import change_words, endpoint_title, number
from imaging.export.comparison_files import comparison_to_json, registration_to_json, write_comparison
from imaging.export.comparison_picture import ComparisonStyle, render_comparison
from imaging.export.picture import MIN_COLS
from imaging.model.comparison import Change, EndpointChange, PointPairs, Registration, Verdict, WrinkleChange
from imaging.model.geometry import Roi
from tests.imaging.export.captures import measured, wrinkle

SHAPE = (240, 400)
HEADLINE = "wrinkles.deepest_mean_depth_um"
DEEPEST = EndpointChange(HEADLINE, 182.1, 150.3, -31.8, -17.46, 25.4, "study 2026", 34.0, Verdict.DECREASE)


def changed(verdict: str = "trusted", reason: str = "") -> Change:
    """Ten rows are 40 µm higher; the right quarter is not shown by the moving picture."""
    before = measured(shape=SHAPE).surface
    change = np.zeros(SHAPE, dtype=np.float32)
    change[100:110] = 40
    change[:, 300:] = np.nan
    rows, cols = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]].astype(np.float32)
    displacement = np.stack([rows, cols], axis=-1)
    displacement[:, 300:] = np.nan
    registration = Registration(
        np.eye(3),
        displacement,
        "affine",
        80,
        float("nan"),
        0.75,
        None,
        verdict,
        reason,  # type: ignore[arg-type]
    )
    photograph = np.array(before.photograph)
    photograph[:, 300:] = 0
    return Change(
        registration=registration,
        change=change,
        significant=change > 20,
        moving_photograph=photograph,
        moving_height=before.height + change,
        endpoints=(DEEPEST,),
        wrinkles=(WrinkleChange(1, 182.0, None, wrinkle().centre_line),),
        headline=HEADLINE,
        roi=Roi.whole(SHAPE),
        common_area_fraction=0.75,
    )


def test_change_in_words() -> None:
    numbers, limit, verdict = change_words(DEEPEST)
    assert numbers == "182 → 150 µm (−31.8 µm, −17.5 %)"
    assert limit == "Minimal detectable change (95 %): 25.4 µm, study 2026"
    assert verdict == "Decrease (shallower)"


def test_what_is_not_known_is_said() -> None:
    nothing = replace(
        DEEPEST, reference=None, change=None, mdc95=None, verdict=Verdict.CANNOT_JUDGE, reason="No study."
    )
    numbers, limit, verdict = change_words(nothing)
    assert numbers == "not measured → 150 µm"
    assert limit.endswith("not known")
    assert verdict == "Cannot judge: No study"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0123, "0.0123"), (-5.5, "−5.5"), (1234.5, "1234"), (None, "not measured")]
)
def test_numbers_have_three_digits(value: float | None, text: str) -> None:
    assert number(value) == text


def test_titles_name_their_group() -> None:
    assert endpoint_title(HEADLINE) == "Wrinkles: deepest wrinkle, mean depth"
    assert endpoint_title("texture.Sa_um") == "Texture: Sa, mean roughness"


def test_three_pictures_side_by_side() -> None:
    capture = measured(shape=SHAPE)
    picture = render_comparison(changed(), capture)
    assert picture.shape[1] == 3 * max(SHAPE[1], MIN_COLS) + 2 * max(4, SHAPE[1] // 100)
    first, second, third = (picture[:, start : start + SHAPE[1]] for start in (0, 404, 808))
    assert (second[50, 350] == 225).all(), "not shown by the moving picture"
    assert np.ptp(third[50, 100].astype(int)) < 12, "skin that did not change stays grey"
    assert int(third[105, 100, 0]) - int(third[105, 100, 2]) > 40, "higher is red"
    assert not np.array_equal(first[50, 350], second[50, 350])


def test_without_a_control_it_is_said_on_the_picture() -> None:
    capture = measured(shape=SHAPE)
    told, silent = (render_comparison(changed(), capture, style) for style in (None, ComparisonStyle(control="")))
    assert np.array_equal(told[: SHAPE[0], :800], silent[: SHAPE[0], :800])
    assert not np.array_equal(told[SHAPE[0] :, 808:], silent[SHAPE[0] :, 808:])


def test_json_has_only_what_json_knows(tmp_path: Path) -> None:
    capture = measured(shape=SHAPE)
    write_comparison(tmp_path, changed(), [capture])
    content = json.loads((tmp_path / "comparison.json").read_text())
    registration = json.loads((tmp_path / "registration.json").read_text())
    assert content == comparison_to_json(changed(), capture)
    assert registration == registration_to_json(changed().registration)
    assert registration["residual_px"] is None
    assert content["endpoints"][HEADLINE]["verdict"] == "decrease"
    assert content["endpoints"][HEADLINE]["mdc95_df"] == 34.0
    assert content["wrinkles"][0]["change_um"] is None
    assert content["common_area_fraction"] == 0.75


def test_points_that_a_person_marked_stay_with_the_comparison() -> None:
    points = PointPairs(((1.0, 2.0), (30.0, 40.0)), ((3.0, 4.0), (50.0, 60.0)))
    plain, marked = changed(), replace(changed(), start=points)
    assert comparison_to_json(plain, measured(shape=SHAPE))["marked_points"] is None
    found = comparison_to_json(marked, measured(shape=SHAPE))["marked_points"]
    assert found == {"reference": [[1.0, 2.0], [30.0, 40.0]], "moving": [[3.0, 4.0], [50.0, 60.0]]}


def test_a_refusal_is_drawn_with_its_reason() -> None:
    capture = measured(shape=SHAPE)
    plain, refused = (render_comparison(change, capture) for change in (changed(), changed("refused", "Other skin.")))
    assert plain.shape[1] == refused.shape[1]
    assert not np.array_equal(plain[: SHAPE[0]], refused) or plain.shape != refused.shape
