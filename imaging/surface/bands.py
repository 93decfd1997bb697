"""Large maps, a band of rows at a time: small enough for the cache, two at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_SAMPLES_PER_BAND = 65536
_WORKERS = 2


def for_each_band(work: Callable[[slice], None], shape: tuple[int, int], samples: int = _SAMPLES_PER_BAND) -> None:
    """Call `work` with every band of rows; two bands run at once and each must write only its own rows."""
    rows, cols = shape
    height = max(1, samples // max(cols, 1))
    bands = [slice(start, min(start + height, rows)) for start in range(0, rows, height)]
    if len(bands) == 1:
        work(bands[0])
        return
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        list(pool.map(work, bands))
