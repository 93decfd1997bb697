"""What the course shows: one endpoint over all visits, a line a site and side. Free of Qt."""

from dataclasses import dataclass, field
from itertools import pairwise

from gui.bridge.numbers import GAP, doubt_text, number_text
from gui.session.arms import control_note, is_control, place_with_arm
from gui.session.chosen import Chosen
from gui.session.compare.following import Following, VisitValue, band_of, course_of
from gui.session.names import visit_name
from gui.widgets.trend import Trend, TrendLine, TrendPoint
from imaging.model.endpoint import ENDPOINTS, Endpoint, endpoint
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey, Visit

NO_STUDY = "Without a repeatability study no change is judged."
ANOTHER_CAMERA, ANOTHER_PROGRAM = "Another camera", "Another program version"
MEASURED_BEFORE = (
    "Lines are broken where an earlier version of this program measured; it is measured anew where it can be."
)
EACH_BY_ITSELF = "Each picture measured by itself, not on common skin: to judge two visits, compare them."


@dataclass(frozen=True)
class Entry:
    """One line of the legend."""

    site: SiteKey
    name: str
    words: str
    """First and newest value."""
    colour: int
    is_dashed: bool
    is_shown: bool


@dataclass(frozen=True)
class CourseState:
    endpoints: tuple[tuple[str, str], ...] = ()
    endpoint: str = ""
    trend: Trend = field(default_factory=Trend)
    legend: tuple[Entry, ...] = ()
    notes: str = ""
    is_busy: bool = False
    progress: str = ""


@dataclass(frozen=True)
class Shown:
    """What a person chose to see: the site that stands out, and those without a line."""

    strong: SiteKey | None = None
    hidden: frozenset[SiteKey] = frozenset()


@dataclass(frozen=True)
class _Row:
    """One site and side on its way through this module."""

    site: SiteKey
    name: str
    is_dashed: bool
    colour: int
    course: tuple[VisitValue, ...]


def course_state_of(chosen: Chosen, following: Following, shown: Shown) -> CourseState:
    """The chart for one endpoint over all visits."""
    headline = chosen.protocol.headline_endpoint if chosen.protocol else ENDPOINTS[0].key
    item = endpoint(following.endpoint or headline)
    rows = _rows(chosen, following, item)
    lines = tuple(_line(row, item, following, shown) for row in rows if row.course and row.site not in shown.hidden)
    done = len(following.captures) - len(following.missing)
    return CourseState(
        endpoints=_choices(following, headline),
        endpoint=item.key,
        trend=Trend(
            f"{item.title} ({item.unit})" if item.unit else item.title,
            lines,
            _ticks(following.visits),
            _breaks(rows, following),
        ),
        legend=tuple(_entry(row, item, row.site not in shown.hidden) for row in rows),
        notes=_notes(chosen, following, any(line.band for line in lines)),
        is_busy=following.is_busy,
        progress=f"Measuring: {done} of {len(following.captures)} pictures",
    )


def _rows(chosen: Chosen, following: Following, item: Endpoint) -> tuple[_Row, ...]:
    colours = {code: n for n, code in enumerate(dict.fromkeys(key.site for key in following.sites))}
    return tuple(
        _Row(
            key,
            place_with_arm(chosen, key),
            _is_dashed(chosen, key),
            colours[key.site],
            course_of(following, key, item.key),
        )
        for key in following.sites
    )


def _is_dashed(chosen: Chosen, site: SiteKey) -> bool:
    """The control; while that is not known, the right side."""
    if chosen.allocation.has_control:
        return is_control(chosen, site)
    return site.laterality is Laterality.RIGHT


def _choices(following: Following, headline: str) -> tuple[tuple[str, str], ...]:
    """The headline first, then every endpoint that was measured."""
    others = (e for e in ENDPOINTS if e.key != headline and following.is_measured(e.key))
    return tuple((e.key, e.full_title) for e in (endpoint(headline), *others))


def _line(row: _Row, item: Endpoint, following: Following, shown: Shown) -> TrendLine:
    course, is_strong = row.course, row.site == shown.strong
    before = (course[0], *course)
    points = tuple(
        _point(value, following.visits[0], f"{row.name} · {_value_words(value, item)}", not value.is_like(was))
        for was, value in zip(before, course, strict=False)
    )
    is_alike = all(value.is_like(course[0]) for value in course)
    study = following.study_of(course[0].camera, row.site)
    limit = band_of(course, item.key, study) if is_strong and is_alike else None
    band = None if limit is None else (course[0].mean - limit, course[0].mean + limit)
    return TrendLine(row.name, points, row.colour, row.is_dashed, is_strong, band)


def _point(value: VisitValue, first: Visit, words: str, starts_anew: bool) -> TrendPoint:
    spread = None if value.u_mean is None else 2 * value.u_mean
    return TrendPoint(_day(value.visit, first), value.mean, value.replicates, spread, words, starts_anew)


def _value_words(value: VisitValue, item: Endpoint) -> str:
    count = len(value.replicates)
    pictures = "1 picture" if count == 1 else f"mean of {count} replicates"
    return f"{visit_name(value.visit)}: {doubt_text(value.mean, value.u_mean, item.unit)}, {pictures}"


def _entry(row: _Row, item: Endpoint, is_shown: bool) -> Entry:
    words = "not measured"
    if row.course:
        ends = row.course if len(row.course) == 1 else (row.course[0], row.course[-1])
        unit = f"{GAP}{item.unit}" if item.unit else ""
        words = " → ".join(number_text(value.mean) for value in ends) + unit
    return Entry(row.site, row.name, words, row.colour, row.is_dashed, is_shown)


def _ticks(visits: tuple[Visit, ...]) -> tuple[tuple[float, str], ...]:
    return tuple((_day(visit, visits[0]), visit_name(visit).replace(" · ", "\n")) for visit in visits)


def _breaks(rows: tuple[_Row, ...], following: Following) -> tuple[tuple[float, str], ...]:
    """Half-way between the visits where a site was first photographed or measured otherwise than before."""
    found: dict[float, set[str]] = {}
    for row in rows:
        for was, value in pairwise(row.course):
            if not value.is_like(was):
                ends = [_day(one.visit, following.visits[0]) for one in (was, value)]
                words = ANOTHER_CAMERA if was.camera != value.camera else ANOTHER_PROGRAM
                found.setdefault(sum(ends) / 2, set()).add(words)
    return tuple((day, " · ".join(sorted(words))) for day, words in sorted(found.items()))


def _day(visit: Visit, first: Visit) -> float:
    return (visit.started_at - first.started_at).total_seconds() / 86_400


def _notes(chosen: Chosen, following: Following, has_band: bool) -> str:
    notes = [f"Bars: 95{GAP}% measurement uncertainty of the mean.", EACH_BY_ITSELF]
    if has_band:
        notes.insert(0, "Band: what unchanged skin stays within (minimal detectable change).")
    elif not following.studies:
        notes.insert(0, NO_STUDY)
    if len({following.camera_of(capture) for capture in following.captures}) > 1:
        notes.append("Lines are broken where the camera was replaced: values on both sides are not alike.")
    if any(following.engine_of(key) != following.engine for key in following.values):
        notes.append(MEASURED_BEFORE)
    if following.failures:
        count = len(following.failures)
        notes.append(f"{count} picture{'' if count == 1 else 's'} could not be measured.")
    notes.append(control_note(chosen))
    return " ".join(note for note in notes if note)
