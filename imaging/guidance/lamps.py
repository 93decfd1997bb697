"""Does each frame of a stack show the lamp it was taken under? Judged from the pictures alone.

A near lamp lights its own side most, and on rounded skin any lamp does: the logarithm of a frame over the mean of all
is free of pigment and rises towards its lamp. The direction of that rise says which lamp it was; its brightness says
whether it was on. Lamps that rise nowhere (overhead, or far away over flat skin) are not accused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from imaging.guidance.light import as_uint8
from imaging.model.arrays import BoolMap, FloatMap, Points
from imaging.model.frame import Frame
from imaging.model.lights import Lights
from imaging.surface.light.linearise import to_linear

Kind = Literal["dark", "swapped", "late", "same", "stuck", "unlike"]

_ROWS, _COLS = 24, 32
_DARK_SHARE = 0.2
"""Of the middle brightness of the other lamps: below, the lamp is off."""
_DIMMEST, _BRIGHTEST = 0.002, 0.98
"""Linear light outside of which a place says nothing."""
_LEAST_RISE = 0.03
"""Natural logarithm over half the picture's width: less is no direction."""
_LEAST_SHARE = 0.25
"""Of the middle rise of all lamps: less means that something else lights the picture as well."""
_MARGIN = 0.2
"""By so much of a cosine another lamp must fit better before it is named. Neighbours of eight lie 0.29 apart."""
_LEAST_COSINE, _GOOD_COSINE = 0.3, 0.7
_SAME = 0.02
"""Mean difference of two logarithms that only the same lamp makes."""
_PLAIN_RISE = 0.15
"""With a middle rise as large, each lamp alone is the brightest somewhere."""
_OUTSHONE = 0.1
"""Logarithm by which nearly every place of every other frame is brighter than that of a lamp that shines in all."""
_WORDS = {"right": (1, 0), "left": (-1, 0), "upper": (0, 1), "top": (0, 1), "lower": (0, -1), "bottom": (0, -1)}


@dataclass(frozen=True, eq=False)
class ExpectedLamps:
    """The lamps of a stack and where they stand.

    Parameters
    ----------
    names : one per frame
    sides : (n, 2) x right, y up: which way the picture rises under each lamp compared with the mean of all, unit
        vectors; NaN where that is unknown or nowhere
    is_near : each lamp brightens its own side of any skin. Under distant ones the form of the skin decides, and only
        lamps that changed places are told
    """

    names: tuple[str, ...]
    sides: Points
    is_near: bool = True


@dataclass(frozen=True)
class LampFault:
    """What is wrong with the lamps of a stack; the sentence says what to do."""

    kind: Kind
    lights: tuple[str, ...]
    sentence: str


def expect_lamps(names: tuple[str, ...], lights: Lights | None) -> ExpectedLamps:
    """Where the lamps stand: as calibrated (by name, else by order), else as words such as "upper-left" say."""
    order = _order(names, lights)
    if lights is None or order is None:
        toward = np.array([_side_of_words(name) for name in names], dtype=np.float64).reshape(-1, 2)
    else:
        vectors = lights.vectors[order]
        toward = vectors[:, :2] / np.linalg.norm(vectors, axis=1, keepdims=True)
    apart = toward - toward.mean(axis=0)
    length = np.linalg.norm(apart, axis=1, keepdims=True)
    sides = np.where(length > 0.15, apart / np.maximum(length, 1e-9), np.nan)
    return ExpectedLamps(names, sides, lights is None or lights.model == "near")


def _order(names: tuple[str, ...], lights: Lights | None) -> list[int] | None:
    if lights is None:
        return None
    if set(names) <= set(lights.names):
        return [lights.names.index(name) for name in names]
    return list(range(len(names))) if len(names) == len(lights) else None


