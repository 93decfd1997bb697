"""Who a code stands for. Kept apart from everything else; never in a log, a file name or an export."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Person:
    """The key from a subject to a person. Its `repr` shows nothing, so that no log can."""

    subject_id: str
    name: str = field(repr=False)
    record_number: str = field(default="", repr=False)
    """Number in the clinic's own records."""
    born_on: date | None = field(default=None, repr=False)
