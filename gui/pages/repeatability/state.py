"""What the repeatability page shows: how far the study got, and how far every endpoint repeats."""

from dataclasses import dataclass, field, replace

from gui.bridge.numbers import GAP, number_text, signed_doubt_text, signed_text
from gui.session.chosen import Chosen
from gui.session.compare.repeating import KIND, Repeating
from imaging.model.endpoint import ENDPOINTS, endpoint
from imaging.model.study import BlandAltman, DeviceAgreement, EndpointRepeatability, RepeatabilityReport

ALL_SITES, DAYS = "", "days"
COLUMNS = ("Endpoint", "Mean", "CV within", "Day to day", "ICC(2,1)", "SEM", "MDC, one shot", "MDC, visit")
EXPLAINED = (
    "CV within: scatter of re-placements within a visit. Day to day: between visits, without the former. ICC: with its "
    "95 % interval. SEM: standard error of a visit's mean. MDC: smaller changes between two visits cannot be told from "
    "none (95 %)."
)
KEEP = "Keep for this camera"


@dataclass(frozen=True)
class Count:
    """One thing the study needs: what there is, what is asked for."""

    title: str
    words: str
    is_met: bool


@dataclass(frozen=True)
class SubjectRow:
    code: str
    cells: tuple[str, ...]
    is_complete: bool


@dataclass(frozen=True)
class EndpointRow:
    key: str
    cells: tuple[str, ...]
    is_headline: bool


@dataclass(frozen=True)
class Agreement:
    """Second day against first of one endpoint."""

    title: str = ""
    unit: str = ""
    figures: str = ""
    values: BlandAltman | None = None


@dataclass(frozen=True)
class State:
    empty: str = ""
    counts: tuple[Count, ...] = ()
    days: tuple[str, ...] = ()
    """Headings of the columns of days."""
    subjects: tuple[SubjectRow, ...] = ()
    may_make: bool = False
    make_words: str = "Make the report"
    is_busy: bool = False
    progress: str = ""
    message: str = ""
    title: str = ""
    verdict: str = ""
    """Whether verdicts may rest on it."""
    is_large_enough: bool = False
    sites: tuple[tuple[str, str], ...] = ()
    site: str = ALL_SITES
    devices: tuple[tuple[str, str], ...] = ()
    device: str = ""
    rows: tuple[EndpointRow, ...] = ()
    chosen: str = ""
    agreement: Agreement = field(default_factory=Agreement)
    pairs: tuple[tuple[str, str], ...] = ()
    """What is held against each other: days, and other operators and cameras."""
    against: str = DAYS
    folder: str = ""
    may_write: bool = False
    may_keep: bool = False
    keep_words: str = KEEP
    written: str = ""

    @property
    def has_report(self) -> bool:
        return bool(self.title)


@dataclass(frozen=True)
class Picked:
    """What a person looks at in the report."""

    site: str = ALL_SITES
    endpoint: str = ""
    against: str = DAYS


def ready(chosen: Chosen) -> str:
    """Why the page cannot be opened; empty when it can."""
    if chosen.protocol is None or chosen.protocol.kind != KIND:
        return 'Choose a study made from the template "Repeatability": Today, New study.'
    return ""


def state_of(repeating: Repeating, picked: Picked) -> State:
    if repeating.study is None:
        return State(empty='Choose a study made from the template "Repeatability", or make one: Today, New study.')
    base = State(
        counts=_counts(repeating),
        days=tuple(f"Day {number + 1}" for number in range(_most_days(repeating))),
        subjects=_subjects(repeating),
        may_make=repeating.captures > 0 and not repeating.is_busy,
        is_busy=repeating.is_busy,
        progress=repeating.progress or "Measuring",
        message=repeating.message,
        make_words="Make it anew" if repeating.report else "Make the report",
        folder=str(repeating.folder) if repeating.folder else "",
    )
    return base if repeating.report is None else _with_report(base, repeating, picked)


# -- how far it got ------------------------------------------------------------------------------


def _counts(repeating: Repeating) -> tuple[Count, ...]:
    needs, sites = repeating.needs, repeating.sites
    replicates = max((one.least_of(day, sites) for one in repeating.subjects for day in one.days), default=0)
    days = max((len(one.days) for one in repeating.subjects), default=0)
    return (
        Count("Subjects", f"{repeating.complete} complete of {needs.subjects}", repeating.complete >= needs.subjects),
        Count("Re-placements", f"{replicates} of {needs.replicates} a visit", replicates >= needs.replicates),
        Count("Days", f"{days} of {needs.days}", days >= needs.days),
    )


def _most_days(repeating: Repeating) -> int:
    return max((len(one.days) for one in repeating.subjects), default=0) or repeating.needs.days


def _subjects(repeating: Repeating) -> tuple[SubjectRow, ...]:
    needs, sites, columns = repeating.needs, repeating.sites, _most_days(repeating)
    rows = []
    for one in repeating.subjects:
        cells = [f"{day:%d %b}: {one.least_of(day, sites)} of {needs.replicates}" for day in sorted(one.days)]
        is_complete = one.full_days(sites, needs.replicates) >= needs.days
        rows.append(SubjectRow(one.code, (*cells, *["–"] * (columns - len(cells))), is_complete))
    return tuple(rows)