def _side_of_words(name: str) -> tuple[float, float]:
    """(0, 0) for a middle lamp, NaN when the name says nothing."""
    found = [_WORDS[word] for word in name.lower().replace("_", "-").replace(" ", "-").split("-") if word in _WORDS]
    if not found:
        return (np.nan, np.nan)
    right, up = sum(side[0] for side in found), sum(side[1] for side in found)
    length = max(float(np.hypot(right, up)), 1e-9)
    return right / length, up / length


def lamp_picture(frame: Frame) -> FloatMap:
    """(24, 32) linear grey: noise, tremor and microrelief average out, the light remains."""
    small = cv2.resize(as_uint8(frame.pixels), (_COLS, _ROWS), interpolation=cv2.INTER_AREA)
    linear = to_linear(np.asarray(small, dtype=np.uint8), frame.encoding)
    return np.asarray(linear if linear.ndim == 2 else linear.mean(axis=2), dtype=np.float32)


def rise(picture: FloatMap, even: FloatMap) -> Points:
    """(2,) x right, y up: how the logarithm of `picture` over `even` rises over half the picture's width."""
    rows, cols = picture.shape
    right = np.broadcast_to((2 * np.arange(cols) + 1 - cols) / cols, picture.shape)
    up = np.broadcast_to((rows - 1 - 2 * np.arange(rows))[:, None] / cols, picture.shape)
    usable = _usable(picture) & _usable(even)
    if usable.mean() < 0.2:
        return np.zeros(2)
    terms = np.column_stack([right[usable], up[usable], np.ones(int(usable.sum()))])
    solved, *_ = np.linalg.lstsq(terms, np.log(picture[usable] / even[usable]).astype(np.float64), rcond=None)
    return np.asarray(solved[:2])


def _usable(picture: FloatMap) -> BoolMap:
    return np.asarray((picture > _DIMMEST) & (picture < _BRIGHTEST))


def shown_lamp(picture: FloatMap, even: FloatMap, expected: ExpectedLamps) -> str | None:
    """The lamp that one picture shows, compared with an evenly lit one; None when it cannot be told."""
    found = rise(picture, even)
    length = float(np.linalg.norm(found))
    if length < _LEAST_RISE or np.isnan(expected.sides).any():
        return None
    cosines = expected.sides @ found / length
    best = int(np.argmax(cosines))
    return expected.names[best] if cosines[best] > _LEAST_COSINE else None


def lamp_fault(pictures: Sequence[FloatMap], expected: ExpectedLamps) -> LampFault | None:
    """What the frames of one stack say about their lamps; None when nothing speaks against them.

    Parameters
    ----------
    pictures : from `lamp_picture`, one per lamp, in the order of `expected.names`
    """
    if len(pictures) < 2:
        return None
    dark = _dark(pictures)
    if dark:
        listed = _listed([expected.names[n] for n in dark])
        return _fault(
            "dark", expected, dark, f"{listed} stay{'s' if len(dark) == 1 else ''} dark: check lamp and cable"
        )
    logs = np.log(np.maximum(np.stack(pictures), _DIMMEST))
    even = np.asarray(np.exp(logs.mean(axis=0)), dtype=np.float32)
    same = _same(logs)
    if same:
        words = f"{_listed([expected.names[n] for n in same])} give the same picture: one of them did not switch"
        return _fault("same", expected, same, words)
    rises = np.stack([rise(picture, even) for picture in pictures])
    stuck = _stuck(logs) if float(np.median(np.linalg.norm(rises, axis=1))) > _PLAIN_RISE else None
    if stuck is not None:
        words = f"{_listed([expected.names[stuck]])} shines while others are asked for: check its switch"
        return _fault("stuck", expected, [stuck], words)
    return _misplaced(rises, expected)


