"""What the audit trail says, and what a check of the archive found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AuditEntry:
    """One write. Entries hold identifiers only and are chained by their hashes."""

    number: int
    """1, 2, 3, ... without a gap."""
    at: datetime
    """UTC."""
    operator: str
    action: str
    """What was done, for example "add capture"."""
    ids: Mapping[str, str]
    """What it was done to: kind -> identifier."""
    reason: str
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class VerifyReport:
    """Counts of what was checked, and one plain sentence for each thing that is wrong."""

    captures: int
    originals: int
    sidecars: int
    audit_entries: int
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Worth knowing, nothing wrong: for example that the index was rebuilt."""

    @property
    def is_sound(self) -> bool:
        return not self.problems
