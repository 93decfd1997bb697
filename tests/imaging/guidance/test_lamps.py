"""Lamps whose places are known, over a plane and a ball in closed form, and over the simulated skin."""

from pathlib import Path

import numpy as np
import pytest

from imaging.calibration.lights_file import read_lights
from imaging.camera.pictures import read_picture
from imaging.guidance.lamps import expect_lamps, lamp_fault, lamp_picture, rise, shown_lamp
from imaging.model.frame import Frame
from imaging.model.lights import Lights

FOUR = ("upper-right", "upper-left", "lower-left", "lower-right")
POSITIONS = np.array([[26.0, 26.0, 40.0], [-26.0, 26.0, 40.0], [-26.0, -26.0, 40.0], [26.0, -26.0, 40.0]])
NEAR = Lights("near", POSITIONS, names=FOUR)
EIGHT = np.array([[np.cos(a), np.sin(a), 1.0] for a in np.arange(8) * np.pi / 4])
NUMBERS = tuple(f"lamp-{n}" for n in range(1, 9))
SHAPE = (24, 32)


def plane_under(position: np.ndarray, pigment: float = 0.0) -> np.ndarray:
    """A matte plane 24 mm wide under a near lamp, with spots of pigment that are the same under each lamp."""
    rows, cols = SHAPE
    x, y = np.meshgrid((np.arange(cols) + 0.5) * 24 / cols - 12, 9 - (np.arange(rows) + 0.5) * 24 / cols)
    distance = np.sqrt((position[0] - x) ** 2 + (position[1] - y) ** 2 + position[2] ** 2)
    spots = 1 - pigment * np.random.default_rng(3).uniform(size=SHAPE)
    return (0.3 * spots * position[2] * 5e4 / distance**3 / 50).astype(np.float32)


def ball_under(direction: np.ndarray) -> np.ndarray:
    """A forehead, 80 mm in radius, 24 mm wide, under a distant lamp."""
    rows, cols = SHAPE
    x, y = np.meshgrid((np.arange(cols) + 0.5) * 24 / cols - 12, 9 - (np.arange(rows) + 0.5) * 24 / cols)
    normals = np.dstack([x, y, np.sqrt(80.0**2 - x**2 - y**2)]) / 80
    return (0.5 * normals @ (direction / np.linalg.norm(direction))).astype(np.float32)


def planes(order: tuple[int, ...] = (0, 1, 2, 3)) -> list[np.ndarray]:
    return [plane_under(POSITIONS[n], 0.6) for n in order]


def test_the_rise_of_a_known_ramp() -> None:
    right = (2 * np.arange(32) + 1 - 32) / 32
    up = (23 - 2 * np.arange(24))[:, None] / 32
    found = rise(np.exp(0.3 * right - 0.2 * up - 2).astype(np.float32), np.full(SHAPE, 0.2, np.float32))
    assert found == pytest.approx([0.3, -0.2], abs=1e-5)


def test_pigment_does_not_move_the_rise() -> None:
    spotted = rise(plane_under(POSITIONS[0], 0.8), plane_under(POSITIONS[2], 0.8))
    assert spotted == pytest.approx(rise(plane_under(POSITIONS[0]), plane_under(POSITIONS[2])), abs=1e-5)


@pytest.mark.parametrize("lights", [NEAR, None])
def test_good_lamps_are_not_accused(lights: Lights | None) -> None:
    assert lamp_fault(planes(), expect_lamps(FOUR, lights)) is None


def test_eight_distant_lamps_over_a_forehead() -> None:
    expected = expect_lamps(NUMBERS, Lights("distant", EIGHT))
    pictures = [ball_under(direction) for direction in EIGHT]
    assert lamp_fault(pictures, expected) is None
    pictures[3], pictures[4] = pictures[4], pictures[3]
    fault = lamp_fault(pictures, expected)
    assert fault is not None and (fault.kind, fault.lights) == ("swapped", ("lamp-4", "lamp-5"))


@pytest.mark.parametrize(
    ("order", "kind", "lights"),
    [
        ((1, 0, 2, 3), "swapped", ("upper-right", "upper-left")),
        ((0, 3, 2, 1), "swapped", ("upper-left", "lower-right")),
        ((1, 2, 3, 0), "swapped", FOUR),
        ((2, 3, 0, 1), "swapped", FOUR),
    ],
)
def test_swapped_lamps_are_named(order: tuple[int, ...], kind: str, lights: tuple[str, ...]) -> None:
    fault = lamp_fault(planes(order), expect_lamps(FOUR, NEAR))
    assert fault is not None and (fault.kind, fault.lights) == (kind, lights)
    assert fault.sentence.endswith("then take the picture again.")


@pytest.mark.parametrize("dead", range(4))
def test_a_dead_quadrant_is_named_even_with_light_in_the_room(dead: int) -> None:
    room = 0.02 * np.mean(planes(), axis=0)
    pictures = [room + (0 if n == dead else picture) for n, picture in enumerate(planes())]
    fault = lamp_fault([p.astype(np.float32) for p in pictures], expect_lamps(FOUR, NEAR))
    assert fault is not None and (fault.kind, fault.lights) == ("dark", (FOUR[dead],))
    assert f'"{FOUR[dead]}" stays dark' in fault.sentence