def _dark(pictures: Sequence[FloatMap]) -> list[int]:
    brightness = [float(picture.mean()) for picture in pictures]
    brightest = sorted(brightness)[-max(1, (len(brightness) + 1) // 2) :]
    return [n for n, one in enumerate(brightness) if one < _DARK_SHARE * float(np.median(brightest))]


def _same(logs: FloatMap) -> list[int]:
    """The first two frames that are alike but for their brightness."""
    for one in range(len(logs)):
        for other in range(one + 1, len(logs)):
            apart = logs[one] - logs[other]
            if float(np.abs(apart).mean()) < _SAME:
                return [one, other]
    return []


def _stuck(logs: FloatMap) -> int | None:
    """The lamp whose light is part of every frame: nowhere is its own frame the brightest."""
    for one, own in enumerate(logs):
        others = [other - own for n, other in enumerate(logs) if n != one]
        if all(float(np.percentile(apart, 5)) > _OUTSHONE for apart in others):
            return one
    return None


def _misplaced(rises: Points, expected: ExpectedLamps) -> LampFault | None:
    """Lamps that light another side than theirs."""
    lengths = np.linalg.norm(rises, axis=1)
    middle = float(np.median(lengths))
    if middle < _LEAST_RISE:
        return None
    cosines = (rises / np.maximum(lengths, 1e-9)[:, None]) @ np.nan_to_num(expected.sides).T
    known = [n for n in range(len(cosines)) if not np.isnan(expected.sides[n]).any()]
    weak = [n for n in known if lengths[n] < _LEAST_SHARE * middle]
    changed = _changed_places(cosines, [n for n in known if n not in weak])
    if changed:
        return _swapped(changed, expected)
    return _not_its_own(cosines, known, weak, expected) if expected.is_near else None


def _changed_places(cosines: Points, judged: list[int]) -> dict[int, int]:
    """Which lamp each of some frames shows, when all fit once they have changed places; empty when they need not."""
    from scipy.optimize import linear_sum_assignment

    part = cosines[np.ix_(judged, judged)]
    _, columns = linear_sum_assignment(-part)
    best = dict(zip(judged, [judged[column] for column in columns], strict=True))
    changed = {n: m for n, m in best.items() if cosines[n, m] - cosines[n, n] > _MARGIN}
    fits = all(cosines[n, m] > _GOOD_COSINE for n, m in changed.items())
    return changed if fits and set(changed.values()) == set(changed) else {}


def _swapped(changed: dict[int, int], expected: ExpectedLamps) -> LampFault:
    names = [expected.names[n] for n in changed]
    if len(changed) == 2:
        return _fault("swapped", expected, list(changed), f"{_listed(names)} are swapped: exchange their cables")
    order = ", ".join(f'"{expected.names[n]}" shows "{expected.names[m]}"' for n, m in changed.items())
    words = f"The lights come on in another order than they are known by ({order}): check cables and camera"
    return _fault("swapped", expected, list(changed), words)


def _not_its_own(cosines: Points, known: list[int], weak: list[int], expected: ExpectedLamps) -> LampFault | None:
    """The first frame that shows another lamp, or none of them."""
    for n in known:
        other = int(np.argmax(cosines[n]))
        if n not in weak and cosines[n, other] - cosines[n, n] > _MARGIN and cosines[n, other] > _GOOD_COSINE:
            one, two = expected.names[n], expected.names[other]
            words = f'The picture under light "{one}" shows light "{two}": it did not switch in time'
            return _fault("late", expected, [n, other], words)
    unlike = weak or [n for n in known if cosines[n, n] < _LEAST_COSINE]
    if not unlike:
        return None
    words = f"{_listed([expected.names[unlike[0]]])} does not brighten its own side: "
    return _fault("unlike", expected, unlike[:1], words + "check the lamp, and that no other light stays on")


def _fault(kind: Kind, expected: ExpectedLamps, lights: list[int], words: str) -> LampFault:
    return LampFault(kind, tuple(expected.names[n] for n in lights), f"{words}, then take the picture again.")


def _listed(names: Sequence[str]) -> str:
    quoted = " and ".join(f'"{name}"' for name in names)
    return f"Light {quoted}" if len(names) == 1 else f"Lights {quoted}"
