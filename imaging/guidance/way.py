"""In words: how to get from one site of a face to another."""

from imaging.model.face import place_on_face
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

_AT_ALL = 0.05
"""Of the face's height: a smaller difference is not worth a word."""


def way_to(wanted: SiteKey, seen: SiteKey) -> str:
    """From the site that is seen to the one that is wanted: "up and towards the ear"; empty where it is not known."""
    sides = {wanted.laterality, seen.laterality}
    if sides == {Laterality.LEFT, Laterality.RIGHT}:
        return f"to the subject's {wanted.laterality.upper()} side"
    there, here = place_on_face(wanted), place_on_face(seen)
    if there is None or here is None:
        return ""
    words = [_upright(there[1] - here[1]), _across(abs(there[0]) - abs(here[0]), wanted, seen)]
    return " and ".join(word for word in words if word)


def _upright(down: float) -> str:
    return "" if abs(down) < _AT_ALL else "down" if down > 0 else "up"


def _across(outwards: float, wanted: SiteKey, seen: SiteKey) -> str:
    if abs(outwards) < _AT_ALL:
        return ""
    if outwards < 0:
        return "towards the nose"
    is_side_known = seen.laterality is not Laterality.MIDLINE
    return "towards the ear" if is_side_known else f"towards the {wanted.laterality.upper()} ear"
