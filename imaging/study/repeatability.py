"""A repeatability study: how far every endpoint of a device repeats on skin that did not change."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from imaging.comparison.repeatability import MIN_DF_BETWEEN, MIN_DF_WITHIN, EndpointSpread, Repeatability, mdc95
from imaging.errors import MeasurementError
from imaging.model.study import (
    BlandAltman,
    DeviceAgreement,
    EndpointRepeatability,
    IntraclassCorrelation,
    RepeatabilityReport,
    RepeatReading,
)
from imaging.study.agreement import bland_altman, icc_2_1
from imaging.study.variance_components import components, nested_scatter
from imaging.version import __version__

_TRUSTED = ("verified", "expiring")
LEAST_SUBJECTS, LEAST_REPLICATES, LEAST_DAYS = 10, 3, 2
Sessions = Mapping[str, Sequence[RepeatReading]]


@dataclass(frozen=True)
class StudyFacts:
    """What a report says about its study besides the readings."""

    study: str
    headline: str
    made_on: date
    revision: int = 1
    left_out: tuple[str, ...] = ()


def repeatability_report(readings: Iterable[RepeatReading], device: str, facts: StudyFacts) -> RepeatabilityReport:
    """How the endpoints of one device repeat, for each site and for all sites together.

    Raises
    ------
    MeasurementError
        there is no patch of skin that this device photographed twice in one visit
    """
    everything = list(readings)
    own = [reading for reading in everything if reading.device == device]
    names = list(dict.fromkeys(name for reading in own for name in reading.values))
    sites = list(dict.fromkeys(reading.site for reading in own))
    wanted = ["", *sites] if len(sites) != 1 else sites
    rows = [_row(name, site, [r for r in own if site in ("", r.site)]) for site in wanted for name in names]
    found = tuple(row for row in rows if row is not None)
    if not found:
        raise MeasurementError(
            f"Study {facts.study} has no site that {device or 'the device'} photographed twice at one visit: "
            "take at least two accepted replicates."
        )
    return RepeatabilityReport(
        facts.study, device, facts.made_on, __version__, facts.revision, facts.headline,
        subjects=len({reading.subject for reading in own}),
        sessions=len({(reading.patch, reading.session) for reading in own}),
        days=_days(own),
        operators=tuple(sorted({reading.operator for reading in own})),
        rows=found,
        agreements=(*_agreements("camera", everything, facts.headline), *_agreements("operator", own, facts.headline)),
        shortcomings=_shortcomings(own),
        left_out=facts.left_out,
        calibration=_calibration_words(own),
    )  # fmt: skip


def _calibration_words(readings: Sequence[RepeatReading]) -> str:
    """For example "The calibration of some of the 40 captures may not be trusted: 3 expired, 2 failed."."""
    off = Counter(reading.calibration for reading in readings if reading.calibration not in _TRUSTED)
    if not off:
        return ""
    listed = ", ".join(f"{count} {state}" for state, count in off.most_common())
    return f"The calibration of some of the {len(readings)} captures may not be trusted: {listed}."


def as_repeatability(report: RepeatabilityReport) -> Repeatability:
    """What verdicts need of a report."""
    by_site = {site: {row.endpoint: _spread(row) for row in report.rows if row.site == site} for site in report.sites}
    together = {row.endpoint: _spread(row) for row in report.rows if not row.site}
    return Repeatability(
        report.device,
        together or next(iter(by_site.values())),
        report.made_on.isoformat(),
        f"repeatability study {report.study}, revision {report.revision}",
        by_site,
    )


def _spread(row: EndpointRepeatability) -> EndpointSpread:
    return EndpointSpread(row.s_within, row.df_within, row.s_between, row.df_between, row.is_relative)


def _row(name: str, site: str, readings: Sequence[RepeatReading]) -> EndpointRepeatability | None:
    known = [reading for reading in readings if reading.values.get(name) is not None]
    patches = _by_patch(known)
    if not patches:
        return None
    values = {patch: _values(sessions, name) for patch, sessions in patches.items()}
    is_relative = all(value > 0 for sessions in values.values() for session in sessions for value in session)
    scaled = [_scaled(sessions) if is_relative else sessions for sessions in values.values()]
    scatter = nested_scatter(scaled)
    if scatter is None:
        return None
    df_between = None if scatter.between is None else float(_subjects_seen_again(patches))
    spread = EndpointSpread(scatter.within, scatter.df_within, scatter.between, df_between, is_relative)
    replicates = int(np.median([len(session) for sessions in scaled for session in sessions]))
    between = scatter.between or 0.0
    means = [[float(np.mean(session)) for session in sessions] for sessions in values.values()]
    return EndpointRepeatability(
        name, site, len(patches), len(known), float(np.mean([m for sessions in means for m in sessions])), is_relative,
        spread.s_within, spread.df_within, spread.s_between, spread.df_between, replicates,
        sem=float(np.hypot(between, scatter.within / replicates**0.5)),
        sem_single=float(np.hypot(between, scatter.within)),
        mdc95=mdc95(spread, replicates, replicates).value,
        mdc95_single=mdc95(spread, 1, 1).value,
        icc=_correlation(means),
        icc_within=_correlation([sessions[0] for sessions in values.values()]),
        days=_two_days(means),
        components=_components(patches, name, is_relative),
    )  # fmt: skip


def _by_patch(readings: Iterable[RepeatReading]) -> dict[str, dict[str, list[RepeatReading]]]:
    """Patch -> session -> readings, sessions by date."""
    patches: dict[str, dict[str, list[RepeatReading]]] = {}
    for reading in sorted(readings, key=lambda one: (one.taken_on, one.session, one.replicate)):
        patches.setdefault(reading.patch, {}).setdefault(reading.session, []).append(reading)
    return patches


def _values(sessions: Sessions, name: str) -> list[list[float]]:
    return [[float(reading.values[name] or 0.0) for reading in session] for session in sessions.values()]


def _scaled(sessions: Sequence[Sequence[float]]) -> list[list[float]]:
    """Shares of the patch's own mean."""
    mean = float(np.mean([np.mean(session) for session in sessions]))
    return [[value / mean for value in session] for session in sessions]


