"""Light that wanders under the skin blurs the shading; it is found from channels and lights and taken back on cells.

Gloss is not blurred and pulls the same way as shading, so both are solved together: the slopes are those whose blurred
shading plus whose gloss gives what was read. A surface that scatters nothing is left untouched.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.model.skin_light import SkinBlur
from imaging.surface.light.cells import CellRelief, Cells, relief_from
from imaging.surface.scattering.channels import channel_evidence
from imaging.surface.scattering.lobe_evidence import LobeSearch
from imaging.surface.scattering.lobe_table import LobeTable, Steps
from imaging.surface.scattering.radiative_transfer import FREQUENCIES
from imaging.surface.scattering.skin_estimate import Hypotheses, Scattering, Weighed, carried_over
from imaging.surface.scattering.skin_family import SHOWN_PER_MM, USUAL_ROUGHNESS
from imaging.surface.scattering.skin_plane import SkinPlane
from imaging.surface.scattering.unblurring import Unblurring

_SURE = 3.0
"""Log likelihood over an opaque surface: skin is the usual object, but a flat one tells nothing. Rendered and simulated
opaque ones lie 47 below, or at 0 where a window of 4 mm holds hardly a furrow; rendered skin 6 or more above."""
_THINNEST, _DENSEST = 1.3, 10.0
"""Reduced scattering per mm of skin; beyond, pigment on flat skin passes for it."""
_PATCH = 160
"""Cells: the middle of a large picture says enough of the gloss."""
_MANY_CELLS = 150_000
_MODEL_DOUBT, _SPREAD_DOUBT = 0.09, 0.45
"""Of the height: always; and of the spread of hypotheses (errors left on path-traced furrows)."""


@dataclass(frozen=True)
class Blur:
    """How strongly shading is blurred, and what that took from the slopes.

    Parameters
    ----------
    per_mm : reduced scattering at 545 nm
    typical_gain : true slope over slope read, of relief that repeats every 1.7 mm, as a furrow of 0.8 mm
    doubt_share : standard uncertainty of a corrected height, as a share of it
    skin : the same for other captures of the site
    lost : (rows, cols, 2) of x / z and y / z of the normal, on cells; to be added
    """

    per_mm: float
    typical_gain: float
    doubt_share: float
    skin: SkinBlur
    lost: FloatMap


@dataclass(frozen=True)
class Translucent:
    """Blur, and gloss to be taken off first: one (rows, cols) per light, of its cells, for it is white."""

    blur: Blur
    gloss: tuple[FloatMap, ...]
    gloss_share: float
    relief: CellRelief


def find_translucent(
    cells: Cells, relief: CellRelief, known: SkinBlur | None = None, turns: int = 2
) -> Translucent | None:
    """Blur and gloss of skin that scatters; None where it is opaque or cannot be told (grey, no scale).

    Parameters
    ----------
    known : blur of the site from another capture; None: found on these cells
    turns : how often skin and gloss follow each other
    """
    evidence = None if cells.spacing is None else channel_evidence(cells, relief.valid)
    if evidence is None:
        return None
    shrink = 2 if relief.valid.size > _MANY_CELLS else 1
    if known is not None:
        skin = carried_over(known, evidence)
        return _translucent(cells, relief, (skin, known), Unblurring(SkinPlane.of(cells, relief, shrink)).solve(skin))
    vectors = cells.light_vectors()
    slant = float((vectors[:, 2] / np.sqrt((vectors**2).sum(axis=1))).mean())
    first = Hypotheses(evidence, slant).weigh()
    if first.advantage < _SURE:
        return None
    plane = SkinPlane.of(cells, relief, shrink)
    skin = _with_gloss(first, plane.middle(_PATCH), turns)
    if skin.advantage < _SURE or not _THINNEST < skin.per_mm < _DENSEST:
        return None
    unblurring = Unblurring(plane)
    skin = unblurring.settled(skin)
    blur = skin.to_carry(evidence, _doubt(skin))
    return _translucent(cells, relief, (skin, blur), unblurring.solve(skin))


def _with_gloss(weighed: Weighed, plane: SkinPlane, turns: int) -> Scattering:
    """By turns: slopes under likely skins, the gloss that the lights show with these slopes, the skins again."""
    unblurring, search = Unblurring(plane), LobeSearch(plane)
    matte: Steps = ()
    glossy: Steps = ()
    for _ in range(turns):
        found = [_looked_at(skins, unblurring, search) for skins in weighed.candidates()]
        matte, glossy = _sorted(matte, found[0]), _sorted(glossy, found[1])
        lobes = LobeTable(matte, glossy)
        weighed = weighed.hypotheses.weigh(lobes).nearer().weigh(lobes)
    return weighed.nearer().weigh(lobes).mean()


def _looked_at(skins: list[Scattering], unblurring: Unblurring, search: LobeSearch) -> Steps:
    """The lobe on the slopes of each skin, and how much of them is read.

    Slopes are sought under a lobe of usual roughness, as strong as the skin's pull asks for: with one that is too broad
    the gloss of fine relief passes for shading, and slopes raised for that show a lobe that is broader still.
    """
    slopes = [unblurring.by_waves(replace(skin, roughness=USUAL_ROUGHNESS)) for skin in skins]
    return [(float(np.log(unblurring.shown(one))), search.look(one)) for one in slopes]


def _sorted(before: Steps, found: Steps) -> Steps:
    """In the order of how much of a slope is read."""
    return sorted((*before, *found), key=lambda step: step[0])


def _translucent(
    cells: Cells,
    relief: CellRelief,
    found: tuple[Scattering, SkinBlur],
    solved: tuple[FloatMap, FloatMap, FloatMap],
) -> Translucent:
    (skin, known), (slopes, seen, gloss) = found, solved
    shape = relief.valid.shape
    shrink = round(shape[0] / slopes.shape[1])
    lost = _widened(np.moveaxis(slopes - seen, 0, -1), shrink, shape)
    maps = tuple(_widened(one, shrink, shape) for one in gloss)
    share = float(sum(one.sum() for one in maps) / max(float(cells.grey.sum()), 1e-6))
    blur = Blur(skin.per_mm, 1 / _at(skin.read, SHOWN_PER_MM), known.u_share, known, lost)
    steep = _widened(np.moveaxis(slopes, 0, -1), shrink, shape)
    directions = np.concatenate([steep, np.ones((*shape, 1), dtype=np.float32)], axis=-1)
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    return Translucent(blur, maps, share, relief_from(cells, directions, relief.valid))


def _doubt(skin: Scattering) -> float:
    return float(np.hypot(_MODEL_DOUBT, _SPREAD_DOUBT * _at(skin.spread, SHOWN_PER_MM)))


def _at(shares: npt.NDArray[np.float64], per_mm: float) -> float:
    return float(np.interp(per_mm, FREQUENCIES, shares))


def _widened(cells: FloatMap, shrink: int, shape: tuple[int, int]) -> FloatMap:
    """A map kept on cells `shrink` times larger, on cells."""
    if shrink == 1:
        return np.asarray(cells, dtype=np.float32)
    scale, shift = 1 / shrink, 0.5 / shrink - 0.5
    matrix = np.array([[scale, 0, shift], [0, scale, shift]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    wide = cv2.warpAffine(
        np.ascontiguousarray(cells, dtype=np.float32), matrix, shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(wide, dtype=np.float32)
