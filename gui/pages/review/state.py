"""What the review page shows: one capture, its numbers with their doubt, and what counts."""

from dataclasses import dataclass, replace

from gui.bridge.numbers import doubt_text, number_text, with_doubt
from gui.session.chosen import Chosen
from gui.session.looking import Looking
from gui.session.names import Badge, capture_badges, method_words, place_name, visit_name
from gui.widgets.empty_words import Empty
from imaging.model.endpoint import ENDPOINTS, Endpoint, endpoint, value_of
from imaging.model.measurement import MeasuredCapture, MeasureLimits, Wrinkle
from imaging.model.visit import Capture, SiteKey

_DEFAULT_HEADLINE = "wrinkles.deepest_mean_depth_um"
_UNVERIFIED = "optical depth, not verified on living skin."
_RELATIVE = "One light: the relief is relative shading, not depth."


@dataclass(frozen=True)
class Line:
    """One endpoint: its name and its value with doubt."""

    title: str
    value: str
    is_headline: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    band: str
    """What counts: both ends of every band."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class WrinkleLine:
    """One row of the list: what stands in its cells, and below the pointer."""

    label: int
    cells: tuple[str, ...]
    doubts: tuple[str, ...]
    is_suspect: bool


@dataclass(frozen=True)
class Replicate:
    key: str
    words: str
    tip: str


@dataclass(frozen=True)
class State:
    visits: tuple[tuple[str, str], ...] = ()
    visit_id: str = ""
    sites: tuple[tuple[SiteKey, str], ...] = ()
    site: SiteKey | None = None
    badges: tuple[Badge, ...] = ()
    replicates: tuple[Replicate, ...] = ()
    capture_id: str = ""
    headline: Line = Line("", "")
    headline_band: str = ""
    method: str = ""
    warnings: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    wrinkles: tuple[WrinkleLine, ...] = ()
    depth_unit: str = "µm"
    is_busy: bool = False
    message: str = ""
    empty: Empty | None = None


def ready(chosen: Chosen) -> str:
    """Why the page cannot be opened; empty when it can."""
    if chosen.subject is None:
        return "Choose a subject first."
    return "" if chosen.history else "Nothing was taken of this subject yet."


def state_of(chosen: Chosen, looking: Looking) -> State:
    """The page for one capture; before there is one, what to do next."""
    capture = looking.capture
    if capture is None:
        return State(empty=_nothing(chosen))
    base = State(
        visits=tuple((v.identifier, visit_name(v)) for v in chosen.history),
        visit_id=looking.visit.identifier if looking.visit else "",
        sites=tuple((site, place_name(chosen.protocol, site)) for site in looking.sites),
        site=capture.site,
        badges=capture_badges(capture, sum(c.is_accepted for c in looking.replicates)),
        replicates=tuple(_replicate(c) for c in looking.replicates),
        capture_id=capture.identifier,
        is_busy=looking.is_busy,
        message=looking.message,
    )
    return base if looking.measured is None else _with_numbers(base, chosen, looking.measured)


def read_out(looking: Looking, place: tuple[int, int] | None) -> str:
    """Depth under the pointer, with its place in mm from the middle when calibrated."""
    depth, measured = looking.depth, looking.measured
    if place is None or depth is None or measured is None:
        return ""
    row, col = place
    spacing, (rows, cols) = measured.surface.spacing, measured.surface.shape
    where = f"row {row}, col {col}"
    if spacing is not None:
        right, up = (col - (cols - 1) / 2) * spacing.col_mm, ((rows - 1) / 2 - row) * spacing.row_mm
        where = f"x {right:+.2f} mm, y {up:+.2f} mm".replace("-", "−")
    value = float(depth.depth[row, col])
    if value != value:
        return f"not measured here    {where}"
    what = "shading" if measured.surface.height_unit == "rel" else "depth"
    return f"{what} {number_text(value, depth.scale.unit)}    {where}"


def _nothing(chosen: Chosen) -> Empty:
    if chosen.subject is None:
        return Empty("No subject is chosen", "Choose a subject, then look at what was taken.", "Subjects", "subjects")
    return Empty("Nothing was taken yet", "Take the first picture; it is measured by itself.", "Capture", "capture")


def _replicate(capture: Capture) -> Replicate:
    mark = "" if capture.is_accepted else " ✕"
    taken = capture.facts.taken_at.astimezone()
    tip = f"Taken {taken:%d %b %Y, %H:%M}"
    reason = capture.excluded_reason or ("" if capture.is_accepted else "not accepted yet")
    return Replicate(capture.identifier, f"{capture.facts.replicate}{mark}", f"{tip}; {reason}" if reason else tip)


def _with_numbers(base: State, chosen: Chosen, measured: MeasuredCapture) -> State:
    key = chosen.protocol.headline_endpoint if chosen.protocol else _DEFAULT_HEADLINE
    key = key if "." in key else f"wrinkles.{key}"
    head = endpoint(key)
    limits = measured.measurement.limits
    return replace(
        base,
        headline=_line(measured, head, is_headline=True),
        headline_band=_bands(limits)[head.group],
        method=method_words(measured),
        warnings=_warnings(measured),
        groups=tuple(_group(measured, name, key) for name in ("wrinkles", "depressions", "texture")),
        wrinkles=tuple(_wrinkle_line(w) for w in measured.measurement.items),
        depth_unit="rel." if measured.measurement.depth_unit == "rel" else "µm",
    )


def _warnings(measured: MeasuredCapture) -> tuple[str, ...]:
    """Each once, and without what the method says already."""
    known = (_RELATIVE, _UNVERIFIED)
    words = (one for one in (*measured.surface.warnings, *measured.measurement.warnings) if one not in known)
    return tuple(dict.fromkeys(one.replace(f": {_UNVERIFIED}", ".") for one in words))


def _group(measured: MeasuredCapture, name: str, headline: str) -> Group:
    lines = tuple(_line(measured, e, is_headline=e.key == headline) for e in ENDPOINTS if e.group == name)
    return Group(name.capitalize(), _bands(measured.measurement.limits)[name], lines)


def _line(measured: MeasuredCapture, item: Endpoint, is_headline: bool = False) -> Line:
    value, doubt = value_of(measured.measurement, item.key)
    is_relative = measured.measurement.depth_unit == "rel" and "depth" in item.name
    unit = "rel." if is_relative else item.unit
    if value is None and not measured.surface.is_calibrated and item.unit:
        return Line(item.title, "uncalibrated", is_headline)
    return Line(item.title, doubt_text(value, doubt, unit), is_headline)


def _bands(limits: MeasureLimits) -> dict[str, str]:
    wrinkle = limits.wrinkle
    return {
        "wrinkles": f"{wrinkle.min_width_mm:g} to {wrinkle.max_width_mm:g} mm wide, "
        f"at least {wrinkle.min_length_mm:g} mm long and {wrinkle.min_depth_um:g} µm deep",
        "depressions": f"below the {limits.depression_reference_mm:g} mm reference, at least "
        f"{limits.depression_min_area_mm2:g} mm² and {limits.depression_min_depth_um:g} µm deep",
        "texture": f"finer than {limits.l_filter_mm:g} mm, outside wrinkles; spacing at most "
        f"{limits.texture_max_spacing_um:g} µm",
    }


def _wrinkle_line(wrinkle: Wrinkle) -> WrinkleLine:
    doubt = wrinkle.u_mean_depth
    depth = number_text(wrinkle.mean_depth) if doubt is None else with_doubt(wrinkle.mean_depth, doubt)
    numbers = (
        (wrinkle.length_mm, wrinkle.u_length_mm, "mm"),
        (wrinkle.mean_depth, doubt, ""),
        (wrinkle.max_depth, wrinkle.u_max_depth, ""),
        (wrinkle.mean_width_um, wrinkle.u_mean_width_um, "µm"),
    )
    length, _, largest, width = (number_text(value) for value, _, _ in numbers)
    doubts = ("", *(doubt_text(value, u, unit) for value, u, unit in numbers))
    cells = (str(wrinkle.label), length, depth, largest, width)
    return WrinkleLine(wrinkle.label, cells, doubts, wrinkle.is_pigment_suspect)
