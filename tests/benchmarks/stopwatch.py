"""How long the stages of a chain take, read while the chain runs as it always does."""

import functools
import importlib
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Spent:
    """Seconds: those that passed, and those all processors worked."""

    passed_s: float = 0.0
    cpu_s: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.passed_s + other.passed_s, self.cpu_s + other.cpu_s)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.passed_s - other.passed_s, self.cpu_s - other.cpu_s)


def now() -> Spent:
    return Spent(time.perf_counter(), time.process_time())


Stages = Mapping[str, Sequence[str]]
"""Name of a stage -> the functions that are it, each as "module:name" where it is defined."""
TOTAL, REST = "total", "rest"


class Stopwatch:
    """Stages of one run. A stage inside another is taken off the outer one; other threads' calls are not counted.

    Parameters
    ----------
    opaque : stages that keep all that happens inside them for themselves
    """

    def __init__(self, opaque: Collection[str] = ()) -> None:
        self.spent: dict[str, Spent] = {}
        self._inner: list[Spent] = []
        self._opaque = opaque
        self._is_inside_opaque = False
        self._thread = threading.current_thread()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = now()
        self._inner.append(Spent())
        try:
            yield
        finally:
            whole, within = now() - begun, self._inner.pop()
            self.spent[name] = self.spent.get(name, Spent()) + whole - within
            if self._inner:
                self._inner[-1] += whole

    @contextmanager
    def listening(self, stages: Stages) -> Iterator[None]:
        """While this lasts, every call of these functions counts as its stage, whoever imported them."""
        with ExitStack() as undoing:
            for name, places in stages.items():
                for call in map(function_at, places):
                    timed = self._timed(name, call)
                    undoing.callback(_exchange, timed, call)
                    _exchange(call, timed)
            yield

    def _timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._is_inside_opaque or threading.current_thread() is not self._thread:
                return call(*args, **kwargs)
            self._is_inside_opaque = name in self._opaque
            try:
                with self.stage(name):
                    return call(*args, **kwargs)
            finally:
                self._is_inside_opaque = False

        return timed


def function_at(place: str) -> Callable[..., Any]:
    """The function "module:name"; AttributeError when it is no longer there."""
    module, name = place.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _exchange(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Put another function in the place of one, in every module of the engine that knows it by now."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "imaging":
            for known_as in [known_as for known_as, value in vars(module).items() if value is old]:
                setattr(module, known_as, new)


def time_chain(
    chain: Callable[[Stopwatch], Any], repetitions: int, stages: Stages | None = None, opaque: Collection[str] = ()
) -> dict[str, Spent]:
    """Median of each stage, of the whole (`TOTAL`) and of what no stage holds (`REST`)."""
    rounds = []
    for _ in range(repetitions):
        watch = Stopwatch(opaque)
        with watch.listening(stages or {}):
            begun = now()
            chain(watch)
            whole = now() - begun
        rest = whole - sum(watch.spent.values(), Spent())
        rounds.append({**watch.spent, TOTAL: whole, REST: rest})
    return {name: median([spent.get(name, Spent()) for spent in rounds]) for name in rounds[0]}


def time_call(call: Callable[[], Any], repetitions: int) -> Spent:
    """Median of several calls."""
    return time_chain(lambda _: call(), repetitions)[TOTAL]


def median(times: Sequence[Spent]) -> Spent:
    return Spent(float(np.median([t.passed_s for t in times])), float(np.median([t.cpu_s for t in times])))
