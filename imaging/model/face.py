"""Where the sites lie on a face: for signs that show it, and for words that lead from one to the other."""

from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

_PLACES = {
    "crows-feet": (0.27, 0.43),
    "forehead": (0.14, 0.24),
    "glabella": (0.0, 0.36),
    "nasolabial-fold": (0.14, 0.64),
    "lower-eyelid": (0.18, 0.49),
    "eye-region": (0.18, 0.44),
    "perioral": (0.08, 0.74),
    "upper-lip": (0.05, 0.67),
    "cheek": (0.23, 0.60),
    "neck": (0.08, 0.98),
}
"""Of a site on a side: across from the midline and down from the crown, as shares of the face's height."""
_SIGNS = {Laterality.LEFT: 1.0, Laterality.RIGHT: -1.0, Laterality.MIDLINE: 0.0}


def place_on_face(site: SiteKey) -> tuple[float, float] | None:
    """(across, down): across from the midline towards the subject's left; None for a site that is not known here."""
    place = _PLACES.get(site.site)
    return None if place is None else (_SIGNS[site.laterality] * place[0], place[1])
