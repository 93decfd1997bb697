"""PNG files of our own packing: every reader sees the pixels and what else the file says."""

import io

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from imaging.camera import png
from imaging.camera.png import encode_png
from imaging.errors import ExportError

_CHANCE = np.random.default_rng(3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(1, 1), (5, 1, 3), (37, 53), (37, 53, 3), (37, 53, 4)])
@pytest.mark.parametrize("bytes_per_part", [1, 700, 1 << 20])
def test_there_and_back(
    monkeypatch: pytest.MonkeyPatch, dtype: type, shape: tuple[int, ...], bytes_per_part: int
) -> None:
    monkeypatch.setattr(png, "_BYTES_PER_PART", bytes_per_part)
    pixels = _CHANCE.integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)
    read = cv2.imdecode(np.frombuffer(encode_png(pixels), dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    red_first = read if pixels.ndim == 2 else read[..., [2, 1, 0, 3][: shape[2]]]
    assert red_first.dtype == dtype
    assert np.array_equal(red_first, pixels)


@pytest.mark.parametrize("flat", [np.zeros((600, 900), np.uint8), np.full((600, 900, 3), 255, np.uint8)])
def test_pillow_reads_it_and_finds_the_checksums_right(flat: npt.NDArray[np.uint8]) -> None:
    """Pillow checks every chunk, and zlib the sum over all rows, which was joined from that of several parts."""
    packed = encode_png(flat)
    Image.open(io.BytesIO(packed)).verify()
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(packed))), flat)
    assert len(packed) < flat.nbytes / 50


def test_a_view_with_gaps_is_packed_as_it_is_seen() -> None:
    pixels = _CHANCE.integers(0, 256, (40, 60, 3)).astype(np.uint8)[::2, ::-3]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png(pixels)))), pixels)


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4), np.float32), np.zeros((4, 4, 2), np.uint8), np.zeros((0, 4), np.uint8)]
)
def test_what_png_cannot_hold_is_refused(wrong: npt.NDArray[np.uint8]) -> None:
    with pytest.raises(ExportError, match="PNG"):
        encode_png(wrong)
