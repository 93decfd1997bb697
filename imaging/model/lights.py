"""Where the light comes from."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from imaging.errors import CalibrationError
from imaging.model.arrays import Points, read_only


@dataclass(frozen=True, eq=False)
class Lights:
    """The lights of a stack, in the order of its frames.

    Parameters
    ----------
    model : "distant" (directions) or "near" (positions)
    vectors : (n, 3). Distant: unit vectors from the skin to the light. Near: positions in mm.
        x right, y up, z towards the camera, origin at the image centre on the object plane.
    intensities : (n,) relative strengths, all above zero
    axes : (n, 3) unit vectors along which near lights shine, or None for isotropic LEDs
    beam_exponent : m in cos(angle from the axis) ** m; 0 for isotropic
    names : one per light, or empty
    """

    model: Literal["distant", "near"]
    vectors: Points
    intensities: Points = field(default_factory=lambda: np.ones(0))
    axes: Points | None = None
    beam_exponent: float = 0.0
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        vectors = np.asarray(self.vectors, dtype=np.float64)
        if vectors.ndim != 2 or vectors.shape[1:] != (3,) or not np.isfinite(vectors).all():
            raise CalibrationError("Each light needs three finite numbers x y z.")
        lengths = np.linalg.norm(vectors, axis=1)
        if (lengths == 0).any():
            raise CalibrationError("A light has direction 0 0 0: give x y z that point from the skin to the light.")
        if self.model == "distant":
            vectors = vectors / lengths[:, None]
        if (vectors[:, 2] <= 0).any():
            raise CalibrationError("A light lies behind the skin (z is not above zero): z points towards the camera.")
        strengths = np.asarray(self.intensities, dtype=np.float64)
        strengths = strengths if strengths.size else np.ones(len(vectors))
        if strengths.shape != (len(vectors),) or not (np.isfinite(strengths).all() and (strengths > 0).all()):
            raise CalibrationError("Every light needs one intensity above zero.")
        object.__setattr__(self, "vectors", read_only(vectors))
        object.__setattr__(self, "intensities", read_only(strengths))

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True)
class LightsChoice:
    """What may switch the lights, to choose from; `line` is what the settings keep."""

    line: str
    title: str


def light_set(lights: Lights | None) -> str:
    """A short digest of the lights of a capture; "single" when there was one light or none is known.

    Captures whose light sets differ are not compared: the same skin looks different under other lights.
    """
    if lights is None:
        return "single"
    numbers = np.round(np.column_stack([lights.vectors, lights.intensities]), 4)
    text = f"{lights.model} {lights.beam_exponent:.4f} {numbers.tolist()}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
