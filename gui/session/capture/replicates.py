"""How far the replicates of each site differ at the visit that is open: compared anew after every picture."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from imaging.archive.store import Archive
from imaging.model.visit import Capture, SiteKey, Visit
from imaging.repeatability_study import replicate_cv_pct

_Ids = tuple[str, ...]


class ReplicateSpreads(QObject):
    """Measures elsewhere, one site after the other. What is known counts only for the captures it was read on."""

    changed = Signal(object)
    """The `SiteKey` that is known now."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = Tasks(self, workers=1, is_gentle=True)
        self._asked: dict[SiteKey, _Ids] = {}
        self._known: dict[SiteKey, tuple[_Ids, float | None]] = {}
        self._visit_id = ""
        self.is_on = False
        """Pictures are being taken."""

    def follow(self, archive: Archive, visit: Visit, captures: Sequence[Capture]) -> None:
        """The captures of a visit as they stand: what is not known of them is found out, while it is on."""
        if visit.identifier != self._visit_id:
            self.start_over()
            self._visit_id = visit.identifier
        if not self.is_on or visit.finished_at is not None:
            return
        for site, ids in _by_site(captures).items():
            if self._asked.get(site) != ids and len(ids) > 1:
                self._asked[site] = ids
                self._ask(archive, visit, site)

    def known(self, captures: Sequence[Capture]) -> Mapping[SiteKey, float]:
        """CV in % by site, of exactly these captures."""
        found = ((site, self._known.get(site), ids) for site, ids in _by_site(captures).items())
        return {site: one[1] for site, one, ids in found if one and one[0] == ids and one[1] is not None}

    def measuring(self) -> frozenset[SiteKey]:
        """Sites whose replicates are being compared."""
        return frozenset(site for site in self._asked if self._tasks.is_busy(str(site)))

    def start_over(self) -> None:
        """Another visit: nothing is known."""
        for site in self._asked:
            self._tasks.forget(str(site))
        self._asked.clear()
        self._known.clear()

    def close(self) -> None:
        self._tasks.close()

    def _ask(self, archive: Archive, visit: Visit, site: SiteKey) -> None:
        ids = self._asked[site]
        self._tasks.run(
            str(site),
            lambda: replicate_cv_pct(archive, visit, site),
            lambda cv_pct: self._keep(site, ids, cv_pct),
            self._could_not,
        )

    def _keep(self, site: SiteKey, ids: _Ids, cv_pct: float | None) -> None:
        self._known[site] = ids, cv_pct
        self.changed.emit(site)

    def _could_not(self, message: str) -> None:
        self.failed.emit(f"The replicates could not be compared: {message}")


def _by_site(captures: Sequence[Capture]) -> dict[SiteKey, _Ids]:
    found: dict[SiteKey, _Ids] = {}
    for capture in captures:
        if capture.is_accepted:
            found[capture.site] = (*found.get(capture.site, ()), capture.identifier)
    return found
