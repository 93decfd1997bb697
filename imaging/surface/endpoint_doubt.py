"""Standard uncertainty of a wrinkle's depth, length, width and area (docs/decisions/surface-uncertainty.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.model.geometry import Spacing
from imaging.model.measurement import Wrinkle, WrinkleLimits
from imaging.model.surface import Surface
from imaging.surface.counted_lines import LineSums
from imaging.surface.lines.ends import MARGIN_MM
from imaging.surface.places import values_at
from imaging.surface.wrinkles import Furrow, LinesApart, known_mean, mean_along

FloatArray = npt.NDArray[np.float64]
SCALE_SHARE = 0.005
"""Pixel spacing from a printed target."""
_SAMPLING = 0.29
"""Over the pixels across a furrow: a sharp floor loses up to one over them, a round one next to nothing (uniform)."""
_THRESHOLD = 0.03
"""How well the strengths are known above which a line is found, as a share."""
_UNLIKE = 2.0
"""Lines that are lost are unlike the others: the narrowest, or one that was hardly long enough for its width."""
_UNLIKE_NOISE = 0.4
"""Thresholds follow the microrelief, which scattering takes nearly as much from as from faint lines: of the doubt that
narrow lines have and usual ones have not."""
_FAINT_WIDTHS, _FAINT_DEPTHS = 1.5, 1.3
"""Width and depth of lines that are just found, over the least that count."""
_END, _SCATTERED_END = 1 / 12, 1.0
"""Of the width: how well an end is known; and how much less for the doubt of all depths where light scatters."""
_OWN_WIDTH, _BLURRED_WIDTH = 0.0055, 1.0
"""Of a width: of each line by itself; over the square of the pixels across, as lens and pixels widen."""
_UNSHARP_MM = 0.28
"""Where light scatters: what is left of its blur widens a line by the fourth power of this over its width. The walls of
narrow lines are made of waves that cannot be given back, those of wide ones hardly."""
_CELL_MM = 0.08
"""Across a cell of 64 µm any way: gloss, bounces and coat are taken off on cells, which rounds shoulders as such a blur
does."""
_USUAL_WIDTH_MM, _MOST_NARROW = 0.8, 2.5
"""Width that the doubt of scattering is stated for; and how much it may grow for narrower furrows, which it takes more
from."""
_MAXIMUM = 1.2
"""A maximum picks what noise made deeper."""
_ASIDE = 0.01
"""Of a distance between lines: where light scatters, floors are read further from the middle of the picture than they
are, by so much of the way (path-traced: 0.6 to 1.4 %)."""
_CALIBRATED_SINGLE_SHARE = 0.25
"""A single light's depth calibration carried to other skin: 94 % of 85 rendered grooves lie within two of it,
calibrated on any other of 18 pictures, matte or glossy."""
_LIT_END_MM, _LIT_WIDTH = 0.4, 0.09
"""By one light sections are averaged over so much of the line, which carries ends outwards; widths are tried in steps
of a tenth (path-traced grooves: 9 % off)."""
LOST_BY_ONE_LIGHT = 0.1
"""Of the length of the lines: of path-traced grooves one in ten is not found."""
_SHORTEST_LINES = 1.5
"""Length of a line that is just found, over the least that counts."""
_CONTAINS = (
    "photon and digital noise",
    "misfit of the lights",
    "gloss, bounces and coat as far as found",
    "light directions and scale",
    "pixels across a furrow",
)
_CONTAINS_SINGLE = ("depth calibration", "other skin and other light 25 %")


@dataclass(frozen=True)
class Doubt:
    """What the uncertainties of the endpoints are made from besides those of the items.

    Parameters
    ----------
    mm_per_threshold : how much more line would be found for thresholds lower by a factor e
    apart : how far lines lie apart; None where no two lie beside each other
    depth_share : standard uncertainty of all depths alike, as a share
    scatters : light wanders under the skin
    moved : what the lines come to, as read and with all depths larger and smaller; empty where that is the same
    suspected : the same as read and without the lines that may be pigment; empty where there are none
    unseen_mm : length of line that may be missed for other reasons than thresholds
    of_one_light : ends and widths are known less well
    """

    spacing: Spacing
    limits: WrinkleLimits
    counted_mm2: float
    apart: LinesApart | None
    mm_per_threshold: float = 0.0
    depth_share: float = 0.0
    scatters: bool = False
    moved: tuple[LineSums, ...] = ()
    suspected: tuple[LineSums, ...] = ()
    unseen_mm: float = 0.0
    of_one_light: bool = False

    def common(self, width_mm: float) -> float:
        """Of all depths of lines of this width alike, as a share."""
        return common_share(self.depth_share, width_mm, self.scatters)

    def u_moved(self, name: str) -> float:
        """What a sum over all lines differs by, root mean square, when all depths are larger and smaller, and when
        what may be pigment does not count."""
        return float(np.hypot(_changed(self.moved, name), _changed(self.suspected, name)))

    @property
    def faint_mm(self) -> float:
        """Length of line that may be found or not."""
        narrow = self.common(self.faint_width_mm) - self.depth_share
        faint = float(np.hypot(_THRESHOLD, _UNLIKE_NOISE * narrow)) * self.mm_per_threshold
        return float(np.hypot(faint, self.unseen_mm))

    @property
    def faint_width_mm(self) -> float:
        return _FAINT_WIDTHS * self.limits.min_width_mm

    @property
    def faint_mm2(self) -> float:
        return self.faint_mm * self.faint_width_mm

    @property
    def faint_mm3(self) -> float:
        """Sections are about half as full as their width times their depth."""
        return 0.5 * self.faint_mm2 * _FAINT_DEPTHS * self.limits.min_depth_um / 1000

    @property
    def faint_lines(self) -> float:
        return self.faint_mm / max(_SHORTEST_LINES * self.limits.min_length_mm, 1e-9)


@dataclass(frozen=True)
class FaintLines:
    """Of lines that may count as wrinkles or not: where they do not, they and what is beside them are basins."""

    mm2: float = 0.0
    mm3: float = 0.0


def _changed(sums: tuple[LineSums, ...], name: str) -> float:
    """Root mean square of what the others differ by from the first."""
    if not sums:
        return 0.0
    read, *again = (getattr(one, name) for one in sums)
    known = [value - read for value in again if value is not None and read is not None]
    return float(np.sqrt(np.mean(np.square(known)))) if known else 0.0


def common_share(share: float, width_mm: float, scatters: bool) -> float:
    """Of all depths of lines of this width, from that of usual ones: scattering takes more from narrow lines."""
    return share * min(_USUAL_WIDTH_MM / max(width_mm, 1e-6), _MOST_NARROW) if scatters else share


def u_depth(furrow: Furrow, surface: Surface) -> float:
    """Of a mean depth."""
    if surface.method == "photometric":
        return _u_depth_by_lights(furrow, surface)
    if surface.depth is None:
        return mean_along(surface.uncertainty, furrow)
    share = surface.depth.u_um_per_rel / max(abs(surface.depth.um_per_rel), 1e-9)
    return float(np.hypot(share, _CALIBRATED_SINGLE_SHARE) * furrow.wrinkle.mean_depth)


def contents_of_u(surface: Surface) -> tuple[str, ...]:
    """What the uncertainty of a depth in µm is made of."""
    if surface.method == "photometric":
        return _CONTAINS if surface.scattering_gain is None else (*_CONTAINS, "scattering under the skin")
    return _CONTAINS_SINGLE if surface.depth else ()


def share_of_one_light(items: Sequence[Wrinkle]) -> float:
    """Of all depths alike: what light and skin make of them is the same for all lines of a picture."""
    each = [item.u_mean_depth / item.mean_depth for item in items if item.u_mean_depth]
    return float(np.median(each)) if each else 0.0


def _u_depth_by_lights(furrow: Furrow, surface: Surface) -> float:
    """Noise and misfit on the line, the model's share of the depth, the sampling."""
    depth, share = furrow.wrinkle.mean_depth, surface.depth_doubt
    if share is None:
        return mean_along(surface.uncertainty, furrow)
    u, height = (values_at(one, furrow.sections.points) for one in (surface.uncertainty, surface.height))
    of_all = (np.float32(share) * height) ** 2 + np.float32((surface.bend_doubt or 0.0) ** 2)
    local = max(known_mean(u**2 - of_all), 0.0)
    width_mm = max(furrow.wrinkle.mean_width_um / 1000, 1e-6)
    across_px = width_mm / (surface.spacing or Spacing(1, 1)).mean_mm
    share = common_share(share, width_mm, surface.scattering_gain is not None)
    return float(np.sqrt(local + depth**2 * (share**2 + (_SAMPLING / max(across_px, 1.0)) ** 2)))


