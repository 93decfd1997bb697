"""Gloss told apart by colour, on light mixed from known shares."""

import numpy as np
import numpy.typing as npt

from imaging.model.geometry import Spacing
from imaging.surface.gloss import find_gloss

SKIN = np.array([0.62, 0.42, 0.33])
SPACING = Spacing.square(0.016)
Array = npt.NDArray[np.float64]


def mixed(gloss: Array, colour: Array = SKIN) -> list[npt.NDArray[np.float32]]:
    """Four lights' cells, (60, 80, 3): shading that differs from light to light, and white gloss on top."""
    row, col = np.indices((60, 80)) / 80
    shading = [0.5 + 0.2 * np.sin(2 * row + 3 * col + phase) for phase in range(4)]
    return [(d[..., None] * colour + s[..., None]).astype(np.float32) for d, s in zip(shading, gloss, strict=True)]


def lobes() -> Array:
    """A smooth lobe under each light, in another corner each; no pixel shines under all lights."""
    row, col = np.indices((60, 80))
    corners = ((10, 10), (10, 70), (50, 70), (50, 10))
    return np.array([0.15 * np.exp(-((row - r) ** 2 + (col - c) ** 2) / 400) for r, c in corners])


def test_known_gloss_is_found() -> None:
    truth = lobes()
    found = find_gloss(mixed(truth), SPACING)
    assert np.abs(np.array(found.maps) - truth).max() < 0.012
    assert found.share is not None and found.share > 0


def test_matte_skin_has_none() -> None:
    found = find_gloss(mixed(np.zeros((4, 60, 80))), SPACING)
    assert max(float(m.max()) for m in found.maps) < 1e-4


def test_grey_pictures_cannot_tell() -> None:
    grey = np.array([0.5, 0.5, 0.5])
    assert find_gloss(mixed(lobes(), grey), SPACING).maps == ()
    assert find_gloss([cell[..., 0] for cell in mixed(lobes())], SPACING).share is None


def test_what_is_saturated_is_left_out() -> None:
    cells = mixed(lobes())
    cells[0][5:15, 5:15] = np.nan
    found = find_gloss(cells, SPACING)
    assert np.isfinite(np.array(found.maps)).all()
