"""The light controller over a real pseudo-terminal: a board that behaves, one that does not, and the sketch itself."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals need a POSIX system", allow_module_level=True)

from imaging.camera.device import LightController
from imaging.camera.serial_lights import SerialLights, SerialTimes
from imaging.camera.serial_ports import SerialPort
from imaging.errors import CameraError
from tests.imaging.camera.boards import IDENTITY, NAMES, Board, CompiledSketch

TIMES = SerialTimes(answer_s=0.5, greeting_s=1.5)
HASTY = SerialTimes(answer_s=0.06, greeting_s=0.12)


class Sockets:
    """The USB sockets of this computer."""

    def __init__(self) -> None:
        self.ports: tuple[SerialPort, ...] = ()

    def __call__(self) -> tuple[SerialPort, ...]:
        return self.ports


@pytest.fixture
def board() -> Iterator[Board]:
    board = Board()
    yield board
    board.unplug()


@pytest.fixture
def sockets(board: Board) -> Sockets:
    sockets = Sockets()
    sockets.ports = (SerialPort("0403:6001:other", "/dev/null", "Another device"), board.terminal.port)
    return sockets


@pytest.fixture
def lights(sockets: Sockets) -> Iterator[SerialLights]:
    lights = SerialLights(IDENTITY, times=TIMES, find=sockets)
    yield lights
    lights.close()


def test_greets_switches_and_is_obeyed(lights: SerialLights, board: Board) -> None:
    assert isinstance(lights, LightController)
    lights.select(None)
    assert lights.lights == NAMES
    for name in NAMES:
        lights.select(name)
        assert board.lit == {name}
    lights.select(None)
    assert board.lit == set(NAMES)


def test_closing_leaves_all_lights_on(lights: SerialLights, board: Board) -> None:
    lights.select(NAMES[2])
    lights.close()
    lights.close()
    assert board.lit == set(NAMES)
    with pytest.raises(CameraError, match="was closed"):
        lights.select(None)


def test_a_name_it_has_not(lights: SerialLights) -> None:
    with pytest.raises(CameraError, match='no light "top": its lights are upper-right'):
        lights.select("top")


def test_one_lost_order_is_sent_again(lights: SerialLights, board: Board) -> None:
    lights.select(None)
    board.silent_for = 1
    lights.select(NAMES[1])
    assert board.lit == {NAMES[1]}


def test_a_board_that_starts_slowly_is_waited_for(lights: SerialLights, board: Board) -> None:
    board.silent_for = 2
    lights.select(NAMES[0])
    assert board.lit == {NAMES[0]}


@pytest.mark.parametrize(
    "noise", [b"\xff\xfe\x00garbage\n", b"9999 OK\n", b"x" * 5000 + b"\n", b"OK\nERR\n12 \n", b"\r\n\r\n"]
)
def test_noise_on_the_line_is_not_heard(lights: SerialLights, board: Board, noise: bytes) -> None:
    board.noise = noise
    lights.select(NAMES[3])
    assert board.lit == {NAMES[3]}


def test_silence_is_said(sockets: Sockets, board: Board) -> None:
    board.silent_for = 1000
    lights = SerialLights(IDENTITY, times=HASTY, find=sockets)
    with pytest.raises(CameraError, match="does not answer: unplug it and plug it in again"):
        lights.select(None)
    lights.close()


def test_an_answer_to_an_earlier_order_does_not_count(sockets: Sockets, board: Board) -> None:
    board.is_late = True
    lights = SerialLights(IDENTITY, times=HASTY, find=sockets)
    assert "does not answer" in lights.check()
    lights.close()


def test_a_refused_order_is_said_in_the_boards_words(lights: SerialLights, board: Board) -> None:
    board.refuses = "ON 2"
    with pytest.raises(CameraError, match=r"refused the order ON 2 \(driver too hot\)"):
        lights.select(NAMES[1])
    lights.select(NAMES[0])
    assert board.lit == {NAMES[0]}


@pytest.mark.parametrize(
    ("greeting", "sentence"),
    [
        ("grbl 1.1", "not as a light controller: choose another port"),
        ("rhytid-lights 2 a b", "speaks version 2 of the protocol, this station version 1: update its firmware"),
        ("rhytid-lights", "speaks version"),
        ("rhytid-lights 1 only", "names no two or more lights"),
        ("rhytid-lights 1 a a", "names no two or more lights"),
        ("rhytid-lights 1 a b_c", "names no two or more lights"),
    ],
)
def test_another_device_is_told(lights: SerialLights, board: Board, greeting: str, sentence: str) -> None:
    board.greeting = greeting
    with pytest.raises(CameraError, match=sentence):
        lights.select(None)


def test_unplugged_and_found_again_at_another_place(lights: SerialLights, board: Board, sockets: Sockets) -> None:
    lights.select(NAMES[0])
    board.unplug()
    with pytest.raises(CameraError, match="was unplugged: plug it in again"):
        lights.select(NAMES[1])
    sockets.ports = ()
    assert "2341:0043:A1B2C3 is not connected: plug it in" in lights.check()
    assert lights.lights == NAMES
    again = Board()
    sockets.ports = (again.terminal.port,)
    assert lights.check() == ""
    lights.select(NAMES[1])
    assert again.lit == {NAMES[1]}
    lights.close()
    again.unplug()


def test_a_check_notices_that_it_went_away(lights: SerialLights, board: Board) -> None:
    assert lights.check() == ""
    board.unplug()
    assert "unplugged" in lights.check()


def test_another_board_of_the_same_kind_is_not_taken(board: Board, sockets: Sockets) -> None:
    sockets.ports = (SerialPort("2341:0043:D4E5F6", board.terminal.path, "Four lights"),)
    lights = SerialLights(IDENTITY, times=TIMES, find=sockets)
    said = lights.check()
    assert "is not connected" in said and "Four lights" in said
    lights.close()


def test_a_port_that_is_taken_or_gone(sockets: Sockets, lights: SerialLights) -> None:
    lights.select(None)
    second = SerialLights(IDENTITY, times=TIMES, find=sockets)
    assert "cannot be opened: close other programs" in second.check()
    missing = SerialLights("/dev/there-is-none", times=TIMES, find=sockets)
    assert "cannot be opened" in missing.check()


needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler here: install g++")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sketch")


@needs_compiler
def test_the_sketch_of_the_documents_obeys(built: Path) -> None:
    sketch = CompiledSketch(built)
    lights = SerialLights(IDENTITY, times=TIMES, find=lambda: (sketch.terminal.port,))
    try:
        assert sketch.lit() == set(NAMES), "all on after power-on"
        for name in (*NAMES, NAMES[0]):
            lights.select(name)
            assert sketch.lit() == {name}
        assert lights.lights == NAMES
        lights.select(None)
        assert sketch.lit() == set(NAMES)
        assert lights.check() == ""
        for order in ("ON 5", "ON", "ON x", "DANCE"):
            with pytest.raises(CameraError, match="refused the order"):
                lights._order(order)
        lights.close()
        assert sketch.lit() == set(NAMES)
    finally:
        sketch.stop()


@needs_compiler
def test_the_sketch_turns_all_on_again_when_the_station_falls_silent(built: Path) -> None:
    sketch = CompiledSketch(built, clock_pace=2000)  # a minute in 30 ms
    lights = SerialLights(IDENTITY, times=TIMES, find=lambda: (sketch.terminal.port,))
    try:
        assert sketch.lit() == set(NAMES)
        lights.select(NAMES[1])
        assert sketch.lit() == {NAMES[1]}
        assert sketch.lit() == set(NAMES)
    finally:
        lights.close()
        sketch.stop()
