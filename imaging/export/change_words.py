"""One endpoint's change in plain words and figures."""

from imaging.model.comparison import EndpointChange, Verdict
from imaging.model.endpoint import endpoint

NO_CONTROL = "No control: season, time of day and expectation are not excluded."


def endpoint_title(key: str) -> str:
    """For example "Wrinkles: deepest wrinkle, mean depth"."""
    return endpoint(key).full_title


def number(value: float | None, sign: bool = False) -> str:
    """Three significant digits, or "not measured"."""
    if value is None:
        return "not measured"
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"+{text}" if sign and value > 0 else text.replace("-", "−")


def change_words(change: EndpointChange) -> tuple[str, ...]:
    """Then, now and the change; its minimal detectable change; the verdict, with its reason when there is one.

    For example "182 → 150 µm (−32 µm, −17.6 %)"; no unit where nothing was measured.
    """
    is_measured = change.reference is not None or change.moving is not None
    unit = endpoint(change.endpoint).unit if is_measured else ""
    numbers = f"{number(change.reference)} → {number(change.moving)} {unit}".rstrip()
    if change.change is not None:
        difference = f"{number(change.change, True)} {unit}".rstrip()
        share = "" if change.change_pct is None else f", {number(change.change_pct, True)} %"
        numbers += f" ({difference}{share})"
    return numbers, _limit_words(change, unit), verdict_words(change)


def _limit_words(change: EndpointChange, unit: str) -> str:
    if change.mdc95 is None:
        return "Minimal detectable change (95 %): not known"
    words = f"Minimal detectable change (95 %): {number(change.mdc95)} {unit}".rstrip()
    return f"{words}, {change.mdc95_source}" if change.mdc95_source else words


def verdict_words(change: EndpointChange) -> str:
    """The verdict, with what it means for this endpoint: "Decrease (shallower)"."""
    known = endpoint(change.endpoint)
    meaning = {Verdict.INCREASE: f" ({known.more})", Verdict.DECREASE: f" ({known.less})"}.get(change.verdict, "")
    words = f"{str(change.verdict).capitalize()}{meaning}"
    return f"{words}: {change.reason.rstrip('.')}" if change.reason else words
