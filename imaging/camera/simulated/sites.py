"""What each skin site is like."""

from dataclasses import dataclass, replace
from typing import Literal

from imaging.camera.simulated.relief import Network

Layout = Literal["fan", "rows", "few"]


@dataclass(frozen=True)
class SiteRecipe:
    """How skin of one site is made for a subject of middle age; the person's own values vary around it."""

    layout: Layout
    """Course of the furrows: fanning out from the canthus, in rows across, or a few fine lines."""
    furrow_count: int
    depth_um: tuple[float, float]
    """Deepest furrow at 29 and at 69 years."""
    radius_mm: tuple[float, float]
    """Of the curved base, across and along the picture."""
    network: Network
    fine_network: Network
    pores_per_cm2: float
    pore_radius_mm: float
    pore_depth_um: float
    basins: int
    freckles_per_cm2: float
    vessels: int
    hairs: int


_FINE = Network(spacing_mm=0.24, depth_um=9.0, line_mm=0.022)
_CROWS_FEET = SiteRecipe(
    layout="fan", furrow_count=9, depth_um=(110.0, 330.0), radius_mm=(55.0, 80.0),
    network=Network(0.52, 34.0, 0.042, 1.7, 10.0), fine_network=_FINE,
    pores_per_cm2=35.0, pore_radius_mm=0.08, pore_depth_um=35.0, basins=2,
    freckles_per_cm2=5.0, vessels=3, hairs=7,
)  # fmt: skip
_FOREHEAD = SiteRecipe(
    layout="rows", furrow_count=4, depth_um=(90.0, 300.0), radius_mm=(75.0, 90.0),
    network=Network(0.5, 30.0, 0.04, 1.4, 0.0), fine_network=_FINE,
    pores_per_cm2=80.0, pore_radius_mm=0.1, pore_depth_um=45.0, basins=2,
    freckles_per_cm2=3.0, vessels=1, hairs=8,
)  # fmt: skip
_CHEEK = SiteRecipe(
    layout="few", furrow_count=3, depth_um=(45.0, 130.0), radius_mm=(60.0, 60.0),
    network=Network(0.6, 28.0, 0.045, 1.15, 60.0), fine_network=_FINE,
    pores_per_cm2=190.0, pore_radius_mm=0.115, pore_depth_um=65.0, basins=6,
    freckles_per_cm2=6.0, vessels=8, hairs=9,
)  # fmt: skip
_RECIPES = {
    "crows-feet": _CROWS_FEET,
    "lower-eyelid": replace(_CROWS_FEET, furrow_count=7, depth_um=(70.0, 200.0)),
    "eye-region": _CROWS_FEET,
    "forehead": _FOREHEAD,
    "glabella": replace(_FOREHEAD, furrow_count=3),
    "neck": replace(_FOREHEAD, furrow_count=2, pores_per_cm2=20.0),
    "cheek": _CHEEK,
    "nasolabial-fold": replace(_CHEEK, furrow_count=2, depth_um=(150.0, 380.0)),
    "perioral": replace(_CHEEK, layout="fan", furrow_count=6, depth_um=(60.0, 180.0)),
}


def recipe_of(site: str) -> SiteRecipe:
    """The recipe of a site code; an unknown code is given cheek skin."""
    return _RECIPES.get(site, _CHEEK)
