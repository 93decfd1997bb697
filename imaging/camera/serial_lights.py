"""A light controller on a serial port: found by the identity of its USB device, lost and found again.

One lock around the port: the feed's thread switches, the window asks now and then whether the controller is there.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from imaging.camera.device import Clock
from imaging.camera.serial_ports import FindPorts, SerialPort, find_ports
from imaging.camera.serial_protocol import BAUD, LONGEST_LINE, Answer, order_line, read_answer, read_greeting
from imaging.errors import CameraError

if TYPE_CHECKING:
    from serial import Serial

_HIGHEST_NUMBER = 9999


@dataclass(frozen=True)
class SerialTimes:
    """How long to wait.

    Parameters
    ----------
    answer_s : for the answer to one order; asked twice before the controller counts as silent
    greeting_s : for the first answer after opening: many boards start anew when their port is opened
    """

    answer_s: float = 0.4
    greeting_s: float = 4.0


class SerialLights:
    """Signs the contract of `imaging.camera.device.LightController`.

    Parameters
    ----------
    wanted : identity of the port (see `SerialPort`), or its path
    names : of the lights as last known, so that they are known while the controller is away
    find : lists the ports there are
    """

    def __init__(
        self,
        wanted: str,
        names: tuple[str, ...] = (),
        times: SerialTimes | None = None,
        find: FindPorts = find_ports,
        clock: Clock = time.monotonic,
    ) -> None:
        self._wanted, self._names, self._find, self._clock = wanted, names, find, clock
        self._times = times or SerialTimes()
        self._lock = threading.Lock()
        self._port: Serial | None = None
        self._numbers = count(1)
        self._pending = b""
        self._is_closed = False

    @property
    def lights(self) -> tuple[str, ...]:
        """As the controller named them in its greeting; before the first greeting as they were given."""
        return self._names

    def select(self, light: str | None) -> None:
        """Switch, and return when the controller has said that it did."""
        with self._lock:
            self._connect()
            if light is not None and light not in self._names:
                listed = ", ".join(self._names)
                raise CameraError(f'The light controller has no light "{light}": its lights are {listed}.')
            self._order("ALL" if light is None else f"ON {self._names.index(light) + 1}")

    def check(self) -> str:
        """Is it there? Looks for it when it was lost. Empty when all is well, else one plain sentence."""
        with self._lock:
            if self._is_closed:
                return ""
            try:
                if self._port is None:
                    self._connect()
                else:
                    self._greet(2 * self._times.answer_s)
            except CameraError as error:
                return str(error)
        return ""

    def close(self) -> None:
        """All lights on, and let go of the port. May be called twice."""
        with self._lock:
            if self._port is not None:
                with suppress(CameraError):
                    self._order("ALL")
            self._drop()
            self._is_closed = True

    # -- within, with the lock held ----------------------------------------------------------------

    def _connect(self) -> None:
        """Find the port by its identity, open it, and be greeted."""
        if self._is_closed:
            raise CameraError("The light controller was closed: open the camera again.")
        if self._port is not None:
            return
        from serial import Serial, SerialException

        place = self._place()
        try:
            self._port = Serial(place.path, BAUD, timeout=0.05, write_timeout=1.0, exclusive=True)
        except (SerialException, OSError, ValueError) as error:
            raise CameraError(
                f"The light controller at {place.path} cannot be opened: close other programs that use it, or unplug "
                "it and plug it in again."
            ) from error
        self._pending = b""
        try:
            self._send(b"\n")  # ends whatever the controller may have heard of an earlier line
            self._greet(self._times.greeting_s)
        except CameraError:
            self._drop()
            raise

    def _place(self) -> SerialPort:
        ports = self._find()
        found = [port for port in ports if self._wanted in (port.identity, port.path)]
        if found:
            return found[0]
        if self._wanted.startswith("/") or self._wanted.upper().startswith("COM"):
            return SerialPort(self._wanted, self._wanted, self._wanted)
        listed = ", ".join(f"{port.name} ({port.path})" for port in ports)
        there = f" There are: {listed}." if listed else ""
        raise CameraError(f"The light controller {self._wanted} is not connected: plug it in.{there}")

    def _greet(self, patience_s: float) -> None:
        """Ask who is there until there is an answer; the names may change only while no light was used."""
        until_s = self._clock() + patience_s
        while True:
            answer = self._asked("HELLO", min(self._times.answer_s, patience_s))
            if answer is not None:
                break
            if self._clock() >= until_s:
                self._drop()
                raise CameraError("The light controller does not answer: unplug it and plug it in again.")
        if not answer.is_done:
            raise CameraError(f"The light controller refused to greet ({answer.words}): check its firmware.")
        self._names = read_greeting(answer.words)

    def _order(self, order: str) -> None:
        answer = self._asked(order, self._times.answer_s) or self._asked(order, self._times.answer_s)
        if answer is None:
            self._drop()
            raise CameraError("The light controller does not answer: unplug it and plug it in again.")
        if not answer.is_done:
            raise CameraError(f"The light controller refused the order {order} ({answer.words}): check its wiring.")

    def _asked(self, order: str, patience_s: float) -> Answer | None:
        """Send an order and wait for its own answer; None for silence."""
        number = next(self._numbers) % _HIGHEST_NUMBER
        self._send(order_line(number, order))
        until_s = self._clock() + patience_s
        while self._port is not None and self._clock() < until_s:
            found = [answer for line in self._lines() if (answer := read_answer(line)) and answer.number == number]
            if found:
                return found[0]
        return None

    def _send(self, words: bytes) -> None:
        try:
            if self._port is not None:
                self._port.write(words)
        except OSError as error:  # pyserial's own errors are of this kind
            raise self._unplugged() from error

    def _lines(self) -> list[bytes]:
        """Whole lines that have come; a line without end is dropped once it is too long."""
        try:
            if self._port is not None:
                self._pending += self._port.read(max(1, self._port.in_waiting))
        except OSError as error:
            raise self._unplugged() from error
        *lines, self._pending = self._pending.split(b"\n")
        self._pending = self._pending[-LONGEST_LINE:]
        return lines

    def _unplugged(self) -> CameraError:
        self._drop()
        return CameraError("The light controller was unplugged: plug it in again.")

    def _drop(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with suppress(OSError):
                port.close()
