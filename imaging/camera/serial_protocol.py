"""The words between station and light controller; docs/lights/protocol.md says the same for people.

Lines of ASCII, ended by a line feed. The station numbers its orders; the controller answers each with one line that
begins with the same number. Everything else on the line is not for us: start-up messages, late answers, noise.
"""

import re
from dataclasses import dataclass

from imaging.errors import CameraError

VERSION = 1
BAUD = 115_200
LONGEST_LINE = 250
_ANSWER = re.compile(rb"^(\d{1,4}) (OK|ERR)(?: ([\x20-\x7e]*))?$")
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]{0,23}$")
_PRODUCT = "rhytid-lights"


@dataclass(frozen=True)
class Answer:
    number: int
    is_done: bool
    words: str = ""


def order_line(number: int, order: str) -> bytes:
    """What goes over the wire for an order such as "ON 2"."""
    return f"{number} {order}\n".encode("ascii")


def read_answer(line: bytes) -> Answer | None:
    """The answer in a line; None when the line is none."""
    found = _ANSWER.match(line.strip(b"\r\n "))
    if found is None:
        return None
    return Answer(int(found[1]), found[2] == b"OK", (found[3] or b"").decode("ascii").strip())


def read_greeting(words: str) -> tuple[str, ...]:
    """The names of the lights out of the answer to HELLO: "rhytid-lights 1 upper-right upper-left ...".

    Raises
    ------
    CameraError
        It is another device, speaks another version, or its names cannot be used.
    """
    product, _, rest = words.partition(" ")
    version, *names = rest.split() or [""]
    if product != _PRODUCT:
        raise CameraError(f'The device answers as "{product[:40]}", not as a light controller: choose another port.')
    if version != str(VERSION):
        raise CameraError(
            f"The light controller speaks version {version or '?'} of the protocol, this station version {VERSION}: "
            "update its firmware."
        )
    is_usable = 2 <= len(names) <= 32 and len(set(names)) == len(names) and all(_NAME.match(name) for name in names)
    if not is_usable:
        raise CameraError("The light controller names no two or more lights of its own: correct its firmware.")
    return tuple(names)
