"""How the process deals with memory that maps gave back."""

import ctypes
import sys

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
"""Numbers of `mallopt` (glibc's malloc.h)."""
_LARGEST_KEPT = 32 * 2**20
"""Bytes of one map; glibc allows no more."""
_MOST_KEPT = 512 * 2**20


def keep_freed_memory() -> bool:
    """Use freed maps again instead of giving them back to the system, which costs a tenth of a measurement.

    Returns
    -------
    False where the C library offers no such thing (it is glibc's)
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT)) and bool(mallopt(_TRIM_THRESHOLD, _MOST_KEPT))
