"""Large maps, a band of rows at a time: small enough for the cache, two at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")
SAMPLES_PER_BAND = 65536


def for_each_band(
    work: Callable[[slice], Answer], shape: tuple[int, int], samples: int = SAMPLES_PER_BAND
) -> list[Answer]:
    """Call `work` with every band of rows; two bands run at once and each must write only its own rows.

    Returns
    -------
    what `work` answered for each band, from the top down
    """
    rows, cols = shape
    height = max(1, samples // max(cols, 1))
    bands = [slice(start, min(start + height, rows)) for start in range(0, rows, height)]
    if len(bands) == 1:
        return [work(bands[0])]
    answers: dict[int, Answer] = {}
    waiting = iter(range(len(bands)))

    def take() -> None:
        for index in waiting:
            answers[index] = work(bands[index])

    with ThreadPoolExecutor(max_workers=1) as second:
        other = second.submit(take)
        take()
        other.result()
    return [answers[index] for index in range(len(bands))]