def u_ends(item: Wrinkle, doubt: Doubt) -> float:
    """Of the length of one line, from both ends."""
    end = _END * (1 + (_SCATTERED_END * doubt.depth_share if doubt.scatters else 0.0)) * item.mean_width_um / 1000
    return float(np.sqrt(2) * np.hypot(end, _LIT_END_MM if doubt.of_one_light else 0.0))


def u_own_width(item: Wrinkle, doubt: Doubt) -> float:
    """Of what differs from line to line."""
    return (_LIT_WIDTH if doubt.of_one_light else _OWN_WIDTH) * item.mean_width_um


def u_common_width(width_um: float, doubt: Doubt) -> float:
    """Of what is alike for all lines: scale, lens and pixels, scattering."""
    width_mm = max(width_um / 1000, 1e-6)
    blurred = _BLURRED_WIDTH * (doubt.spacing.mean_mm / width_mm) ** 2
    scattered = (_UNSHARP_MM / width_mm) ** 4 if doubt.scatters else 0.0
    rounded = 0.0 if doubt.scatters else 0.5 * (_CELL_MM / width_mm) ** 2
    parts = (SCALE_SHARE, min(blurred, 0.5), min(rounded, 0.5), min(scattered, 0.5))
    return float(np.sqrt(sum(part**2 for part in parts)) * width_um)


