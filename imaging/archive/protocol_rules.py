"""What a protocol must obey beyond the kinds of its values: a table of rules, each with the sentence it breaks with."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from imaging.model.measurement import DEPRESSION_KEYS, TEXTURE_KEYS, WRINKLE_KEYS
from imaging.model.protocol import Site, StudyProtocol

KINDS = ("study", "follow-up", "repeatability", "bridging")
EXPORTS = ("heat-map", "photograph")
CONTROLS = ("exposure", "white_balance", "gain", "focus", "gamma", "sharpness")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ENDPOINTS = {"wrinkles": WRINKLE_KEYS, "depressions": DEPRESSION_KEYS, "texture": TEXTURE_KEYS}


def broken_rule(protocol: StudyProtocol) -> str:
    """The sentence of the first rule that a protocol breaks; empty when it obeys all."""
    return next((sentence for is_broken, sentence in _RULES if is_broken(protocol)), "")


def _has_wrong_code(protocol: StudyProtocol) -> bool:
    return not all(_CODE.fullmatch(code) for code in (protocol.code, *(site.code for site in protocol.sites)))


def _has_twins(values: Iterable[Any]) -> bool:
    listed = list(values)
    return len(set(listed)) < len(listed)


def _has_wrong_sides(site: Site) -> bool:
    return not site.sides or _has_twins(site.sides)


def _has_wrong_headline(protocol: StudyProtocol) -> bool:
    group, _, key = protocol.headline_endpoint.partition(".")
    return key not in _ENDPOINTS.get(group, ())


def _numbers(values: Any) -> Iterable[float]:
    """Every number in nested dictionaries."""
    if isinstance(values, dict):
        for value in values.values():
            yield from _numbers(value)
    elif isinstance(values, int | float) and not isinstance(values, bool):
        yield values


def _has_negative_limit(protocol: StudyProtocol) -> bool:
    numbers = [*_numbers(asdict(protocol.gates)), *_numbers(asdict(protocol.limits))]
    scales = [protocol.heat_map_limit_um, protocol.change_limit_um]
    is_wrong = any(not math.isfinite(number) or number < 0 for number in numbers)
    return is_wrong or any(not math.isfinite(number) or number <= 0 for number in scales)


def _has_wrong_fraction(protocol: StudyProtocol) -> bool:
    gates = asdict(protocol.gates)
    names = [name for name in gates if name.endswith(("_fraction", "_brightness", "_focus"))]
    return any(gates[name] > 1 for name in names)


def _has_crossed_limits(protocol: StudyProtocol) -> bool:
    wrinkle, gates = protocol.limits.wrinkle, protocol.gates
    return wrinkle.min_width_mm >= wrinkle.max_width_mm or gates.min_brightness >= gates.max_brightness


_RULES: tuple[tuple[Callable[[StudyProtocol], bool], str], ...] = (
    (lambda p: p.kind not in KINDS, f'"kind" should be one of {", ".join(KINDS)}.'),
    (_has_wrong_code, '"code" of protocol and sites: small letters, digits and hyphens only, for example crows-feet.'),
    (lambda p: not set(p.exports) <= set(EXPORTS), f'"exports" may hold {" and ".join(EXPORTS)} only.'),
    (lambda p: not set(p.camera) <= set(CONTROLS), f'"camera" may hold {", ".join(CONTROLS)} only.'),
    (lambda p: not p.name.strip(), '"name" is empty: give a name.'),
    (lambda p: not p.sites, '"sites" is empty: list at least one site.'),
    (lambda p: _has_twins(site.code for site in p.sites), '"sites" has the same code twice: use each once.'),
    (lambda p: any(map(_has_wrong_sides, p.sites)), '"sides" of each site: left, right or midline, each once.'),
    (lambda p: any(w.week < 0 for w in p.visits), '"visits" has a week below zero: count from week 0.'),
    (lambda p: _has_twins(w.week for w in p.visits), '"visits" has the same week twice: use each once.'),
    (
        lambda p: any(w.days_before < 0 or w.days_after < 0 for w in p.visits),
        '"days_before" and "days_after" of a visit cannot be below zero.',
    ),
    (lambda p: p.replicates < 1, '"replicates" should be at least 1.'),
    (_has_wrong_headline, '"headline_endpoint" is not an endpoint: for example wrinkles.deepest_mean_depth_um.'),
    (
        lambda p: p.headline_site not in {s.code for s in p.sites},
        '"headline_site" is not the code of one of the sites.',
    ),
    (_has_negative_limit, "A limit is below zero or not a number: correct gates, limits and colour scales."),
    (_has_wrong_fraction, "A limit of the gates that is a fraction is above 1: fractions are 0 to 1."),
    (_has_crossed_limits, "A lower limit is not below its upper limit: correct wrinkle widths or brightness."),
)
