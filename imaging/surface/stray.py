"""Light in the frames that is not the skin's own shading: gloss, light bounced between walls, the coat's share.

The three hang together: bounced light is more coloured than skin and passes for missing gloss, gloss hides the relief
the bounces are computed on, and the coat deepens what the bounces fill. They are found together, by turns, on cells of
about 64 µm, see `docs/decisions/surface-gloss.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.channels import ChannelRatios, channel_ratios
from imaging.surface.coat import transmitted_share
from imaging.surface.filters import remove_form
from imaging.surface.gloss import cell_px, find_gloss
from imaging.surface.integration import integrate_normals
from imaging.surface.interreflection import bounced_light
from imaging.surface.irradiance import Irradiance
from imaging.surface.normal_solve import robust_solve, scatter, solve
from imaging.surface.photometric import sample_weights
from imaging.surface.stack import LinearBand, LinearStack, mean_of_channels
from imaging.surface.translucency import Blur, estimate_blur

_TURNS = 3
_BARE_REFLECTANCE, _COATED_REFLECTANCE = 0.45, 0.30
"""Mean of the channels: the exposure hides it, and it says how strong bounces are. A coat keeps light out twice."""
_GLOSS_OF_DARK_SKIN = 0.07
"""Gloss is alike on all skin: where it is more of the light than this, the skin is darker than assumed."""
_MOST_BOUNCED = 0.6
_SAME, _UNLIKE = 0.995, 0.975
"""Slopes of red over those of blue: bounces redden the shaded wall, gloss whitens the lit one. Above the first there is
neither, below the second there is. Grey frames cannot tell and are left as they are."""
_GLOSS_FROM, _GLOSS_TO = 0.008, 0.02
"""Share of white light that bounces alone can pretend, and from which on it is surely gloss and the skin has a coat."""
_STEEPEST_Z = 0.2
_STRAY_DOUBT, _GLOSS_DOUBT = 0.03, 1.2
"""Of the height: always, and for each share of gloss. What passes for gloss may be weak scattering, whose loss of depth
is then not taken back (errors left on path-traced and simulated furrows)."""


@dataclass(frozen=True)
class CellRelief:
    """What the cells say about the shape: the start of everything finer.

    Parameters
    ----------
    normals : (rows, cols, 3)
    relief_mm : (rows, cols) height over the object plane (in pixels when uncalibrated), 0 where not known
    valid : (rows, cols)
    """

    normals: FloatMap
    relief_mm: FloatMap
    valid: BoolMap


@dataclass(frozen=True)
class Cells:
    """The frames on cells, as they were taken; and the lights over them.

    Parameters
    ----------
    light : one (rows, cols, 3) or (rows, cols) per light, linear, 0 where not known
    known : (n, rows, cols)
    """

    light: tuple[FloatMap, ...]
    known: BoolMap
    vectors: Irradiance
    spacing: Spacing | None

    @property
    def pitch(self) -> Spacing:
        return self.vectors.spacing or Spacing(1, 1)


@dataclass(frozen=True)
class StrayLight:
    """What to take off each frame, on cells, and the relief that comes out.

    Parameters
    ----------
    maps : one per light, shaped as its cells
    gloss_share : white gloss over all light; None where colour cannot tell
    blur : of light that wanders under the surface; None when opaque or not known
    is_colour_enough : False for grey frames, in which none of this can be told
    """

    maps: tuple[FloatMap, ...]
    relief: CellRelief
    gloss_share: float | None
    blur: Blur | None = None
    is_colour_enough: bool = True

    @property
    def doubt_share(self) -> float:
        """Standard uncertainty of the height from what was taken off or sharpened, as a share of it."""
        opaque = _STRAY_DOUBT + _GLOSS_DOUBT * (self.gloss_share or 0) if self.maps else 0.0
        return float(np.hypot(opaque, self.blur.doubt_share if self.blur else 0.0))


def cells_of(stack: LinearStack, light: Irradiance) -> Cells:
    """The frames of a stack averaged over cells."""
    factor = cell_px(stack.inputs.spacing)
    frames = [stack.cells(index) for index in range(len(stack.inputs.frames))]
    known = np.stack([np.isfinite(f if f.ndim == 2 else f.sum(axis=-1)) for f in frames])
    spacing = light.spacing or Spacing(1, 1)
    coarse = Spacing(spacing.row_mm * factor, spacing.col_mm * factor)
    over = replace(light, spacing=coarse, shape=(known.shape[1], known.shape[2]))
    return Cells(tuple(np.nan_to_num(f) for f in frames), known, over, stack.inputs.spacing)


def find_stray(cells: Cells) -> StrayLight:
    """Gloss, bounces and the coat's share, or the blur of translucent skin: whichever explains the channels better.

    Scattering makes shaded skin redder, which gloss told apart by colour takes for gloss; taken off, it leaves channels
    that agree less than before. What is left after gloss may still be blurred.
    """
    relief = relief_of(cells, cells.light)
    ratios = _ratios(cells, cells.light, relief)
    evidence = _reddening(ratios)
    if evidence == 0:
        return StrayLight((), relief, None, is_colour_enough=find_gloss(cells.light, cells.spacing).share is not None)
    opaque = _opaque_stray(cells, relief, evidence)
    cleaned = _without(cells, (opaque.maps,))
    as_taken, after = (_blur(cells, r) for r in (ratios, _ratios(cells, cleaned, opaque.relief)))
    if as_taken and as_taken.is_likely and (after is None or as_taken.misfit < after.misfit):
        return StrayLight((), relief, None, as_taken)
    return replace(opaque, blur=after if after and after.is_likely else None)


def _opaque_stray(cells: Cells, relief: CellRelief, evidence: float) -> StrayLight:
    """Gloss, bounces and the coat's share, found by turns with the relief."""
    nothing: list[FloatMap] = [np.zeros_like(one) for one in cells.light]
    bounced = coat = nothing
    gloss, share = _gloss(cells, bounced, evidence)
    for _ in range(_TURNS):
        relief = relief_of(cells, _without(cells, (gloss, bounced, coat)))
        reflectance = evidence * _reflectance(share)
        bounced = _bounced(cells, relief, _without(cells, (gloss, bounced)), reflectance)
        gloss, share = _gloss(cells, bounced, evidence)
        coat = _kept_out(cells, relief, _without(cells, (gloss, bounced)), evidence * _sureness(share))
    maps = tuple(np.asarray(a + b + c) for a, b, c in zip(gloss, bounced, coat, strict=True))
    return StrayLight(maps, relief_of(cells, _without(cells, (maps,))), share)


