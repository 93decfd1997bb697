"""What is remembered of the subject's sites while a visit lasts: the site to take first, the others behind it."""

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.capture.plan import site_name
from gui.session.capture.site_pictures import SiteMemory, recall_site
from gui.session.visit import VisitSession
from imaging.guidance.context import OtherSite, SiteWords
from imaging.model.protocol import StudyProtocol
from imaging.model.settings import StationSettings
from imaging.model.visit import SiteKey

_NOTHING = SiteMemory()


class SiteMemories(QObject):
    """Read once a visit, off the GUI thread; a site without a baseline is looked up again each time."""

    recalled = Signal(object)
    """The `SiteKey` that is known now."""
    forgotten = Signal()
    """Another camera is used: nothing that was known counts for it."""
    failed = Signal(str)

    def __init__(self, visit: VisitSession, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._tasks = tasks
        self._known: dict[SiteKey, SiteMemory] = {}
        self._camera = visit.settings.camera
        visit.settings_changed.connect(self._mind_camera)

    def start_over(self) -> None:
        """Another visit: nothing is known."""
        self._tasks.forget("site")
        self._known.clear()

    def of(self, site: SiteKey | None) -> SiteMemory:
        return self._known.get(site, _NOTHING) if site is not None else _NOTHING

    def knows(self, site: SiteKey) -> bool:
        return site in self._known

    def others(self, site: SiteKey) -> tuple[OtherSite, ...]:
        """The subject's other sites, for "this looks like the right crow's feet"."""
        protocol = self._visit.chosen.protocol
        if protocol is None:
            return ()
        known = ((key, memory.baseline) for key, memory in self._known.items() if key != site)
        return tuple(OtherSite(_in_a_sentence(protocol, key), base, key) for key, base in known if base is not None)

    def words(self, site: SiteKey) -> SiteWords:
        """What a site is called, and where it lies."""
        protocol = self._visit.chosen.protocol
        if protocol is None:
            return SiteWords()
        return SiteWords(_in_a_sentence(protocol, site), protocol.site(site.site).placement)

    def photographed(self, site: SiteKey) -> None:
        """A picture was taken: a site that was new has a baseline now."""
        if self.of(site).baseline is None:
            self._known.pop(site, None)

    def recall(self, site: SiteKey) -> None:
        """Look a site up; `recalled` follows, at once when it is known."""
        archive, chosen = self._visit.archive, self._visit.chosen
        if self.of(site).baseline is not None:
            self._keep(site, self.of(site))
        elif archive is not None:
            live = self._visit.live_camera
            self._tasks.run(
                "site",
                lambda: recall_site(archive, chosen, site, live()),
                lambda memory: self._keep(site, memory),
                self.failed.emit,
            )

    def hasten(self, site: SiteKey) -> None:
        """As `recall`, unless that is under way: what failed is tried once more."""
        if not self._tasks.is_busy("site"):
            self.recall(site)

    def _mind_camera(self, settings: StationSettings) -> None:
        """Other settings (the look, the sounds) change nothing about a site."""
        if settings.camera != self._camera:
            self._camera = settings.camera
            self.start_over()
            self.forgotten.emit()

    def _keep(self, site: SiteKey, memory: SiteMemory) -> None:
        self._known[site] = memory
        self.recalled.emit(site)
        chosen = self._visit.chosen
        seen = chosen.earlier_sites | {capture.site for capture in chosen.captures if capture.is_accepted}
        missing = sorted(seen - set(self._known), key=str)
        if missing and not self._tasks.is_busy("site"):
            self.recall(missing[0])


def _in_a_sentence(protocol: StudyProtocol, site: SiteKey) -> str:
    """The side in capitals, as it is what goes wrong: "the RIGHT crow's feet"."""
    name = site_name(protocol, site)
    side, _, rest = name.partition(" ")
    return f"the {name[:1].lower()}{name[1:]}" if site.laterality == "midline" else f"the {side.upper()} {rest}"
