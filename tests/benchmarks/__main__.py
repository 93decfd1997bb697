"""`make bench`: how fast the station is, beside its peers in the same run. One table a benchmark.

A ratio is ours over the peer's: below 1 is faster, smaller or younger than the peer.
"""

import argparse
import importlib
import os
import time
from collections.abc import Callable

from tests.benchmarks.figures import TINY, Figure, Length, load_sentence, print_figures

BENCHMARKS = {
    "live-window": "tests.benchmarks.live_window",
    "live-map": "tests.benchmarks.live_map",
    "live-feed": "tests.benchmarks.live_feed",
    "live-pose": "tests.benchmarks.live_pose",
    "surface": "tests.benchmarks.surface",
    "preview": "tests.benchmarks.preview",
    "comparison": "tests.benchmarks.comparison",
    "archive": "tests.benchmarks.archive",
}
"""Name on the command line -> module with `run(length) -> list[Figure]`."""
_LONG_S = 600.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(BENCHMARKS)} (default: all)"
    )
    parser.add_argument("--long", action="store_true", help="ten minutes for what has to stay flat over time")
    parser.add_argument("--tiny", action="store_true", help="only show that everything runs; numbers mean nothing")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark is called {' or '.join(sorted(unknown))}: there are {', '.join(BENCHMARKS)}")
    return arguments


def main() -> None:
    arguments = _arguments()
    length = TINY if arguments.tiny else Length(live_s=_LONG_S) if arguments.long else Length()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the station sets it
    print(load_sentence())
    for name in arguments.names or BENCHMARKS:
        begun_s = time.perf_counter()
        run: Callable[[Length], list[Figure]] = importlib.import_module(BENCHMARKS[name]).run
        print_figures(name, run(length))
        print(f"  took {time.perf_counter() - begun_s:.0f} s; {load_sentence()}", flush=True)


if __name__ == "__main__":
    main()
