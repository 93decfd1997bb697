"""Where the lights are, from pictures of a ball under each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from imaging.calibration.balls import Ball, Floats, Seen, find_ball, lit_samples, read_highlight, read_shading
from imaging.calibration.near_lamp import BallSamples, fit_near_lamp
from imaging.errors import CalibrationError
from imaging.model.arrays import BoolMap, Pixels
from imaging.model.geometry import Spacing
from imaging.model.lights import Lights
from imaging.surface.light.linearise import EncodingWish, to_linear
from imaging.surface.light.stack import mean_of_channels

BallKind = Literal["mirror", "matte"]

MISFIT_LIMIT = {"mirror": 0.05, "matte": 0.15}
"""Largest mean misfit of the lights: rad for a mirror ball, share of the signal for a matte one."""
RAYS_LIMIT_SHARE = 0.1
"""How far the rays to one lamp may pass each other, as a share of its distance."""


@dataclass(frozen=True, eq=False)
class BallPictures:
    """One place of the ball: a frame per light, in their order, and where the ball is.

    Parameters
    ----------
    frames : RGB or grey, one per light
    mask : (rows, cols) True on the ball
    """

    frames: tuple[Pixels, ...]
    mask: BoolMap


@dataclass(frozen=True)
class BallSetting:
    """How the ball pictures are read.

    Parameters
    ----------
    kind : polished ("mirror") or matte white
    encoding : as for `to_linear`
    spacing : needed for near lights
    rest_mm : height of the ball's centre over the object plane; its own radius when None: it lies on the plane
    """

    kind: BallKind
    encoding: EncodingWish = "auto"
    spacing: Spacing | None = None
    rest_mm: float | None = None


@dataclass(frozen=True, eq=False)
class LightsEstimate:
    """Lights with their doubt.

    Parameters
    ----------
    residual : mean misfit, as in `LightsCalibration`; for positions the misfit of the rays over the distance
    u_deg : standard uncertainty of a direction
    """

    lights: Lights
    residual: float
    u_deg: float


def estimate_directions(pictures: BallPictures, setting: BallSetting) -> LightsEstimate:
    """One direction per frame, for lights that are far away compared with the ball.

    Raises
    ------
    CalibrationError
        No ball, no highlight or too little light in a frame; names it.
    """
    _, seen = _read(pictures, setting)
    strengths = np.array([light.strength for light in seen])
    _refuse_poor(seen, setting.kind)
    _refuse_alike([light.direction for light in seen])
    lights = Lights("distant", np.array([light.direction for light in seen]), strengths / strengths.mean())
    u_deg = float(np.degrees(np.sqrt(np.mean([light.u_rad**2 for light in seen]))))
    return LightsEstimate(lights, _root_mean_square([light.misfit for light in seen]), u_deg)


def estimate_positions(places: Sequence[BallPictures], setting: BallSetting) -> LightsEstimate:
    """One position per light, where the rays from several places of the ball meet.

    Parameters
    ----------
    places : two or more, the ball moved on the object plane by at least its radius; a frame per light each

    Raises
    ------
    CalibrationError
        Too few places, no spacing, or rays that do not meet.

    References
    ----------
    The point nearest to all rays: least squares of (I - d d^T)(p - a), Hartley and Sturm 1997 for many views.
    """
    if setting.spacing is None:
        raise CalibrationError("Positions of lights need the pixel spacing: calibrate the scale first, or give it.")
    if len(places) < 2:
        raise CalibrationError("Positions of lights need the ball in at least two places: give a mask for each place.")
    read = [_read(place, setting) for place in places]
    for _, seen in read:
        _refuse_poor(seen, setting.kind)
    count = len(places[0].frames)
    starts = [[_start_mm(ball, seen[k], setting, places[0].mask.shape) for ball, seen in read] for k in range(count)]
    towards = [[seen[k].direction for _, seen in read] for k in range(count)]
    met = [_meeting_point(np.array(a), np.array(d)) for a, d in zip(starts, towards, strict=True)]
    positions, strengths = np.array([point for point, _ in met]), np.ones(count)
    shares = np.array([miss for _, miss in met]) / np.linalg.norm(positions, axis=1)
    _refuse_missing_rays(shares)
    if setting.kind == "matte":
        positions, strengths = _refined(places, setting, [ball for ball, _ in read], positions)
    _refuse_alike([p / np.linalg.norm(p) for p in positions])
    residual = _root_mean_square(list(shares))
    single = _root_mean_square([light.u_rad for _, seen in read for light in seen])
    u_deg = float(np.degrees(np.hypot(residual, single / np.sqrt(len(places)))))
    return LightsEstimate(Lights("near", positions, strengths), residual, u_deg)


def _refined(
    places: Sequence[BallPictures], setting: BallSetting, balls: Sequence[Ball], positions: Floats
) -> tuple[Floats, Floats]:
    """Positions and relative strengths from the shading of all balls at once: near light changes over a ball."""
    found = [
        fit_near_lamp([_samples(place, k, setting, ball) for place, ball in zip(places, balls, strict=True)], start)
        for k, start in enumerate(positions)
    ]
    strengths = np.array([strength for _, strength in found])
    return np.array([point for point, _ in found]), strengths / strengths.mean()


def _samples(place: BallPictures, number: int, setting: BallSetting, ball: Ball) -> BallSamples:
    light = mean_of_channels(to_linear(place.frames[number], setting.encoding))
    normals, signal, _ = lit_samples(light, place.mask, ball)
    return BallSamples(_surface_mm(ball, normals, setting, place.mask.shape), normals, signal)


def _read(pictures: BallPictures, setting: BallSetting) -> tuple[Ball, list[Seen]]:
    if len(pictures.frames) < 3:
        raise CalibrationError(f"{len(pictures.frames)} lights are too few: give one frame for each of three or more.")
    ball = find_ball(pictures.mask)
    read_one = read_highlight if setting.kind == "mirror" else read_shading
    seen = []
    for number, frame in enumerate(pictures.frames, start=1):
        grey = mean_of_channels(to_linear(frame, setting.encoding))
        try:
            seen.append(read_one(grey, pictures.mask, ball))
        except CalibrationError as error:
            raise CalibrationError(f"Frame {number}: {error}") from error
    return ball, seen


def _refuse_poor(seen: Sequence[Seen], kind: BallKind) -> None:
    for number, light in enumerate(seen, start=1):
        if light.misfit > MISFIT_LIMIT[kind]:
            what = "highlight is smeared" if kind == "mirror" else "shading is not that of a matte ball"
            raise CalibrationError(
                f"Frame {number}: the {what} (misfit {light.misfit:.2f}, limit {MISFIT_LIMIT[kind]:g}): clean the "
                "ball, shut out other light, and check ball, mask and encoding."
            )
        if light.direction[2] <= 0.02:
            raise CalibrationError(f"Frame {number}: the light seems to come from below the ball: check the mask.")


def _refuse_alike(directions: Sequence[Floats]) -> None:
    """Two frames under one lamp, or lamps in one line, leave the skin's slope unknown."""
    for second in range(len(directions)):
        for first in range(second):
            if float(np.linalg.norm(directions[first] - directions[second])) < np.radians(0.3):
                raise CalibrationError(
                    f"Frames {first + 1} and {second + 1} show the same light: take one frame for each light."
                )
    if np.linalg.svd(np.array(directions), compute_uv=False)[2] < 0.01:
        raise CalibrationError("All lights lie in one plane with the ball: use lights from different sides.")


