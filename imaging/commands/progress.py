"""Progress of long work: on stderr, and only when a person watches it on a terminal."""

import sys
from types import TracebackType
from typing import TextIO


class Progress:
    """`with Progress() as progress: progress.step("Reading 4 frames")`; the line disappears at the end."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_shown = self._stream.isatty()

    def step(self, what: str) -> None:
        """Say what is being done now."""
        self._write(f"\r\x1b[K{what} ...")

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        if self._is_shown:
            self._stream.write(text)
            self._stream.flush()
