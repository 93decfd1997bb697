"""Originals that two ask for at the same time are read once."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from gui.session.originals import Originals


class CountingArchive:
    """Notes what is read."""

    def __init__(self) -> None:
        self.reads: list[str] = []

    def read_stack(self, capture: SimpleNamespace) -> object:
        self.reads.append(capture.identifier)
        return object()


def test_two_who_ask_at_once_get_the_same() -> None:
    archive, originals, capture = CountingArchive(), Originals(), SimpleNamespace(identifier="one")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: originals.read(archive, capture), range(2))
    assert first is second and archive.reads == ["one"]


def test_only_the_last_is_kept() -> None:
    archive, originals = CountingArchive(), Originals()
    for identifier in ("one", "two", "two", "one"):
        originals.read(archive, SimpleNamespace(identifier=identifier))
    assert archive.reads == ["one", "two", "one"]
    originals.forget()
    originals.read(archive, SimpleNamespace(identifier="one"))
    assert archive.reads == ["one", "two", "one", "one"]