def _blur(cells: Cells, ratios: ChannelRatios | None) -> Blur | None:
    return None if cells.spacing is None else estimate_blur(ratios)


def relief_of(cells: Cells, light: Sequence[FloatMap]) -> CellRelief:
    """Shape of the cells from frames (rows, cols[, 3])."""
    grey = np.stack([mean_of_channels(one) for one in light])
    vectors = cells.vectors.vectors(slice(0, grey.shape[1]))
    weights = sample_weights(LinearBand(grey, (), ~cells.known, grey), vectors[:, 2])
    scaled = solve(scatter(grey, vectors, weights))
    if len(grey) >= 5:
        scaled, weights, _ = robust_solve(grey, vectors, weights, scaled)
    length = np.sqrt((scaled**2).sum(axis=0)) + np.float32(1e-9)
    upright = np.maximum(scaled[2] / length, np.float32(_STEEPEST_Z))
    normals = np.stack([scaled[0] / length, scaled[1] / length, upright], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    valid = np.asarray(((weights > 1e-3).sum(axis=0) >= 3) & (grey.max(axis=0) > 0.003))
    return CellRelief(normals, _over_the_plane(normals, valid, cells.pitch), valid)


def _over_the_plane(normals: FloatMap, valid: BoolMap, pitch: Spacing) -> FloatMap:
    """Height over the object plane, which the skin's form meets at the image centre."""
    if not valid.any():
        return np.zeros(valid.shape, dtype=np.float32)
    height = integrate_normals(normals, valid, pitch) / np.float32(1000)
    form = height - remove_form(height, valid)
    rows, cols = (slice(int(0.45 * n), int(0.55 * n) + 1) for n in valid.shape)
    centre = form[rows, cols][valid[rows, cols]]
    at_centre = np.float32(centre.mean()) if centre.size else np.float32(0)
    return np.asarray(np.nan_to_num(height - at_centre), dtype=np.float32)


def _without(cells: Cells, parts: Sequence[Sequence[FloatMap]]) -> list[FloatMap]:
    return [np.maximum(one - sum(taken), 0) for one, *taken in zip(cells.light, *parts, strict=True)]


def _gloss(cells: Cells, bounced: Sequence[FloatMap], evidence: float) -> tuple[list[FloatMap], float | None]:
    """Gloss of each light, shaped as its cells; less of it where there is so little that bounces may pretend it."""
    frames = [np.array(one - more, dtype=np.float32) for one, more in zip(cells.light, bounced, strict=True)]
    for frame, known in zip(frames, cells.known, strict=True):
        frame[~known] = np.nan
    found = find_gloss(frames, cells.spacing)
    if found.share is None:
        return [np.zeros_like(one) for one in cells.light], None
    scale = np.float32(evidence * _sureness(found.share))
    return [np.repeat(scale * one[..., None], 3, axis=-1) for one in found.maps], found.share


def _sureness(share: float | None) -> float:
    return 0.0 if share is None else float(np.clip((share - _GLOSS_FROM) / (_GLOSS_TO - _GLOSS_FROM), 0, 1))


def _ratios(cells: Cells, light: Sequence[FloatMap], relief: CellRelief) -> ChannelRatios | None:
    rows = slice(0, relief.valid.shape[0])
    return channel_ratios(light, cells.vectors.vectors(rows), relief.valid, cells.pitch.mean_mm)


def _reddening(ratios: ChannelRatios | None) -> float:
    """0 where all channels read one relief, 1 where red reads less of it."""
    if ratios is None or ratios.power.sum() == 0:
        return 0.0
    mean = float(np.average(ratios.red, weights=ratios.power))
    return float(np.clip((_SAME - mean) / (_SAME - _UNLIKE), 0, 1))


def _reflectance(share: float | None) -> float:
    darker = min(1.0, _GLOSS_OF_DARK_SKIN / max(share or 0.0, 1e-6))
    return _BARE_REFLECTANCE + _sureness(share) * (darker * _COATED_REFLECTANCE - _BARE_REFLECTANCE)


def _bounced(cells: Cells, relief: CellRelief, light: Sequence[FloatMap], reflectance: float) -> list[FloatMap]:
    """What walls throw on each other, in the colour of light reflected twice."""
    grey = [np.where(relief.valid, mean_of_channels(one), np.float32(0)) for one in light]
    received = bounced_light(relief.relief_mm, relief.normals, grey, cells.pitch.mean_mm)
    level = np.mean([one.mean(axis=(0, 1)) for one in light], axis=0, dtype=np.float32)
    colour = np.float32(reflectance) * (level / max(float(np.mean(level)), 1e-6)) ** 2
    most = np.float32(_MOST_BOUNCED)
    return [
        np.minimum(one[..., None] * colour if full.ndim == 3 else one * colour, most * full).astype(np.float32)
        for one, full in zip(received, light, strict=True)
    ]


def _kept_out(cells: Cells, relief: CellRelief, light: Sequence[FloatMap], sureness: float) -> list[FloatMap]:
    """What would have to come off each frame (mostly negative) for all light to be let in as on flat skin."""
    if sureness == 0:
        return [np.zeros_like(one) for one in light]
    vectors = cells.vectors.vectors(slice(0, relief.valid.shape[0]), relief.relief_mm)
    length = np.linalg.norm(vectors, axis=1)
    x, y, z = np.moveaxis(relief.normals, -1, 0)
    answer = []
    for one, vector, whole in zip(light, vectors, length, strict=True):
        on_skin = transmitted_share((vector[0] * x + vector[1] * y + vector[2] * z) / whole)
        on_plane = transmitted_share(vector[2] / whole)
        share = np.float32(sureness) * (1 - on_plane / on_skin)
        answer.append(one * (share[..., None] if one.ndim == 3 else share))
    return answer
