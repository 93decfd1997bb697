"""Light controllers on the other end of a real pseudo-terminal: one written here, with its faults on demand, and the
sketch of docs/lights compiled for this computer."""

import os
import pty
import select
import subprocess
import threading
import tty
from pathlib import Path

from imaging.camera.serial_ports import SerialPort

ROOT = Path(__file__).parents[3]
SKETCH = ROOT / "docs" / "lights" / "four_leds" / "four_leds.ino"
SHIM = Path(__file__).parent / "firmware" / "arduino.h"
NAMES = ("upper-right", "upper-left", "lower-left", "lower-right")
IDENTITY = "2341:0043:A1B2C3"


class Terminal:
    """A pair of pseudo-terminals; `path` is what the station opens."""

    def __init__(self) -> None:
        self.board_end, self._station_end = pty.openpty()
        tty.setraw(self.board_end)
        self.path = os.ttyname(self._station_end)

    @property
    def port(self) -> SerialPort:
        return SerialPort(IDENTITY, self.path, "Four lights")

    def close(self) -> None:
        for end in (self.board_end, self._station_end):
            os.close(end)


class Board:
    """Behaves as docs/lights/protocol.md says, or as badly as told. A thread answers; `unplug` ends it."""

    def __init__(self, names: tuple[str, ...] = NAMES) -> None:
        self.names = names
        self.terminal = Terminal()
        self.lit: set[str] = set(names)
        self.heard: list[str] = []
        self.greeting = " ".join(("rhytid-lights", "1", *names))
        self.silent_for = 0
        """So many orders are not answered."""
        self.noise = b""
        """Sent before every answer."""
        self.refuses: str | None = None
        """The order that is answered with ERR."""
        self.is_late = False
        """Answers every order with the number of the one before."""
        self._last = "0"
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name="board")
        self._thread.start()

    def unplug(self) -> None:
        if self._thread.is_alive():
            os.write(self._wake_write, b"x")
            self._thread.join()
            self.terminal.close()
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _run(self) -> None:
        pending = b""
        while True:
            ready, _, _ = select.select([self.terminal.board_end, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            pending += os.read(self.terminal.board_end, 1000)
            *lines, pending = pending.split(b"\n")
            for line in lines:
                if line.strip():
                    self._obey(line.decode("ascii"))

    def _obey(self, line: str) -> None:
        number, _, order = line.partition(" ")
        self.heard.append(order)
        if self.silent_for > 0:
            self.silent_for -= 1
            return
        number, self._last = (self._last if self.is_late else number), number
        os.write(self.terminal.board_end, self.noise + f"{number} {self._answer(order)}\r\n".encode())

    def _answer(self, order: str) -> str:
        if order == self.refuses:
            return "ERR driver too hot"
        if order == "HELLO":
            return f"OK {self.greeting}"
        lit = {"ALL": set(self.names), "OFF": set()}.get(order)
        self.lit = {self.names[int(order.removeprefix("ON ")) - 1]} if lit is None else lit
        return "OK"


class CompiledSketch:
    """The sketch itself; `pins` is what it wrote to them."""

    def __init__(self, folder: Path, clock_pace: int = 1) -> None:
        program = folder / "four_leds"
        if not program.exists():
            command = ["g++", "-std=c++11", "-Wall", "-Wextra", "-Werror", "-x", "c++", "-include", str(SHIM)]
            subprocess.run([*command, str(SKETCH), "-o", str(program)], check=True)
        self.terminal = Terminal()
        self._process = subprocess.Popen(
            [str(program), str(self.terminal.board_end)],
            pass_fds=[self.terminal.board_end],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "CLOCK_PACE": str(clock_pace)},
        )
        self._levels: dict[int, bool] = {}

    def lit(self) -> set[str]:
        """The lights that are on after the next four writes: an order writes each pin once."""
        assert self._process.stdout is not None
        for _ in NAMES:
            pin, _, level = self._process.stdout.readline().strip().partition("=")
            self._levels[int(pin)] = level == "1"
        return {name for name, pin in zip(NAMES, sorted(self._levels), strict=True) if self._levels[pin]}

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()
        self.terminal.close()
