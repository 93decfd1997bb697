"""What a bridging set says of two cameras, in words. Free of Qt."""

from dataclasses import dataclass
from math import exp

from gui.bridge.numbers import GAP, number_text, signed_text
from imaging.model.bridging import Bridge, BridgedEndpoint
from imaging.model.endpoint import ENDPOINTS, endpoint

_MINUS, _ABOUT = "\u2212", 2.0
"""Of standard uncertainties: 95 %."""


@dataclass(frozen=True)
class BridgeRow:
    """One endpoint: how the later camera reads it, how surely, and within what single sites lie."""

    title: str
    bias: str
    doubt: str
    limits: str
    sites: str


def bridge_sentence(bridge: Bridge, headline: str) -> str:
    """For example "Wrinkle depth: the new camera reads 6.1 % deeper, ± 1.2 % (95 %)."."""
    if bridge.is_same:
        return "Both are one camera, plugged in elsewhere."
    row, item = bridge.row(headline), endpoint(headline)
    if row is None:
        return f"{item.full_title} could not be compared: no site has it with both cameras."
    if not row.is_relative:
        doubt = number_text(_ABOUT * row.u_bias, item.unit)
        return f"{item.full_title}: the new camera reads {signed_text(row.bias, item.unit)}, ±{GAP}{doubt} (95{GAP}%)."
    share = exp(row.bias) - 1
    word = item.more if share > 0 else item.less
    return (
        f"{item.full_title}: the new camera reads {_percent(abs(share))} {word}, "
        f"±{GAP}{_percent(_ABOUT * row.u_bias)} (95{GAP}%)."
    )


def meaning(bridge: Bridge) -> str:
    """What follows from a bridging set that was kept."""
    if bridge.is_same:
        return "Somebody said so, and the archive keeps that: changes are judged as with one camera."
    if not bridge.is_large_enough:
        return f"No verdict can rest on it yet: {bridge.shortcomings[0]}"
    return (
        f"Kept as revision {bridge.revision}, from {len(bridge.sites)} sites. Changes across the two cameras are "
        "judged with this difference taken out and its doubt added, once both cameras have a repeatability study."
    )


def bridge_rows(bridge: Bridge, headline: str) -> tuple[BridgeRow, ...]:
    """The headline first, then every endpoint that may carry a verdict."""
    keys = dict.fromkeys([headline, *(item.key for item in ENDPOINTS if item.may_be_judged)])
    found = ((key, bridge.row(key)) for key in keys)
    return tuple(_row(key, row) for key, row in found if row is not None)


def _row(key: str, row: BridgedEndpoint) -> BridgeRow:
    item = endpoint(key)
    numbers = (row.bias, row.low, row.high)
    if row.is_relative:
        bias, low, high = (_signed_percent(exp(number) - 1) for number in numbers)
        doubt = _percent(_ABOUT * row.u_bias)
    else:
        bias, low, high = (signed_text(number, item.unit) for number in numbers)
        doubt = number_text(_ABOUT * row.u_bias, item.unit)
    return BridgeRow(item.full_title, bias, f"±{GAP}{doubt}", f"{low} … {high}", str(row.sites))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}{GAP}%"


def _signed_percent(share: float) -> str:
    size = round(1000 * share)
    sign = "+" if size > 0 else _MINUS if size < 0 else ""
    return f"{sign}{_percent(abs(share))}"