def u_widest(item: Wrinkle, doubt: Doubt) -> float:
    own = _LIT_WIDTH if doubt.of_one_light else 2.5 * _OWN_WIDTH
    return float(np.hypot(own * item.max_width_um, u_common_width(item.max_width_um, doubt)))


def u_own_area(item: Wrinkle, doubt: Doubt) -> float:
    return float(np.hypot(item.length_mm * u_own_width(item, doubt), item.mean_width_um * u_ends(item, doubt)) / 1000)


def u_max(item: Wrinkle) -> float:
    return _MAXIMUM * (item.u_mean_depth or 0.0)


def u_apart(apart: LinesApart, length_mm: float, doubt: Doubt) -> float:
    """Of the mean distance between lines: scale, place, ends, and which lines are found: a faint one between two others
    halves distances, and it lies where they are unlike the mean."""
    lost = _lost_share(length_mm, doubt)
    of_all = apart.mean * float(np.hypot(SCALE_SHARE, _ASIDE if doubt.scatters else 0.0))
    chosen = lost * float(np.hypot(apart.mean, _UNLIKE * apart.spread))
    parts = of_all, chosen, apart.inner - apart.mean, doubt.u_moved("mean_spacing_mm")
    return float(np.sqrt(sum(part**2 for part in parts)))


def u_of_choice(values: FloatArray, lengths: FloatArray, doubt: Doubt) -> float:
    """Of a mean over the lines, weighted with their (n,) lengths: which of the faint ones are found."""
    mean = float(np.average(values, weights=lengths))
    between = float(np.sqrt(np.average((values - mean) ** 2, weights=lengths)))
    return _UNLIKE * _lost_share(float(lengths.sum()), doubt) * between


def _lost_share(length_mm: float, doubt: Doubt) -> float:
    """Of the length: what may be found or not."""
    return doubt.faint_mm / max(length_mm, doubt.faint_mm, 1e-9)


def u_found_mm(items: Sequence[Wrinkle], doubt: Doubt) -> float:
    """Length of line that may be a wrinkle or not: faint ones, those hardly deep enough, those that all depths move."""
    lost = sum(may_not_count(item, doubt) * item.length_mm for item in items)
    return float(np.sqrt(doubt.faint_mm**2 + lost**2 + doubt.u_moved("length_mm") ** 2))


def faint_lines(u_length_mm: float, doubt: Doubt) -> FaintLines:
    """Skin that is a basin where lines of so much length are no wrinkles, with the margin that wrinkles have."""
    mm2 = u_length_mm * (doubt.faint_width_mm + 2 * MARGIN_MM)
    return FaintLines(mm2, 0.5 * mm2 * _FAINT_DEPTHS * doubt.limits.min_depth_um / 1000)


def may_not_count(item: Wrinkle, doubt: Doubt) -> float:
    """0 for a line that is deep enough by more than twice its own doubt, a half for one that is just deep enough."""
    common = doubt.common(item.mean_width_um / 1000) * item.mean_depth
    own = np.sqrt(max((item.u_mean_depth or 0.0) ** 2 - common**2, 0.0))
    spare = (item.mean_depth - doubt.limits.min_depth_um) / max(2 * own, 1e-9)
    return 0.5 * float(np.clip(1 - spare, 0, 1))
