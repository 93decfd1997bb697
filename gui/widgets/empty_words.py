"""The words of a page on which there is nothing yet."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Empty:
    """What stands where nothing is yet, and where to go next."""

    title: str
    sentence: str
    action: str = ""
    goes_to: str = ""
