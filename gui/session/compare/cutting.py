"""What is read off two visits that were brought together: a profile along a line, reliefs to turn. Free of Qt."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gui.session.compare.comparing import Comparing, Side
from gui.session.looking import Colours
from imaging.comparison.profile import cut_profile, line_across
from imaging.export.footer import ColourBar
from imaging.export.relief_picture import ReliefStyle, render_reliefs
from imaging.export.relief_view import draw_relief, dressed, reduced
from imaging.model.arrays import FloatMap, Pixels
from imaging.model.profile import Profile, ProfileLine
from imaging.model.relief import Relief, ReliefView

_TURNED_PX = 500_000
"""Pixels of a relief that is turned under the hand."""
Reliefs = tuple[Relief, Relief]


def first_line(comparing: Comparing) -> ProfileLine | None:
    """Where a profile begins: across the deepest wrinkle; None while there is nothing to cut."""
    change, reference = comparing.change, comparing.reference.shown
    if change is None or reference is None or not change.registration.is_trusted:
        return None
    return line_across(change, reference)


def profile_of(comparing: Comparing, line: ProfileLine | None) -> Profile | None:
    """Both visits along a line; None while there is nothing to cut."""
    change, reference = comparing.change, comparing.reference.shown
    if change is None or reference is None or line is None:
        return None
    return cut_profile(change, reference, line)


def reliefs_of(comparing: Comparing, opacity: float) -> Reliefs | None:
    """Both visits at full size, depth over the skin with `opacity`; on their own pixels where not brought together."""
    change, reference, moving = comparing.change, comparing.reference.shown, comparing.moving.shown
    if change is None or reference is None or moving is None:
        return None
    heights: list[FloatMap] = [reference.surface.height, moving.surface.height]
    pictures: list[Pixels] = [reference.surface.photograph, moving.surface.photograph]
    spacings = [reference.surface.spacing, moving.surface.spacing]
    if change.registration.is_trusted and comparing.moved is not None:
        before = change.reference_height
        heights = [reference.surface.height if before is None else before, change.moving_height]
        pictures[1], spacings[1] = comparing.moved, spacings[0]
    maps = [_heat_map(side) for side in (comparing.reference, comparing.moving)]
    first, second = (
        Relief(height, dressed(picture, heat_map, opacity), spacing)
        for height, picture, heat_map, spacing in zip(heights, pictures, maps, spacings, strict=True)
    )
    return first, second


def quick(reliefs: Reliefs) -> Reliefs:
    """The same ones, light enough to be turned under the hand."""
    first, second = (reduced(relief, _TURNED_PX) for relief in reliefs)
    return first, second


def drawn(relief: Relief, view: ReliefView, size: tuple[int, int], ground: tuple[int, int, int]) -> Pixels:
    """As it is exported too, on the ground of the screen."""
    return draw_relief(relief, view, size, ground)


def relief_drawing(
    comparing: Comparing, view: ReliefView, opacity: float, words: tuple[Sequence[tuple[str, ...]], Path | None]
) -> Callable[[], Colours]:
    """Draws both reliefs for a file; `words` are the captions of both, and where the fonts lie."""

    def draw() -> Colours:
        reliefs = reliefs_of(comparing, opacity)
        assert reliefs is not None
        (before, after), fonts = words
        depth = comparing.reference.depth
        scale = depth.scale if depth and opacity > 0 else None
        title, _, note = scale.title.partition(" · ") if scale else ("", "", "")
        bar = ColourBar("depth", scale.limit, scale.unit, title, note) if scale else None
        return render_reliefs(reliefs, view, ReliefStyle(before=before, after=after, colour_bar=bar, font_folder=fonts))

    return draw


def _heat_map(side: Side) -> Colours | None:
    return side.depth.heat_map if side.depth else None