def _start_mm(ball: Ball, seen: Seen, setting: BallSetting, shape: tuple[int, ...]) -> Floats:
    """Where on the ball the light was read."""
    return np.asarray(_surface_mm(ball, seen.point[None], setting, shape)[0], dtype=np.float64)


def _surface_mm(ball: Ball, normals: Floats, setting: BallSetting, shape: tuple[int, ...]) -> Floats:
    """Points of the ball, (n, 3) mm from the centre of the picture on the object plane."""
    spacing = setting.spacing
    assert spacing is not None
    radius = ball.radius * spacing.mean_mm
    x = (ball.col - (shape[1] - 1) / 2) * spacing.col_mm
    y = -(ball.row - (shape[0] - 1) / 2) * spacing.row_mm
    centre = np.array([x, y, radius if setting.rest_mm is None else setting.rest_mm])
    return np.asarray(centre + radius * normals, dtype=np.float64)


def _meeting_point(starts: Floats, directions: Floats) -> tuple[Floats, float]:
    """The point nearest to all rays, and the root mean square distance to them."""
    across = np.eye(3) - directions[:, :, None] * directions[:, None, :]
    if np.linalg.cond(across.sum(axis=0)) > 1e5:
        raise CalibrationError("The rays to a light are parallel: move the ball further between the pictures.")
    point = np.linalg.solve(across.sum(axis=0), np.einsum("nij,nj->i", across, starts))
    misses = np.einsum("nij,nj->ni", across, point - starts)
    freedom = max(2 * len(starts) - 3, 1)
    return point, float(np.sqrt((misses**2).sum() / freedom))


def _refuse_missing_rays(shares: Floats) -> None:
    worst = int(np.argmax(shares))
    if shares[worst] > RAYS_LIMIT_SHARE:
        raise CalibrationError(
            f"The rays to light {worst + 1} miss each other by {shares[worst]:.0%} of its distance: keep the order of "
            "the lights the same at every place of the ball, check spacing and masks, or use more places."
        )


def _root_mean_square(values: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