def _subjects_seen_again(patches: Mapping[str, Sessions]) -> int:
    """Degrees of freedom between days: both sides of a face share the day, so a subject counts once."""
    again: dict[str, int] = {}
    for sessions in patches.values():
        subject = next(iter(sessions.values()))[0].subject
        again[subject] = max(again.get(subject, 0), len(sessions) - 1)
    return sum(again.values())


def _correlation(table: Sequence[Sequence[float]]) -> IntraclassCorrelation | None:
    """Of the patches that have as many repeats as most; complete columns only."""
    if not table:
        return None
    count = int(np.median([len(row) for row in table]))
    complete = [row[:count] for row in table if len(row) >= count]
    return icc_2_1(np.asarray(complete, np.float64)) if count > 1 else None


def _two_days(means: Sequence[Sequence[float]]) -> BlandAltman | None:
    pairs = [(sessions[0], sessions[1]) for sessions in means if len(sessions) > 1]
    return bland_altman([one for one, _ in pairs], [two for _, two in pairs])


def _components(patches: Mapping[str, Sessions], name: str, is_relative: bool) -> dict[str, float]:
    """As `s_within`: shares of the mean of all readings when relative."""
    sessions = [session for of_patch in patches.values() for session in of_patch.values()]
    values = [[float(reading.values[name] or 0.0) for reading in session] for session in sessions]
    mean = float(np.mean([value for session in values for value in session])) if is_relative else 1.0
    factors = {"patch": [session[0].patch for session in sessions]}
    if len({session[0].operator for session in sessions}) > 1:
        factors["operator"] = [session[0].operator for session in sessions]
    found = components([[value / mean for value in session] for session in values], factors)
    return {("re-placement" if source == "reading" else source): share for source, share in found.items()}


def _agreements(kind: str, readings: Sequence[RepeatReading], endpoint: str) -> list[DeviceAgreement]:
    """The headline with each further camera or operator against the first, on skin that both photographed."""
    read: Callable[[RepeatReading], str] = (lambda r: r.device) if kind == "camera" else (lambda r: r.operator)
    used = list(dict.fromkeys(read(reading) for reading in readings))
    found = []
    for other in used[1:]:
        one, two = (_patch_means([r for r in readings if read(r) == who], endpoint) for who in (used[0], other))
        both = [patch for patch in one if patch in two]
        agreement = bland_altman([one[patch] for patch in both], [two[patch] for patch in both])
        if agreement is not None:
            found.append(DeviceAgreement(kind, used[0], other, endpoint, agreement))
    return found


def _patch_means(readings: Sequence[RepeatReading], endpoint: str) -> dict[str, float]:
    known = [reading for reading in readings if reading.values.get(endpoint) is not None]
    return {
        patch: float(np.mean([np.mean(session) for session in _values(sessions, endpoint)]))
        for patch, sessions in _by_patch(known).items()
    }


def _days(readings: Sequence[RepeatReading]) -> int:
    """On how many different days most patches were seen."""
    patches: dict[str, set[date]] = {}
    for reading in readings:
        patches.setdefault(reading.patch, set()).add(reading.taken_on)
    return int(np.median([len(days) for days in patches.values()])) if patches else 0


def _shortcomings(readings: Sequence[RepeatReading]) -> tuple[str, ...]:
    """What the study lacks for a verdict to rest on it."""
    patches = _by_patch(readings)
    subjects = {reading.subject for reading in readings}
    replicates = int(np.median([len(session) for sessions in patches.values() for session in sessions.values()]))
    df = sum(len(session) - 1 for sessions in patches.values() for session in sessions.values())
    again = _subjects_seen_again(patches)
    missing = (
        (len(subjects) < LEAST_SUBJECTS, f"{len(subjects)} subjects, at least {LEAST_SUBJECTS} are needed"),
        (replicates < LEAST_REPLICATES, f"{replicates} replicates a visit, at least {LEAST_REPLICATES} are needed"),
        (_days(readings) < LEAST_DAYS, f"{_days(readings)} day, at least {LEAST_DAYS} are needed"),
        (df < MIN_DF_WITHIN, f"{df} degrees of freedom within visits, at least {MIN_DF_WITHIN} are needed"),
        (again < MIN_DF_BETWEEN, f"{again} subjects seen on another day, at least {MIN_DF_BETWEEN} are needed"),
    )
    return tuple(f"The study has {text}." for is_missing, text in missing if is_missing)
