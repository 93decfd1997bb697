"""Plugin of the tests inside the guest: memory in one piece, taken before anything else.

User-Mode Linux maps every piece of a program's memory on its own on the machine outside, which allows a program 65530
of them (vm.max_map_count), and ends it by a fault beyond. A window with its camera, page by page, comes to 60 000;
with a heap that was touched once from end to end to 8 000. MALLOC_ARENA_MAX=1 and PYTHONMALLOC=malloc put
everything there.
"""

import ctypes

HEAP_BYTES = 500_000_000

_libc = ctypes.CDLL(None)
_libc.malloc.restype, _libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
_libc.free.restype, _libc.free.argtypes = None, [ctypes.c_void_p]
_heap = _libc.malloc(HEAP_BYTES)
ctypes.memset(_heap, 1, HEAP_BYTES)
_libc.free(_heap)
