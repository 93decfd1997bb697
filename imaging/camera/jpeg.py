"""Is this JPEG whole? A decoder hands out torn and garbled pictures without a word."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.device import check_shape
from imaging.errors import CameraError

_START = b"\xff\xd8"
_END = b"\xff\xd9"
_SCAN = 0xDA
_FRAME_HEADERS = frozenset({0xC0, 0xC1, 0xC2})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def decode_jpeg(payload: bytes, agreed: tuple[int, int] | None, name: str) -> npt.NDArray[np.uint8]:
    """(rows, cols, 3) RGB of a whole JPEG of the agreed size (rows, cols); CameraError for any other."""
    fault = jpeg_fault(payload)
    if fault is not None:
        raise CameraError(f"{name} sent a {fault} picture; it was dropped. Check the cable if this goes on.")
    check_shape(jpeg_size(payload) or (0, 0), agreed, name)
    picture = cv2.imdecode(np.frombuffer(payload, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise CameraError(f"{name} sent an unreadable picture; it was dropped. Check the cable.")
    return np.asarray(picture, dtype=np.uint8)


def jpeg_fault(payload: bytes) -> str | None:
    """Why a JPEG must not be used: "torn", "corrupt", or None when it looks whole.

    The end marker must be there, every segment must lead to the next, and within the entropy-coded data a byte 0xFF
    is only followed by 0x00 or a restart marker (ITU-T T.81, B.1.1).
    """
    body = payload.rstrip(b"\0")
    if not body.startswith(_START):
        return "corrupt"
    if not body.endswith(_END):
        return "torn"
    scan = _scan_start(body)
    if scan is None or jpeg_size(body) is None:
        return "corrupt"
    return "corrupt" if _has_stray_marker(np.frombuffer(body, dtype=np.uint8)[scan:-2]) else None


def jpeg_size(payload: bytes) -> tuple[int, int] | None:
    """Rows and columns in the frame header; None when there is no header."""
    for marker, start in _segments(payload):
        if marker in _FRAME_HEADERS and start + 7 <= len(payload):
            rows, cols = int.from_bytes(payload[start + 3 : start + 5]), int.from_bytes(payload[start + 5 : start + 7])
            return rows, cols
    return None


def _segments(payload: bytes) -> list[tuple[int, int]]:
    """(marker, position of its length field) of the segments up to the first scan; stops at the first break."""
    found, at = [], 2
    while at + 4 <= len(payload) and payload[at] == 0xFF:
        marker = payload[at + 1]
        if marker in _ALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        found.append((marker, at + 2))
        if marker == _SCAN:
            break
        at += 2 + int.from_bytes(payload[at + 2 : at + 4])
    return found


def _scan_start(payload: bytes) -> int | None:
    segments = _segments(payload)
    if not segments or segments[-1][0] != _SCAN:
        return None
    start = segments[-1][1]
    return start + int.from_bytes(payload[start : start + 2])


def _has_stray_marker(coded: npt.NDArray[np.uint8]) -> bool:
    after = coded[np.flatnonzero(coded[:-1] == 0xFF) + 1]
    return bool(((after != 0x00) & ((after < 0xD0) | (after > 0xD7)) & (after != 0xFF)).any())