def test_two_dead_quadrants() -> None:
    pictures = [picture * (0.01 if n in (1, 2) else 1) for n, picture in enumerate(planes())]
    fault = lamp_fault([p.astype(np.float32) for p in pictures], expect_lamps(FOUR, NEAR))
    assert fault is not None and fault.lights == ("upper-left", "lower-left")


def test_a_frame_taken_before_the_lamp_switched() -> None:
    grain = np.random.default_rng(1).normal(1, 0.03, SHAPE).astype(np.float32)
    pictures = planes((0, 0, 2, 3))
    pictures[1] = pictures[1] * grain
    fault = lamp_fault(pictures, expect_lamps(FOUR, NEAR))
    assert fault is not None and (fault.kind, fault.lights) == ("late", ("upper-left", "upper-right"))


def test_the_same_picture_twice_is_told_of_lamps_without_known_places() -> None:
    pictures = planes((0, 1, 1, 3))
    fault = lamp_fault(pictures, expect_lamps(("a", "b", "c", "d"), None))
    assert fault is not None and (fault.kind, fault.lights) == ("same", ("b", "c"))
    assert lamp_fault(planes((3, 1, 0, 2)), expect_lamps(("a", "b", "c", "d"), None)) is None


def test_a_lamp_that_stays_on() -> None:
    stuck = plane_under(POSITIONS[2], 0.6)
    pictures = [p if n == 2 else p + stuck for n, p in enumerate(planes())]
    fault = lamp_fault(pictures, expect_lamps(FOUR, NEAR))
    assert fault is not None and (fault.kind, fault.lights) == ("stuck", ("lower-left",))


def test_a_weak_lamp_is_no_fault() -> None:
    pictures = [picture * np.float32(0.5 if n == 1 else 1) for n, picture in enumerate(planes())]
    assert lamp_fault(pictures, expect_lamps(FOUR, NEAR)) is None


def test_a_lamp_that_lights_another_side_than_any_of_them() -> None:
    lights = Lights("near", np.array([[30.0, 0, 40], [0, 30.0, 40], [-30.0, 0, 40]]))
    pictures = [plane_under(np.array(p)) for p in ([30.0, 0, 40], [0, -30.0, 40], [-30.0, 0, 40])]
    fault = lamp_fault(pictures, expect_lamps(("a", "b", "c"), lights))
    assert fault is not None and fault.kind in ("unlike", "swapped", "late")


def test_lamps_that_rise_nowhere_are_not_accused() -> None:
    flat = [
        np.full(SHAPE, 0.3, np.float32) * (1 + 0.05 * np.random.default_rng(n).normal(size=SHAPE)) for n in range(4)
    ]
    assert lamp_fault([p.astype(np.float32) for p in flat], expect_lamps(FOUR, NEAR)) is None


def test_a_lamp_overhead_is_not_judged_and_hinders_nobody() -> None:
    places = np.vstack([POSITIONS, [[0.0, 0.0, 40.0]]])
    names = (*FOUR, "middle")
    pictures = [plane_under(place) for place in places]
    assert lamp_fault(pictures, expect_lamps(names, Lights("near", places, names=names))) is None
    pictures[0], pictures[3] = pictures[3], pictures[0]
    fault = lamp_fault(pictures, expect_lamps(names, Lights("near", places, names=names)))
    assert fault is not None and fault.lights == ("upper-right", "lower-right")


def test_real_pictures_of_a_ball_under_twelve_lamps(test_data: Path) -> None:
    folder = test_data / "multi-light" / "gray"
    frames = [read_picture(folder / f"gray.{n}.png")[90:199, 190:299] for n in range(12)]
    pictures = [lamp_picture(Frame(pixels, n, 0.0, str(n), "linear")) for n, pixels in enumerate(frames)]
    expected = expect_lamps(tuple(map(str, range(12))), read_lights(folder / "lights.lp"))
    assert lamp_fault(pictures, expected) is None
    pictures[0], pictures[4] = pictures[4], pictures[0]
    fault = lamp_fault(pictures, expected)
    assert fault is not None and fault.lights == ("0", "4")


def test_words_say_where_a_lamp_stands() -> None:
    expected = expect_lamps(("top", "Right", "bottom_left"), None)
    toward = np.array([[0, 1], [1, 0], [-np.sqrt(0.5), -np.sqrt(0.5)]])
    apart = toward - toward.mean(axis=0)
    assert expected.sides == pytest.approx(apart / np.linalg.norm(apart, axis=1, keepdims=True))


def test_calibrated_places_count_by_name_before_order() -> None:
    turned = expect_lamps(FOUR[::-1], NEAR)
    assert turned.sides == pytest.approx(expect_lamps(FOUR, NEAR).sides[::-1])


@pytest.mark.parametrize("lamp", range(4))
def test_one_picture_tells_its_lamp(lamp: int) -> None:
    even = np.mean(planes(), axis=0, dtype=np.float32)
    assert shown_lamp(planes()[lamp], even, expect_lamps(FOUR, NEAR)) == FOUR[lamp]
    assert shown_lamp(even, even, expect_lamps(FOUR, NEAR)) is None


def test_a_picture_is_linear_and_small() -> None:
    codes = np.full((480, 640, 3), 188, np.uint8)  # half of white in sRGB
    picture = lamp_picture(Frame(codes, 1, 0.0))
    assert picture.shape == SHAPE
    assert picture == pytest.approx(0.5, abs=0.005)
