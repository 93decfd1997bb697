"""Two visits of one site: choose them, bring them together, look at the change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.capture.site_pictures import evenly_lit
from gui.session.chosen import Chosen
from gui.session.colours import change_picture, depth_picture, moving_picture
from gui.session.compare.comparing import Comparing, Side
from gui.session.looking import Colours, ColourScale, DepthPicture, standing_of
from gui.session.visit import VisitSession
from imaging.archive.store import Archive
from imaging.errors import ImagingError
from imaging.model.arrays import Pixels
from imaging.model.comparison import PointPairs
from imaging.model.protocol import StudyProtocol
from imaging.model.relief import ReliefView
from imaging.model.visit import Capture, SiteKey, Visit

if TYPE_CHECKING:
    from imaging.pipeline import ComparedVisits

_TOPIC, _READ = "compare", "compare: read"


@dataclass(frozen=True, eq=False)
class _Answer:
    compared: "ComparedVisits"
    reference: DepthPicture
    moving: DepthPicture
    colours: Colours
    scale: ColourScale
    moved: Pixels


class CompareSession(QObject):
    """The pair that is compared, and what came out."""

    changed = Signal(object)
    """The new `Comparing`."""

    def __init__(self, visit: VisitSession, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._tasks = tasks
        self._is_open = False
        self._preferred: SiteKey | None = None
        self._told: SiteKey | None = None
        self.comparing = Comparing()
        self.relief_view = ReliefView()
        """How the reliefs were turned last."""
        visit.changed.connect(self._follow)
        visit.outdated.connect(self._start_over)

    def enter(self) -> None:
        """From now on follow what is chosen: baseline and newest visit of the site, until a person says otherwise."""
        self._is_open = True
        self._follow(self._visit.chosen)

    def leave(self) -> None:
        self._is_open = False

    def prefer_site(self, site: SiteKey | None) -> None:
        """The site a person looks at elsewhere is the one to compare, once this is opened."""
        is_news, self._told = site not in (None, self._told), site or self._told
        if is_news and not self._is_open:
            self._preferred = site

    def keep_relief_view(self, view: ReliefView) -> None:
        """Reliefs are exported as they were turned last."""
        self.relief_view = view

    def stay(self) -> None:
        """Whatever is looked at elsewhere meanwhile: the site that was compared last is the one to compare."""
        self._preferred = self.comparing.site

    def choose_site(self, site: SiteKey) -> None:
        """The same two visits at another site; baseline and newest where one of them lacks it."""
        visits = self.comparing.visits_of(site)
        kept = (self.comparing.reference.visit, self.comparing.moving.visit)
        is_kept = kept[0] != kept[1] and all(v in visits for v in kept)
        reference, moving = kept if is_kept else _ends(visits)
        self._pair(site, reference, moving)

    def choose(
        self, reference_visit_id: str, moving_visit_id: str, site: SiteKey, moving_site: SiteKey | None = None
    ) -> None:
        """Compare two visits of a site; `moving_site` looks at the other side, which is never judged."""
        visits = {visit.identifier: visit for visit in self.comparing.visits}
        self._pair(site, visits.get(reference_visit_id), visits.get(moving_visit_id), moving_site)

    def start_from(self, points: PointPairs | None) -> None:
        """Bring the two visits together from marked points, now and whenever they are opened; None: without any."""
        now, archive = self.comparing, self._visit.archive
        first, second = (side.captures[0].identifier if side.captures else "" for side in (now.reference, now.moving))
        if archive is None or not now.may_be_marked:
            return
        try:
            archive.mark_points(first, second, points)
        except ImagingError as error:
            self._show(replace(now, message=str(error)))
            return
        self._pair(now.site, now.reference.visit, now.moving.visit)

    # -- within ----------------------------------------------------------------------------------

    def _start_over(self) -> None:
        """The same site again, with nothing known of it."""
        self._preferred = self._preferred or self.comparing.site
        self._tasks.forget(_TOPIC)
        self.comparing = Comparing()
        self._follow(self._visit.chosen)

    def _follow(self, chosen: Chosen) -> None:
        archive = self._visit.archive
        if not self._is_open:
            return
        if archive is None or chosen.subject is None:
            self._tasks.forget(_TOPIC)
            self._tasks.forget(_READ)
            self._show(Comparing())
            return
        captures = {v.identifier: _accepted(archive, v) for v in chosen.history}
        visits = tuple(v for v in chosen.history if captures[v.identifier])
        before, wanted = self.comparing, self._preferred or self.comparing.site
        self._preferred = None
        is_same = visits == before.visits and _standing(captures) == _standing(before.captures)
        if is_same and not before.message and wanted in (None, before.site):
            return
        self._show(replace(Comparing(), visits=visits, captures=captures))
        sites = self.comparing.sites
        site = wanted if wanted in sites else next(iter(sites), None)
        self._pair(site, *_ends(self.comparing.visits_of(site)))

    def _pair(
        self, site: SiteKey | None, reference: Visit | None, moving: Visit | None, other: SiteKey | None = None
    ) -> None:
        was = self.comparing
        sides = self._side(reference, site), self._side(moving, other or site)
        new = Comparing(was.visits, was.captures, site, *sides, moving_site=other if other != site else None)
        archive, chosen = self._visit.archive, self._visit.chosen
        is_two = reference != moving or not new.is_one_site
        is_pair = archive is not None and site is not None and None not in (reference, moving) and is_two
        self._show(replace(new, is_busy=is_pair))
        if archive is not None:
            captures = tuple(side.captures[0] if side.captures else None for side in (new.reference, new.moving))
            self._tasks.forget(_READ)
            self._tasks.run(_READ, lambda: _pictures(archive, captures), self._pictured, self._not_compared)
        self._tasks.forget(_TOPIC)
        if is_pair and archive is not None and chosen.protocol is not None:
            protocol = chosen.protocol
            self._tasks.run(_TOPIC, lambda: _compared(archive, new, protocol), self._compared, self._not_compared)

    def _side(self, visit: Visit | None, site: SiteKey | None) -> Side:
        captures = self.comparing.captures.get(visit.identifier, ()) if visit else ()
        own = (c for c in captures if c.site == site)
        return Side(visit, tuple(sorted(own, key=lambda capture: capture.facts.replicate)))

    def _pictured(self, pictures: tuple[Pixels | None, ...]) -> None:
        """Both visits are seen at once; what they say of each other comes later."""
        now = self.comparing
        before, after = pictures
        self._show(
            replace(now, reference=replace(now.reference, picture=before), moving=replace(now.moving, picture=after))
        )

    def _compared(self, answer: _Answer) -> None:
        now, compared = self.comparing, answer.compared
        self._show(
            replace(
                now,
                reference=replace(now.reference, measured=tuple(compared.references), depth=answer.reference),
                moving=replace(now.moving, measured=tuple(compared.movings), depth=answer.moving),
                change=compared.change,
                moved=answer.moved,
                change_colours=answer.colours,
                change_scale=answer.scale,
                is_busy=False,
            )
        )

    def _not_compared(self, message: str) -> None:
        self._show(replace(self.comparing, is_busy=False, message=message))

    def _show(self, comparing: Comparing) -> None:
        self.comparing = comparing
        self.changed.emit(comparing)


def _standing(captures: Mapping[str, tuple[Capture, ...]]) -> dict[str, tuple[object, ...]]:
    return {visit: standing_of(found) for visit, found in captures.items()}


def _pictures(archive: Archive, captures: tuple[Capture | None, ...]) -> tuple[Pixels | None, ...]:
    return tuple(evenly_lit(archive.read_stack(capture)) if capture else None for capture in captures)


def _accepted(archive: Archive, visit: Visit) -> tuple[Capture, ...]:
    return tuple(c for c in archive.captures(visit.identifier) if c.is_accepted)


def _ends(visits: tuple[Visit, ...]) -> tuple[Visit | None, Visit | None]:
    """The baseline and the newest visit."""
    return (visits[0], visits[-1]) if len(visits) > 1 else (visits[0] if visits else None, None)


def _compared(archive: Archive, pair: Comparing, protocol: StudyProtocol) -> _Answer:
    from imaging.pipeline import VisitPair, compare_visits

    reference, moving, site = pair.reference.visit, pair.moving.visit, pair.site
    assert reference is not None and moving is not None and site is not None
    start = archive.marked_points(pair.reference.captures[0].identifier, pair.moving.captures[0].identifier)
    wanted = VisitPair(site, reference.identifier, moving.identifier, pair.moving_site, start)
    compared = compare_visits(archive, wanted)
    depth = depth_picture(compared.references[0], protocol.heat_map_limit_um)
    moved = _on_reference(compared, protocol.heat_map_limit_um)
    colours, scale = change_picture(compared.change, compared.references[0], protocol.change_limit_um)
    picture = moving_picture(compared.change, compared.references[0])
    return _Answer(compared, depth, moved, colours, scale, picture)


def _on_reference(compared: "ComparedVisits", limit_um: float) -> DepthPicture:
    """Depth of the moving visit on the reference's pixels; on its own where they were not brought together."""
    import numpy as np

    change = compared.change
    if not change.registration.is_trusted:
        return depth_picture(compared.movings[0], limit_um)
    surface = replace(
        compared.references[0].surface, height=change.moving_height, valid=np.isfinite(change.moving_height)
    )
    return depth_picture(replace(compared.references[0], surface=surface), limit_um)
