"""PySide6 6.12.0 on Python 3.11 gives away one reference to None with every call that answers nothing.

After some seconds of a live picture Python ends with "deallocating None". From 3.12 on None cannot die; here it is
given more references than any run can use up.
"""

import ctypes
import sys

_MANY = 1 << 40


def keep_none_alive() -> None:
    """Call once before the first widget; a second call does no harm."""
    if sys.version_info < (3, 12) and sys.getrefcount(None) < _MANY:
        ctypes.c_ssize_t.from_address(id(None)).value += _MANY
