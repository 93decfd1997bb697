"""Two reliefs on paper: drawn by the very function that draws them on the screen."""

import numpy as np

from imaging.export.footer import PAPER, ColourBar
from imaging.export.relief_picture import ReliefStyle, render_reliefs
from imaging.export.relief_view import draw_relief
from imaging.model.geometry import Spacing
from imaging.model.relief import Relief, ReliefView

SIZE = (300, 400)


def groove(depth_um: float) -> Relief:
    col = np.mgrid[:90, :120][1]
    height = (-depth_um * np.exp(-(((col - 60) / 6) ** 2))).astype(np.float32)
    return Relief(height, np.full((90, 120, 3), (200, 150, 120), np.uint8), Spacing.square(0.05))


def test_both_are_drawn_as_on_the_screen_side_by_side() -> None:
    reliefs, view = (groove(200), groove(80)), ReliefView(azimuth_deg=30, elevation_deg=50)
    picture = render_reliefs(reliefs, view, ReliefStyle(SIZE, ("Week 0",), ("Week 4",)))
    rows, cols = SIZE
    for relief, left in zip(reliefs, (0, picture.shape[1] - cols), strict=True):
        drawn = picture[:rows, left : left + cols]
        assert (drawn == draw_relief(relief, view, SIZE, PAPER)).all()
    assert (picture[rows:] != 255).any(), "captions"


def test_a_colour_bar_takes_room_below() -> None:
    reliefs, view = (groove(200), groove(80)), ReliefView()
    bar = ColourBar("depth", 200.0, "µm", "Depth below the 8 mm reference")
    plain, with_bar = (render_reliefs(reliefs, view, ReliefStyle(SIZE, colour_bar=one)) for one in (None, bar))
    assert with_bar.shape[0] > plain.shape[0] and with_bar.shape[1] == plain.shape[1]
