"""Endpoints and their changes in plain words."""

from imaging.model.comparison import EndpointChange, Verdict

_NAMES = {
    "wrinkles.count": "Number of wrinkles",
    "wrinkles.total_length": "Total length of wrinkles",
    "wrinkles.area": "Area of wrinkles",
    "wrinkles.mean_depth": "Mean depth of wrinkles",
    "wrinkles.max_depth": "Maximum depth of wrinkles",
    "wrinkles.deepest_mean_depth": "Mean depth of the deepest wrinkle",
    "wrinkles.deepest_max_depth": "Maximum depth of the deepest wrinkle",
    "wrinkles.mean_width": "Mean width of wrinkles",
    "wrinkles.max_width": "Maximum width of wrinkles",
    "wrinkles.volume": "Volume of wrinkles",
    "wrinkles.mean_spacing": "Distance between wrinkles",
    "depressions.count": "Number of depressions",
    "depressions.area": "Area of depressions",
    "depressions.mean_depth": "Mean depth of depressions",
    "depressions.max_depth": "Maximum depth of depressions",
    "depressions.volume": "Volume of depressions",
}
_UNITS = {"um": "µm", "mm": "mm", "mm2": "mm²", "mm3": "mm³", "pct": "%", "rel": ""}


def endpoint_name(endpoint: str) -> str:
    """ "wrinkles.mean_depth_um" is "Mean depth of wrinkles"; a texture parameter keeps its ISO name."""
    stem = _stem(endpoint)
    return _NAMES.get(stem, f"Texture {stem.removeprefix('texture.')}" if stem.startswith("texture.") else endpoint)


def endpoint_unit(endpoint: str) -> str:
    """The unit at the end of a key, as it is printed; empty for a number without one."""
    return _UNITS.get(endpoint.rpartition("_")[2], "") if "_" in endpoint else ""


def _stem(endpoint: str) -> str:
    head, _, tail = endpoint.rpartition("_")
    return head if tail in _UNITS else endpoint


def number(value: float | None, sign: bool = False) -> str:
    """Three significant digits, or "not measured"."""
    if value is None:
        return "not measured"
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"+{text}" if sign and value > 0 else text.replace("-", "−")


def change_words(change: EndpointChange) -> tuple[str, ...]:
    """Then, now and the change; its minimal detectable change; the verdict with its reason.

    For example "182 → 150 µm (−32 µm, −17.6 %)".
    """
    unit = endpoint_unit(change.endpoint)
    numbers = f"{number(change.reference)} → {number(change.moving)} {unit}".rstrip()
    if change.change is not None:
        share = "" if change.change_pct is None else f", {number(change.change_pct, True)} %"
        numbers += f" ({number(change.change, True)} {unit}".rstrip() + f"{share})"
    return numbers, _limit_words(change, unit), _verdict_words(change)


def _limit_words(change: EndpointChange, unit: str) -> str:
    if change.mdc95 is None:
        return "Minimal detectable change (95 %): not known"
    words = f"Minimal detectable change (95 %): {number(change.mdc95)} {unit}".rstrip()
    return f"{words}, {change.mdc95_source}" if change.mdc95_source else words


def _verdict_words(change: EndpointChange) -> str:
    words = str(change.verdict).capitalize()
    return f"{words}: {change.reason}" if change.reason and change.verdict == Verdict.CANNOT_JUDGE else words
