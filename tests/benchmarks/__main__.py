"""`make bench`: how fast the station is, beside what a bare loop would need. One row a benchmark."""

import argparse
import importlib
import os
from collections.abc import Callable

from tests.benchmarks.figures import Figure, Length, print_figures

BENCHMARKS = {
    "live-feed": "tests.benchmarks.live_feed",
}
"""Name on the command line -> module with `run(length) -> list[Figure]`."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(BENCHMARKS)} (default: all)"
    )
    parser.add_argument("--long", action="store_true", help="ten minutes for what has to stay flat over time")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark is called {' or '.join(sorted(unknown))}: there are {', '.join(BENCHMARKS)}")
    return arguments


def main() -> None:
    arguments = _arguments()
    length = Length(live_s=600.0 if arguments.long else 20.0)
    print(f"{os.cpu_count()} processors")
    for name in arguments.names or BENCHMARKS:
        run: Callable[[Length], list[Figure]] = importlib.import_module(BENCHMARKS[name]).run
        print_figures(name, run(length))


if __name__ == "__main__":
    main()
