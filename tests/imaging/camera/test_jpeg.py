"""Torn and garbled JPEGs are told from whole ones."""

import cv2
import numpy as np
import pytest

from imaging.camera.jpeg import jpeg_fault, jpeg_size


@pytest.fixture(scope="module")
def whole() -> bytes:
    rng = np.random.default_rng(3)
    picture = cv2.GaussianBlur(rng.integers(0, 255, (240, 320, 3), dtype=np.uint8), (0, 0), 1.5)
    options = [cv2.IMWRITE_JPEG_QUALITY, 90, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422]
    return cv2.imencode(".jpg", picture, options)[1].tobytes()


def test_a_whole_one(whole: bytes) -> None:
    assert jpeg_fault(whole) is None
    assert jpeg_size(whole) == (240, 320)


def test_padding_after_the_end_is_allowed(whole: bytes) -> None:
    assert jpeg_fault(whole + bytes(100)) is None


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_torn(whole: bytes, share: float) -> None:
    assert jpeg_fault(whole[: int(len(whole) * share)]) == "torn"


def test_garbled(whole: bytes) -> None:
    broken = bytearray(whole)
    for at in range(700, len(broken) - 2, 97):
        broken[at] ^= 0x5A
    assert jpeg_fault(bytes(broken)) == "corrupt"


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"GIF89a" + bytes(50), b"\xff\xd8" + bytes(40) + b"\xff\xd9"])
def test_what_is_no_jpeg(content: bytes) -> None:
    assert jpeg_fault(content) in ("corrupt", "torn")
    assert jpeg_size(content) is None
