"""Packing PNG: quick on photographs, without loss, on two threads."""

import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imaging.errors import ExportError
from imaging.model.arrays import Pixels

Chunk = tuple[bytes, bytes]
"""Four letters and the content."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}
_LEFT_NEIGHBOUR = 1
_ZLIB_HEADER, _ADLER_BASE = b"\x78\x01", 65521
_BYTES_PER_PART = 1 << 20
_WORKERS = 2


class _Part(NamedTuple):
    """A stretch of rows, packed: it joins the next without a seam."""

    packed: bytes
    adler: int
    length: int


def encode_png(pixels: Pixels, chunks: Sequence[Chunk] = ()) -> bytes:
    """The bytes of a PNG.

    Parameters
    ----------
    pixels : (rows, cols) grey, (rows, cols, 3) RGB or (rows, cols, 4) RGBA; uint8 or uint16
    chunks : what else the file says, put before the pixels

    Raises
    ------
    ExportError
        for any other kind of array

    Notes
    -----
    Each byte minus its left neighbour's, run lengths and Huffman codes without a search for repeats: on photographs
    as quick as the first level of zlib and smaller than its sixth, see `docs/decisions/surface-speed.md`.

    References
    ----------
    ISO/IEC 15948 (PNG); RFC 1950 and 1951.
    """
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    if (
        pixels.dtype not in (np.dtype(np.uint8), np.dtype(np.uint16))
        or channels not in _COLOUR_TYPES
        or not pixels.size
    ):
        raise ExportError("The picture could not be packed as PNG: it needs 8- or 16-bit grey, RGB or RGBA.")
    rows, cols = pixels.shape[:2]
    size = b"".join(count.to_bytes(4) for count in (cols, rows))
    header = size + bytes((8 * pixels.itemsize, _COLOUR_TYPES[channels], 0, 0, 0))
    listed = [(b"IHDR", header), *chunks, (b"IDAT", _packed_rows(pixels)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in listed)


def _packed_rows(pixels: Pixels) -> bytes:
    rows = len(pixels)
    at_once = max(1, _BYTES_PER_PART * rows // pixels.nbytes)
    bands = [slice(start, stop) for start, stop in pairwise([*range(0, rows, at_once), rows])]
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        parts = list(pool.map(lambda band: _pack(pixels[band], is_last=band.stop == rows), bands))
    adler = reduce(_joined_adler, parts, 1)
    return b"".join((_ZLIB_HEADER, *(part.packed for part in parts), adler.to_bytes(4)))


def _pack(pixels: Pixels, *, is_last: bool) -> _Part:
    """Filtered and deflated; all but the last end on a whole byte with the stream still open."""
    filtered = _filtered(pixels)
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_RLE)
    packed = packer.compress(filtered.data) + packer.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH)
    return _Part(packed, zlib.adler32(filtered.data), filtered.nbytes)


def _filtered(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """(rows, 1 + bytes): the number of the filter, then differences to the pixel on the left; high bytes first."""
    rows = len(pixels)
    step = pixels[0, 0].nbytes
    plain = np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder(">")).reshape(rows, -1).view(np.uint8)
    filtered = np.empty((rows, 1 + plain.shape[1]), dtype=np.uint8)
    filtered[:, 0] = _LEFT_NEIGHBOUR
    filtered[:, 1 : 1 + step] = plain[:, :step]
    np.subtract(plain[:, step:], plain[:, :-step], out=filtered[:, 1 + step :])
    return filtered


def _joined_adler(before: int, part: _Part) -> int:
    """Checksum of all bytes so far, from the part's own (as zlib's `adler32_combine`)."""
    low, high = before & 0xFFFF, before >> 16
    more_low, more_high = part.adler & 0xFFFF, part.adler >> 16
    high += more_high + part.length * (low - 1)
    return (high % _ADLER_BASE) << 16 | (low + more_low - 1) % _ADLER_BASE


def _chunk(name: bytes, content: bytes) -> bytes:
    return b"".join((len(content).to_bytes(4), name, content, zlib.crc32(content, zlib.crc32(name)).to_bytes(4)))