# -- the report ----------------------------------------------------------------------------------


def _with_report(base: State, repeating: Repeating, picked: Picked) -> State:
    report = repeating.report
    assert report is not None
    known = {row.site for row in report.rows}
    site = picked.site if picked.site in known else next(iter(sorted(known)), ALL_SITES)
    rows = _rows(report, site)
    keys = [row.key for row in rows]
    pairs = [(DAYS, "Second day minus first"), *((_pair_key(one), _pair_words(one)) for one in report.agreements)]
    against = picked.against if picked.against in dict(pairs) else DAYS
    chosen = picked.endpoint if picked.endpoint in keys else next(iter(keys), "")
    return replace(
        base,
        title=f"Camera {report.device} · {report.made_on:%d %b %Y} · revision {report.revision}",
        verdict=_verdict(report),
        is_large_enough=not report.shortcomings,
        sites=tuple((code, _site_name(repeating, code)) for code in sorted(known)),
        site=site,
        devices=tuple((device, device) for device in repeating.devices),
        device=report.device,
        rows=rows,
        chosen=chosen,
        agreement=_agreement(report, (chosen, site, against), _site_name(repeating, site)),
        pairs=tuple(pairs),
        against=against,
        may_write=repeating.folder is not None and not repeating.is_busy,
        may_keep=not report.shortcomings and repeating.kept_revision is None and not repeating.is_busy,
        keep_words=KEEP if repeating.kept_revision is None else f"Kept as revision {repeating.kept_revision}",
        written=f"Written: {', '.join(path.name for path in repeating.written)}" if repeating.written else "",
    )


def _verdict(report: RepeatabilityReport) -> str:
    size = f"{report.subjects} subjects, {report.sessions} visits of a patch, {report.days} days."
    left_out = f" {len(report.left_out)} pictures were left out." if report.left_out else ""
    more = f"{left_out} {report.calibration}".rstrip()
    if report.shortcomings:
        return f"Too small, no verdict can rest on it. {' '.join(report.shortcomings)}{more}"
    return f"Large enough: visits taken with this camera can be judged on it. {size}{more}"


def _site_name(repeating: Repeating, code: str) -> str:
    return repeating.site_names.get(code, code) if code else "All sites"


def _rows(report: RepeatabilityReport, site: str) -> tuple[EndpointRow, ...]:
    """The headline first, then what may be judged, then the rest of the endpoints that are shown to people."""
    order = {item.key: place for place, item in enumerate(ENDPOINTS)}
    own = [row for row in report.rows if row.site == site and row.endpoint in order]
    own.sort(key=lambda row: (row.endpoint != report.headline, order[row.endpoint]))
    return tuple(EndpointRow(row.endpoint, _cells(row), row.endpoint == report.headline) for row in own)


def _cells(row: EndpointRepeatability) -> tuple[str, ...]:
    item = endpoint(row.endpoint)
    icc = f"{row.icc.value:.2f} ({row.icc.low:.2f}–{row.icc.high:.2f})".replace("-", "−") if row.icc else "–"
    spreads = [_spread(value, row) for value in (row.s_within, row.s_between, row.sem, row.mdc95_single, row.mdc95)]
    within, between, sem, single, visit = spreads
    return item.full_title, number_text(row.mean, item.unit), within, between, icc, sem, single, visit


def _spread(value: float | None, row: EndpointRepeatability) -> str:
    """In % where it is a share, else in the endpoint's own unit."""
    if value is None:
        return "–"
    return f"{100 * value:.1f}{GAP}%" if row.is_relative else number_text(value, endpoint(row.endpoint).unit)


def _pair_key(one: DeviceAgreement) -> str:
    return f"{one.kind}: {one.second}"


def _pair_words(one: DeviceAgreement) -> str:
    return f"{one.kind.capitalize()} {one.second} minus {one.first}"


def _agreement(report: RepeatabilityReport, what: tuple[str, str, str], place: str) -> Agreement:
    """Of the chosen endpoint between days; other operators and cameras are compared by the headline endpoint."""
    key, site, against = what
    other = next((one for one in report.agreements if _pair_key(one) == against), None)
    if other is not None:
        item = endpoint(other.endpoint)
        title = f"{item.title}, all sites: {_pair_words(other)[:1].lower()}{_pair_words(other)[1:]}"
        return Agreement(title, item.unit, _figures(other.agreement, item.unit), other.agreement)
    row = report.row(key, site)
    if row is None:
        return Agreement()
    item = endpoint(key)
    title = f"{item.title}, {place[:1].lower()}{place[1:]}: second day minus first"
    if row.days is None:
        return Agreement(title, item.unit, "There is no second day of this yet.")
    return Agreement(title, item.unit, _figures(row.days, item.unit), row.days)


def _figures(found: BlandAltman, unit: str) -> str:
    bias = f"Bias {signed_doubt_text(found.bias, found.u_bias, unit)}"
    limits = f"95{GAP}% of differences between {signed_text(found.low)} and {signed_text(found.high, unit)}"
    return f"{bias}. {limits}. {len(found.means)} pairs."
