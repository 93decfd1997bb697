"""What the window works on now, as one frozen value. Free of Qt: the state of a page is computed from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from imaging.model.allocation import Allocation
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import Capture, NotDone, SiteKey, Study, Subject, Visit


@dataclass(frozen=True)
class Chosen:
    """Study, subject and visit of this moment. None where nothing is chosen yet."""

    operator: str = ""
    has_archive: bool = False
    study: Study | None = None
    protocol: StudyProtocol | None = None
    subject: Subject | None = None
    history: tuple[Visit, ...] = ()
    """All visits of the subject in this study, oldest first."""
    visit: Visit | None = None
    captures: tuple[Capture, ...] = ()
    """Everything taken at the visit, oldest first; retaken ones too."""
    not_done: tuple[NotDone, ...] = ()
    earlier_sites: frozenset[SiteKey] = frozenset()
    """Sites photographed at an earlier visit."""
    spreads: Mapping[SiteKey, float] = field(default_factory=dict)
    """How far the replicates of a site at the visit differ: CV of the headline endpoint in %, once it is known."""
    measuring: frozenset[SiteKey] = frozenset()
    """Sites whose replicates are being compared at the moment."""
    allocation: Allocation = field(default_factory=Allocation)
    """Which side of the subject is treated, as far as it may be known."""
    is_blinded: bool = False
    hides_results: bool = False
    """The study is blinded, and this operator takes its pictures."""
    """Treated sides of this study are told to nobody yet."""
    arrived_at: datetime | None = None
    """When the subject came in: acclimatisation counts from here."""

    @property
    def visit_id(self) -> str:
        """Of the chosen visit; empty for none."""
        return self.visit.identifier if self.visit is not None else ""

    @property
    def earlier_visits(self) -> tuple[Visit, ...]:
        """Visits of the subject before the chosen one."""
        if self.visit is None:
            return self.history
        return tuple(v for v in self.history if v.started_at < self.visit.started_at)
