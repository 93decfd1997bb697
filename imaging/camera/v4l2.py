"""What a V4L2 device node says about itself: modes and the limits of its controls (Linux only).

Structures and request numbers as in the kernel's `linux/videodev2.h`.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from imaging.model.camera import CameraMode

_ENUM_FMT = (2, 64)
_QUERYCTRL = (36, 68)
_ENUM_FRAMESIZES = (74, 44)
_ENUM_FRAMEINTERVALS = (75, 52)
_CAPTURE = 1
_DISCRETE = 1
_DISABLED = 1
_MOST = 256
"""No list of a sane device is longer."""

CONTROL_IDS = {
    "exposure": 0x009A0902,
    "gain": 0x00980913,
    "white_balance": 0x0098091A,
    "focus": 0x009A090A,
    "gamma": 0x00980910,
    "sharpness": 0x0098091B,
}


@contextmanager
def _node(path: str) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _ask(descriptor: int, request: tuple[int, int], head: bytes) -> bytes | None:
    """Send a read-write ioctl of group V with `head` at the start of its structure; None when refused."""
    import fcntl

    number, size = request
    buffer = bytearray(head.ljust(size, b"\0"))
    try:
        fcntl.ioctl(descriptor, 0xC0000000 | size << 16 | ord("V") << 8 | number, buffer)
    except OSError:
        return None
    return bytes(buffer)


def _listed(descriptor: int, request: tuple[int, int], rest: bytes) -> Iterator[bytes]:
    """Answers to index 0, 1, 2 ... until the device has no more."""
    for index in range(_MOST):
        answer = _ask(descriptor, request, struct.pack("<I", index) + rest)
        if answer is None:
            return
        yield answer


def _modes_of_format(descriptor: int, code: int) -> Iterator[CameraMode]:
    letters = struct.pack("<I", code).decode("ascii", "replace")
    for size in _listed(descriptor, _ENUM_FRAMESIZES, struct.pack("<I", code)):
        kind, cols, rows = struct.unpack_from("<III", size, 8)
        if kind != _DISCRETE:
            continue
        for interval in _listed(descriptor, _ENUM_FRAMEINTERVALS, struct.pack("<III", code, cols, rows)):
            kind, numerator, denominator = struct.unpack_from("<III", interval, 16)
            if kind == _DISCRETE and numerator:
                yield CameraMode(rows, cols, round(denominator / numerator, 2), letters)


def modes_of(path: str) -> tuple[CameraMode, ...]:
    """Every discrete mode of a device node, in the camera's order; empty when it does not answer."""
    try:
        with _node(path) as descriptor:
            formats = _listed(descriptor, _ENUM_FMT, struct.pack("<I", _CAPTURE))
            codes = [struct.unpack_from("<I", answer, 44)[0] for answer in formats]
            return tuple(mode for code in codes for mode in _modes_of_format(descriptor, code))
    except OSError:
        return ()


def control_limits(path: str) -> dict[str, tuple[float, float]]:
    """Smallest and largest value of each control the device has, by our names."""
    try:
        with _node(path) as descriptor:
            asked = {name: _limits_of(descriptor, identifier) for name, identifier in CONTROL_IDS.items()}
    except OSError:
        return {}
    return {name: limits for name, limits in asked.items() if limits is not None}


def _limits_of(descriptor: int, identifier: int) -> tuple[float, float] | None:
    answer = _ask(descriptor, _QUERYCTRL, struct.pack("<I", identifier))
    if answer is None or struct.unpack_from("<I", answer, 56)[0] & _DISABLED:
        return None
    low, high = struct.unpack_from("<ii", answer, 40)
    return float(low), float(high)
