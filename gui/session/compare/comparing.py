"""What is compared, as frozen values. Free of Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gui.session.looking import Colours, ColourScale, DepthPicture
from imaging.model.arrays import Pixels
from imaging.model.comparison import Change
from imaging.model.measurement import MeasuredCapture
from imaging.model.visit import Capture, SiteKey, Visit


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two visits: its captures of the site, and the one that is shown."""

    visit: Visit | None = None
    captures: tuple[Capture, ...] = ()
    picture: Pixels | None = None
    """Evenly lit, of the capture that is shown; there before anything is measured."""
    measured: tuple[MeasuredCapture, ...] = ()
    depth: DepthPicture | None = None

    @property
    def shown(self) -> MeasuredCapture | None:
        return self.measured[0] if self.measured else None


@dataclass(frozen=True, eq=False)
class Comparing:
    """Two visits of one site."""

    visits: tuple[Visit, ...] = ()
    """Visits of the subject that have captures, oldest first."""
    captures: Mapping[str, tuple[Capture, ...]] = field(default_factory=dict)
    """Accepted captures by visit."""
    site: SiteKey | None = None
    reference: Side = field(default_factory=Side)
    moving: Side = field(default_factory=Side)
    moving_site: SiteKey | None = None
    """The other side of the face, when it is looked at; None: the same site."""
    change: Change | None = None
    moved: Pixels | None = None
    """The moving picture on the reference grid, as bright as the reference picture; light grey outside."""
    change_colours: Colours | None = None
    """RGBA on the reference grid."""
    change_scale: ColourScale | None = None
    is_busy: bool = False
    message: str = ""
    """Why there is no comparison; empty when there is one or it is being made."""

    @property
    def is_one_site(self) -> bool:
        return self.moving_site in (None, self.site)

    @property
    def is_one_scale(self) -> bool:
        """Both reliefs were made by one method in one unit: their depths can be laid beside each other."""
        kinds = {(m.surface.method, m.surface.height_unit) for m in (self.reference.shown, self.moving.shown) if m}
        return len(kinds) < 2

    @property
    def may_be_marked(self) -> bool:
        """Both pictures are there to mark the same spots of skin on."""
        sides = (self.reference, self.moving)
        return self.is_one_site and not self.is_busy and all(side.shown is not None for side in sides)

    @property
    def sites(self) -> tuple[SiteKey, ...]:
        """Sites with captures, those at two visits or more first."""
        counts: dict[SiteKey, int] = {}
        for captures in self.captures.values():
            for site in dict.fromkeys(capture.site for capture in captures):
                counts[site] = counts.get(site, 0) + 1
        return tuple(sorted(counts, key=lambda site: counts[site] < 2))

    def sides_of(self, site: SiteKey | None) -> tuple[SiteKey, ...]:
        """The site itself, then the same place on the other side of the face."""
        if site is None:
            return ()
        others = (one for one in self.sites if one.site == site.site and one != site)
        return (site, *others)

    def visits_of(self, site: SiteKey | None) -> tuple[Visit, ...]:
        """Visits at which a site was photographed."""
        return tuple(v for v in self.visits if any(c.site == site for c in self.captures.get(v.identifier, ())))
