"""Lights files: what is read, and that garbage is named with its line."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imaging.calibration.lights_file import lights_from_json, lights_to_json, read_lights
from imaging.errors import CalibrationError
from imaging.model.lights import Lights

NEAR = {"model": "near", "unit": "mm", "positions": [[10, 0, 40], [0, 10, 40], [-10, 0, 40]], "intensities": [1, 2, 3]}


def written(folder: Path, text: str | bytes, name: str = "lights.lp") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_lp_keeps_order_and_names(tmp_path: Path) -> None:
    lights = read_lights(written(tmp_path, "2\r\nsecond picture.png 0 0.6 0.8\r\n7 0.6 0 0.8\r\n\r\n"))
    assert lights.model == "distant"
    assert lights.names == ("second picture.png", "7")
    np.testing.assert_allclose(lights.vectors, [[0, 0.6, 0.8], [0.6, 0, 0.8]])


def test_bare_list_has_no_names_and_is_made_unit_length(tmp_path: Path) -> None:
    lights = read_lights(written(tmp_path, "\ufeff3\n0 0 2\n3 0 4\n0 -3 4\n", "lights.txt"))
    assert lights.names == ()
    np.testing.assert_allclose(lights.vectors, [[0, 0, 1], [0.6, 0, 0.8], [0, -0.6, 0.8]])


def test_the_real_lights_file_is_read(test_data: Path) -> None:
    lights = read_lights(test_data / "multi-light" / "gray" / "lights.lp")
    assert len(lights) == 12
    np.testing.assert_allclose(np.linalg.norm(lights.vectors, axis=1), 1)


def test_near_lights_are_positions_in_mm(tmp_path: Path) -> None:
    lights = read_lights(written(tmp_path, json.dumps(NEAR), "lights.json"))
    assert lights.model == "near"
    np.testing.assert_array_equal(lights.vectors, NEAR["positions"])
    np.testing.assert_array_equal(lights.intensities, [1, 2, 3])


def test_beams_shine_along_unit_axes() -> None:
    lights = lights_from_json(NEAR | {"axes": [[0, 0, -2]] * 3, "beam_exponent": 1.5})
    assert lights.beam_exponent == 1.5
    np.testing.assert_array_equal(lights.axes, [[0, 0, -1]] * 3)


@pytest.mark.parametrize("values", [NEAR, NEAR | {"axes": [[0, 0, -1]] * 3, "beam_exponent": 2, "names": list("abc")}])
def test_json_written_is_json_read(values: dict[str, object]) -> None:
    once = lights_to_json(lights_from_json(values))
    assert lights_to_json(lights_from_json(json.loads(json.dumps(once)))) == once


def test_distant_lights_survive_the_way_through_json() -> None:
    lights = lights_from_json(lights_to_json(Lights("distant", np.array([[1.0, 2, 3]]), names=("n",))))
    np.testing.assert_allclose(lights.vectors, np.array([[1, 2, 3]]) / np.sqrt(14))
    assert lights.names == ("n",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("three\n0 0 1\n", "line 1"),
        ("-1\n0 0 1\n", "line 1"),
        ("0\n", "line 1"),
        ("2.5\n0 0 1\n", "line 1"),
        ("2\na 0 0 1\n", "announces 2 lights, but 1 follow"),
        ("1\na 0 0 1\nb 0 0 1\n", "announces 1 lights, but 2 follow"),
        ("99999999999999999999\na 0 0 1\n", "but 1 follow"),
        ("1\na 0 zero 1\n", "line 2"),
        ("1\n0 1\n", "line 2"),
        ("2\na 0 0 1\n\nb 0 nan 1\n", "line 4"),
        ("1\na 0 inf 1\n", "line 2"),
        ("1\na 0 1e308 1\n", "line 2"),
        ("1\na 1_0 0 1\n", "line 2"),
        ("1\na 0 0 0\n", "points nowhere"),
        ("1\na 0 0 -1\n", "behind the skin"),
        ("1\na 1 0 0\n", "behind the skin"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "not text"),
        ('{"model": "near",\n "positions": [[1, 2, 3],\n]}', "line 3"),
        ("[1, 2", "line 1"),
        ("[[0, 0, 1]]", "expected an object"),
        ("[" * 100_000, "line 1"),
    ],
)
def test_garbage_is_named_with_file_and_line(tmp_path: Path, text: str | bytes, words: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(CalibrationError, match=words) as caught:
        read_lights(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": "ring"}, "near"),
        ({"model": ["near"]}, "near"),
        ({"unit": "cm"}, "mm"),
        ({"positions": None}, "positions"),
        ({"positions": []}, "positions"),
        ({"positions": {}}, "positions"),
        ({"positions": [[1, 2, 3], [1, 2], [1, 2, 3]]}, "light 2"),
        ({"positions": [[1, 2, 3], [1, 2, "3"], [1, 2, 3]]}, "light 2"),
        ({"positions": [[1, 2, 3], [1, 2, True], [1, 2, 3]]}, "light 2"),
        ({"positions": [[1, 2, float("nan")]] * 3}, "light 1"),
        ({"positions": [[1, 2, 10**400]] * 3}, "light 1"),
        ({"positions": [[0, 0, 0]] * 3}, "nowhere"),
        ({"positions": [[0, 0, -5]] * 3}, "behind the skin"),
        ({"intensities": [1, 2]}, "3 numbers"),
        ({"intensities": 1}, "3 numbers"),
        ({"intensities": [1, 0, 1]}, "light 2"),
        ({"intensities": [1, -1, 1]}, "light 2"),
        ({"intensities": [1, float("inf"), 1]}, "light 2"),
        ({"intensities": [1, "2", 1]}, "light 2"),
        ({"axes": [[0, 0, -1]] * 3}, "beam_exponent"),
        ({"beam_exponent": 2}, "axes"),
        ({"axes": [[0, 0, -1]] * 3, "beam_exponent": -1}, "at least zero"),
        ({"axes": [[0, 0, -1]] * 2, "beam_exponent": 1}, "3 directions"),
        ({"axes": [[0, 0, 0]] * 3, "beam_exponent": 1}, "3 directions"),
        ({"names": ["a"]}, "3 texts"),
    ],
)
def test_wrong_json_is_named_with_its_key(tmp_path: Path, change: dict[str, object], words: str) -> None:
    with pytest.raises(CalibrationError, match=words):
        read_lights(written(tmp_path, json.dumps(NEAR | change), "lights.json"))


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.lp", tmp_path, Path("nul\0byte")):
        with pytest.raises(CalibrationError, match="cannot be read"):
            read_lights(path)


@given(st.binary(max_size=60) | st.text(alphabet='0123 .-\nnae[]{}",:', max_size=60).map(str.encode))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_lights_or_one_plain_sentence(tmp_path: Path, content: bytes) -> None:
    try:
        assert len(read_lights(written(tmp_path, content))) > 0
    except CalibrationError as error:
        assert "lights.lp" in str(error)
