"""Both reliefs of a comparison beside one another, seen from the same side, each with its caption."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imaging.export.comparison_picture import side_by_side
from imaging.export.footer import PAPER, ColourBar
from imaging.export.picture import PictureContent, render_picture
from imaging.export.relief_view import draw_relief
from imaging.model.arrays import read_only
from imaging.model.relief import Relief, ReliefView


@dataclass(frozen=True)
class ReliefStyle:
    """How two reliefs are put on paper.

    Parameters
    ----------
    size : (rows, cols) of each of them
    before, after : captions, the first line as title; codes only
    colour_bar : what the colours over the skin mean; None: the skin's own
    """

    size: tuple[int, int] = (1050, 1400)
    before: tuple[str, ...] = ("Before",)
    after: tuple[str, ...] = ("After",)
    colour_bar: ColourBar | None = None
    font_folder: Path | None = None


def render_reliefs(reliefs: tuple[Relief, Relief], view: ReliefView, style: ReliefStyle) -> npt.NDArray[np.uint8]:
    """Draw both, seen from `view`, by the function that draws them on the screen.

    Returns
    -------
    (rows + strip, 2 cols + gap, 3) RGB uint8, read-only
    """
    panels = []
    for relief, caption in zip(reliefs, (style.before, style.after), strict=True):
        unit = "µm" if relief.spacing else "px"
        words = f"Relief, heights ({unit}) drawn {view.exaggeration:g} times as steep; seen from the side: no scale"
        drawn = draw_relief(relief, view, style.size, PAPER)
        panels.append(PictureContent(drawn, caption=(*caption, words), font_folder=style.font_folder))
    with_bar = [replace(panel, colour_bar=style.colour_bar) for panel in panels]
    return read_only(side_by_side([render_picture(panel) for panel in with_bar]))
