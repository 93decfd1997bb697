"""Colour correction from a 24-patch card: a 3 x 3 matrix from the camera's linear RGB to linear sRGB."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.optimize import least_squares

from imaging.calibration.colours import (
    PATCH_LAB_D50,
    Floats,
    colour_difference,
    lab_of_linear_srgb,
    linear_srgb_of_lab,
)
from imaging.errors import CalibrationError
from imaging.model.arrays import Points
from imaging.model.calibration import ColourCalibration
from imaging.model.surface import Surface
from imaging.surface.light.linearise import to_linear, to_srgb8

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

MEAN_LIMIT = 4.0
WORST_LIMIT = 12.0
"""Colour differences, CIEDE2000, of the patches after correction; a card printed at home does not reach them."""
_SLOPE_LIMIT = 0.6
_NEUTRAL_WEIGHT = 2.0
_NEUTRAL = slice(18, 24)


@dataclass(frozen=True)
class CardReading:
    """One picture's patches: (24, 3) linear camera RGB and their (24, 2) places (col, row)."""

    colours: Floats
    places: Points


@dataclass(frozen=True)
class ColourEstimate:
    """The correction and what it leaves.

    Parameters
    ----------
    matrix : linear camera RGB (a row) times it is linear sRGB
    residual, worst : mean and largest CIEDE2000 of the patches
    unevenness : change of the light over the card that was found and left out, as a share
    """

    matrix: Matrix
    residual: float
    worst: float
    unevenness: float


def estimate_colour(readings: Sequence[CardReading], lab_d50: Floats | None = None) -> ColourEstimate:
    """The matrix that brings the patches nearest to their colours, as the eye sees it.

    Starts from weighted least squares and goes on with CIEDE2000; light that grows evenly across the card is
    estimated with it, so that it does not count as colour.

    Parameters
    ----------
    readings : one or several pictures of the card
    lab_d50 : (24, 3) colours of this card as measured; those of the ColorChecker Classic when None

    Raises
    ------
    CalibrationError
        The patches are not those of the card.
    """
    lab = np.array(PATCH_LAB_D50) if lab_d50 is None else np.asarray(lab_d50, dtype=np.float64)
    wanted = linear_srgb_of_lab(lab)
    camera = np.concatenate([reading.colours for reading in readings])
    across = np.concatenate([_centred(reading.places) for reading in readings])
    targets = np.tile(wanted, (len(readings), 1))
    target_lab = lab_of_linear_srgb(targets)
    level = camera[18 % len(camera)].mean() / wanted[18].mean()
    start = np.concatenate([_linear_start(camera / level, targets).ravel(), [0.0, 0.0]])

    def differences(values: Floats) -> Floats:
        evened = camera / level / (1 + across @ values[9:])[:, None]
        return colour_difference(lab_of_linear_srgb(evened @ values[:9].reshape(3, 3)), target_lab)

    edge = np.append(np.full(9, np.inf), [_SLOPE_LIMIT, _SLOPE_LIMIT])
    found = least_squares(differences, start, bounds=(-edge, edge), x_scale="jac", max_nfev=200)
    left = differences(found.x)
    matrix = found.x[:9].reshape(3, 3) / level
    estimate = ColourEstimate(
        as_matrix(matrix), float(left.mean()), float(left.max()), float(2 * np.linalg.norm(found.x[9:]))
    )
    _refuse_poor(estimate)
    return estimate


def corrected(colours: Floats, matrix: Matrix) -> Floats:
    """(n, 3) linear camera RGB as linear sRGB."""
    return np.asarray(colours @ np.array(matrix), dtype=np.float64)


def card_difference(reading: CardReading, matrix: Matrix, lab_d50: Floats | None = None) -> float:
    """Mean CIEDE2000 of the patches under a correction made earlier, with the exposure as it is now."""
    lab = np.array(PATCH_LAB_D50) if lab_d50 is None else lab_d50
    shown = lab_of_linear_srgb(corrected(reading.colours, matrix))
    return float(colour_difference(shown, lab_of_linear_srgb(linear_srgb_of_lab(lab))).mean())


def _centred(places: Points) -> Points:
    """Places from -1 to 1 along the longer side of the card."""
    middle = (places.min(axis=0) + places.max(axis=0)) / 2
    return np.asarray((places - middle) / (np.ptp(places, axis=0).max() / 2), dtype=np.float64)


def _linear_start(camera: Floats, wanted: Floats) -> Floats:
    """Least squares in which each patch counts by its lightness, and the greys double."""
    weights = 1 / np.sqrt(0.02 + wanted.mean(axis=1))
    for first in range(0, len(weights), 24):
        weights[first:][_NEUTRAL] *= _NEUTRAL_WEIGHT
    found = np.linalg.lstsq(camera * weights[:, None], wanted * weights[:, None])[0]
    return np.asarray(found, dtype=np.float64)


def as_matrix(values: Floats) -> Matrix:
    """A 3 x 3 array as plain numbers."""
    first, second, third = ((float(a), float(b), float(c)) for a, b, c in values)
    return first, second, third


def _refuse_poor(estimate: ColourEstimate) -> None:
    if estimate.residual > MEAN_LIMIT or estimate.worst > WORST_LIMIT:
        raise CalibrationError(
            f"The colours of the card stay {estimate.residual:.1f} (worst {estimate.worst:.1f}) CIEDE2000 off after "
            f"correction, limits {MEAN_LIMIT:g} and {WORST_LIMIT:g}: use a bought card, even light without glare, "
            "lock the white balance, or give the measured colours of your card."
        )


def with_true_colours(surface: Surface, colour: ColourCalibration) -> Surface:
    """The surface with its photograph in the card's colours; brightness and all other maps stay.

    The photograph has its own brightness, so the matrix is scaled to leave a grey as bright as it was.
    """
    matrix = np.array(colour.matrix)
    luminance = np.array([0.2126, 0.7152, 0.0722])
    matrix = matrix / float(matrix.sum(axis=0) @ luminance)
    light = cv2.transform(to_linear(surface.photograph, "srgb"), matrix.T.astype(np.float32))
    return replace(surface, photograph=to_srgb8(np.asarray(light, dtype=np.float32)))
