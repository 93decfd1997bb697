"""A relief to look at from the side, and from where it is seen."""

from dataclasses import dataclass

from imaging.model.arrays import FloatMap, Pixels, read_only
from imaging.model.geometry import Spacing


@dataclass(frozen=True)
class ReliefView:
    """From where and how large.

    Parameters
    ----------
    azimuth_deg : how far the skin is turned, counter-clockwise seen from above; 0: the picture's lower edge is in front
    elevation_deg : 90 looks straight down, 0 from the side
    exaggeration : of heights over lengths
    zoom : 1 shows all of it
    """

    azimuth_deg: float = 20.0
    elevation_deg: float = 40.0
    exaggeration: float = 5.0
    zoom: float = 1.0


@dataclass(frozen=True, eq=False)
class Relief:
    """What is drawn.

    Parameters
    ----------
    height_um : (rows, cols), NaN where not measured (µm, or pixels when uncalibrated, as `spacing` is None)
    colours : (rows, cols, 3) uint8 RGB, laid over it
    """

    height_um: FloatMap
    colours: Pixels
    spacing: Spacing | None

    def __post_init__(self) -> None:
        for name in ("height_um", "colours"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
