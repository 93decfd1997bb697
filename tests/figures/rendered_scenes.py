"""Path-traced scenes as the engine measures them, furrow by furrow beside the truth."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imaging.calibration.depth import DepthReading, estimate_depth_factor
from imaging.calibration.lights_file import read_lights
from imaging.camera.pictures import read_picture
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.measurement import MeasuredCapture, MeasureLimits, Wrinkle
from imaging.model.surface import Surface
from imaging.pipeline import measure
from imaging.surface.endpoints import measure_wrinkles_on
from tests.renderings.truth import Furrow, Scene

RENDERINGS = Path(__file__).parents[1] / "renderings"
FULL_DEPTH = 0.7
"""Middle share of a furrow that is read: all of it has the full depth."""


@dataclass(frozen=True)
class FurrowReading:
    """One furrow: depth along the middle of its true line, so that finding it does not count.

    Parameters
    ----------
    u_um : standard uncertainty that the engine states
    """

    scene: Scene
    furrow: Furrow
    true_um: float
    read_um: float
    u_um: float

    @property
    def error(self) -> float:
        """As a share of the depth; a furrow that cannot be read is wrong by all of it."""
        return self.read_um / self.true_um - 1 if np.isfinite(self.read_um) else -1.0

    @property
    def is_honest(self) -> bool:
        return abs(self.read_um - self.true_um) <= 2 * self.u_um


def inputs_of(scene: Scene) -> MeasureInputs:
    folder, ending = RENDERINGS / scene.name, "jpg" if scene.is_jpeg else "png"
    frames = tuple(read_picture(folder / f"light-{number}.{ending}") for number in range(len(scene.lights_mm)))
    return MeasureInputs(frames, read_lights(folder / "lights.json"), Spacing.square(scene.spacing_mm))


@cache
def measure_scene(scene: Scene) -> MeasuredCapture:
    return measure(inputs_of(scene))


@cache
def furrow_readings(scene: Scene) -> tuple[FurrowReading, ...]:
    return read_furrows(scene, measure_scene(scene).surface)


def read_furrows(scene: Scene, surface: Surface) -> tuple[FurrowReading, ...]:
    """Every furrow of a scene on a surface that was measured of it."""
    unread = float("nan")
    answer = []
    for furrow, added, found in zip(
        scene.furrows, _microrelief_um(scene, surface), _along(scene, surface), strict=True
    ):
        read, u = (found.mean_depth, found.u_mean_depth or 0.0) if found else (unread, unread)
        answer.append(FurrowReading(scene, furrow, furrow.depth_um + added, read, u))
    return tuple(answer)


def _along(scene: Scene, surface: Surface) -> tuple[Wrinkle | None, ...]:
    lines = [scene.to_row_col(furrow.line_mm(FULL_DEPTH)) for furrow in scene.furrows]
    return measure_wrinkles_on(surface, lines, MeasureLimits(), hair=np.zeros(surface.shape, dtype=np.bool_))


def _microrelief_um(scene: Scene, surface: Surface) -> list[float]:
    """What microrelief adds to each depth by the section definition."""
    if not scene.microrelief_um:
        return [0.0] * len(scene.furrows)
    rough, smooth = (_along(scene, _true_surface(one, surface)) for one in (scene, replace(scene, microrelief_um=0.0)))
    return [a.mean_depth - b.mean_depth if a and b else 0.0 for a, b in zip(rough, smooth, strict=True)]


def _true_surface(scene: Scene, surface: Surface) -> Surface:
    height = scene.relief_at(*scene.places_mm()).astype(np.float32)
    return replace(surface, height=height, valid=np.ones(height.shape, dtype=np.bool_))


def calibrated_errors(readings: tuple[FurrowReading, ...]) -> list[float]:
    """Errors that are left when the device was calibrated on the other grooves of the scene."""
    answer = []
    for one in readings:
        others = [DepthReading(r.read_um, r.u_um, r.true_um) for r in readings if r is not one]
        factor = estimate_depth_factor(others, "photometric").um_per_unit
        answer.append(factor * one.read_um / one.true_um - 1)
    return answer


def change_errors(before: Scene, after: Scene) -> list[float]:
    """Read minus true change of each furrow, both as shares of the depth before; with the blur of the first visit, as
    an archive carries it over."""
    blur = measure_scene(before).surface.skin_light
    carried = None if blur is None else replace(blur, is_carried=True)
    second = read_furrows(after, measure(replace(inputs_of(after), skin_light=carried)).surface)
    pairs = zip(furrow_readings(before), second, strict=True)
    return [two.read_um / one.read_um - two.true_um / one.true_um for one, two in pairs]


def deepest_reading_um(scene: Scene) -> float:
    """What flat skin reads: the deepest wrinkle found on it and the dark line on it, whichever is deeper."""
    surface, measured = measure_scene(scene).surface, measure_scene(scene).measurement
    depths = [item.mean_depth for item in measured.items]
    if scene.pigment is not None and scene.pigment.line_mm is not None:
        x, y, angle_deg, width = scene.pigment.line_mm
        line = replace(scene, furrows=(Furrow(x, y, angle_deg, 5, width, 1),))
        depths += [found.mean_depth for found in _along(line, surface) if found]
    return max(depths, default=0.0)


def wrinkle_at(items: tuple[Wrinkle, ...], furrow: Furrow, scene: Scene) -> Wrinkle | None:
    """The wrinkle whose centre line passes within half a millimetre of the furrow's middle."""
    middle: npt.NDArray[np.float64] = scene.to_row_col(np.array([[furrow.x_mm, furrow.y_mm]]))[0]
    for item in items:
        if np.hypot(*(item.centre_line - middle).T).min() * scene.spacing_mm < 0.5:
            return item
    return None
