"""The report of a repeatability study on paper: the headline endpoint on one page, everything else on the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imaging.export.agreement_chart import Chart, draw_agreement
from imaging.export.change_words import number
from imaging.export.paper import BOTTOM, GREY, LEFT, PALE, RIGHT, TOP, WARNING, Align, Paper
from imaging.model.endpoint import ENDPOINTS, endpoint
from imaging.model.study import BlandAltman, EndpointRepeatability, RepeatabilityReport

_MOST_ROWS = 74
"""Of the second page; with more, only the rows of all sites together are printed."""
_MOST_CHARTS = 4
_STEP_MM, _TABLE_MM = 5.0, 236.0
_CHART_MM = (76.0, 42.0)
_EXPLANATIONS = (
    "Within a visit: scatter of re-placements, as a share of the endpoint. Day to day: scatter between visits "
    "without the former; both sides of a face share the day and count as one subject. ICC(2,1): share of the "
    "scatter that is between patches of skin, of the visits' means on different days, with its 95 % interval. SEM: "
    "standard error of a visit's mean. MDC95 = t(0.975, df) √(2 (s_day² + s_within² / m)): a smaller change "
    "between two visits of one subject cannot be told from none."
)


@dataclass(frozen=True)
class _Column:
    title: str
    x: float
    align: Align = "right"


_HEADLINE = (
    _Column("Site", LEFT, "left"), _Column("Patches", 66), _Column("Mean", 84), _Column("Within a visit", 106),
    _Column("Day to day", 124), _Column("ICC(2,1)", 152), _Column("SEM", 162), _Column("MDC, 1 shot", 180),
    _Column("MDC, visit", RIGHT),
)  # fmt: skip
_ALL = (
    _Column("Endpoint", LEFT, "left"), _Column("Site", 71, "left"), _Column("Mean", 101), _Column("Within", 112),
    _Column("Day", 123), _Column("ICC", 133), _Column("SEM", 144), _Column("MDC", 155), _Column("patch", 167),
    _Column("session", 180), _Column("operator", RIGHT),
)  # fmt: skip


def report_pdf(report: RepeatabilityReport, font_folder: Path) -> bytes:
    """The report as a two-page A4 PDF; `font_folder` holds DejaVuSans.ttf and DejaVuSans-Bold.ttf."""
    paper = Paper(f"Repeatability of {report.device}, study {report.study}", font_folder)
    paper.new_page()
    y = _heading(paper, report)
    paper.text((LEFT, y), f"*{endpoint(report.headline).full_title}", 10)
    headline = sorted((row for row in report.rows if row.endpoint == report.headline), key=lambda row: row.site)
    y = _table(paper, y + 6, _HEADLINE, [_headline_cells(row) for row in headline])
    y = paper.paragraph(y + 1, _EXPLANATIONS + _averaged(headline), 7, GREY)
    _charts(paper, y + 8, report)
    _footer(paper, report, 1)
    paper.new_page()
    paper.text((LEFT, TOP + 2), "*All endpoints that may carry a verdict or stand beside one", 10)
    y = _table(paper, TOP + 8, _ALL, [_cells(row) for row in _judgeable_rows(report)])
    _components_note(paper, y + 1)
    _footer(paper, report, 2)
    return paper.content()


def _heading(paper: Paper, report: RepeatabilityReport) -> float:
    paper.text((LEFT, TOP + 4), "*Repeatability", 16)
    paper.text((RIGHT, TOP + 4), f"*Revision {report.revision}", 10, align="right")
    operators = f"{len(report.operators)} operator{'s' * (len(report.operators) != 1)}"
    size = f"{report.subjects} subjects, {report.sessions} visits of a patch on {report.days} days, {operators}"
    paper.text((LEFT, TOP + 11), f"Camera {report.device} · study {report.study} · {report.made_on.isoformat()}", 9)
    paper.text((LEFT, TOP + 16), f"{size} · program version {report.engine_version}", 9, GREY)
    y = TOP + 20
    if not report.shortcomings:
        paper.box((LEFT, y), (RIGHT - LEFT, 7))
        paper.text((LEFT + 2, y + 4.7), "*Large enough: visits of this camera are judged on it.", 9)
        return y + 15
    paper.text((LEFT, y + 4.7), "*Too small: no verdict can rest on it.", 9, WARNING)
    return paper.paragraph(y + 6.5, " ".join(report.shortcomings), 8, WARNING) + 8


def _table(paper: Paper, y: float, columns: Sequence[_Column], rows: Sequence[Sequence[str]]) -> float:
    """Rows under their titles; the first column's text is cut to its room by its writer."""
    step = min(_STEP_MM, _TABLE_MM / max(len(rows), 1))
    for column in columns:
        paper.text((column.x, y), f"*{column.title}", 6.5, GREY, column.align)
    paper.line((LEFT, y + 1.4), (RIGHT, y + 1.4))
    for count, row in enumerate(rows):
        y += step
        if count % 2:
            paper.box((LEFT, y - 0.72 * step), (RIGHT - LEFT, step), PALE)
        for column, cell in zip(columns, row, strict=True):
            paper.text((column.x, y), cell, 7.5 if step == _STEP_MM else 6, align=column.align)
    return y + step


def _headline_cells(row: EndpointRepeatability) -> tuple[str, ...]:
    icc = f"{row.icc.value:.2f} ({row.icc.low:.2f}–{row.icc.high:.2f})" if row.icc else "–"
    spreads = [_spread(value, row) for value in (row.s_within, row.s_between, row.sem, row.mdc95_single, row.mdc95)]
    within, between, sem, single, visit = spreads
    return _site(row), str(row.patches), _with_unit(row.mean, row), within, between, icc, sem, single, visit


def _cells(row: EndpointRepeatability) -> tuple[str, ...]:
    shares = [_spread(row.components.get(source), row) for source in ("patch", "session", "operator")]
    return (
        endpoint(row.endpoint).full_title, _site(row), _with_unit(row.mean, row), _spread(row.s_within, row),
        _spread(row.s_between, row), f"{row.icc.value:.2f}" if row.icc else "–", _spread(row.sem, row),
        _spread(row.mdc95, row), *shares,
    )  # fmt: skip


def _averaged(rows: Sequence[EndpointRepeatability]) -> str:
    return f" A visit is the mean of m = {rows[0].replicates} replicates." if rows else ""


def _site(row: EndpointRepeatability) -> str:
    return row.site or "all sites"


def _with_unit(value: float, row: EndpointRepeatability) -> str:
    return f"{number(value)} {endpoint(row.endpoint).unit}".rstrip()


def _spread(value: float | None, row: EndpointRepeatability) -> str:
    """In % where it is a share, else in the endpoint's own unit."""
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if row.is_relative else _with_unit(value, row)


def _judgeable_rows(report: RepeatabilityReport) -> list[EndpointRepeatability]:
    order = {item.key: place for place, item in enumerate(ENDPOINTS)}
    rows = [row for row in report.rows if endpoint(row.endpoint).may_be_judged]
    if len(rows) > _MOST_ROWS:
        rows = [row for row in rows if not row.site]
    return sorted(rows, key=lambda row: (order.get(row.endpoint, len(order)), row.site))[:_MOST_ROWS]


def _charts(paper: Paper, y: float, report: RepeatabilityReport) -> None:
    """Second day against first at every site, then other cameras and operators."""
    titled: list[tuple[str, BlandAltman]] = [
        (f"{row.site}: second day minus first", row.days)
        for row in report.rows
        if row.endpoint == report.headline and row.site and row.days
    ]
    titled += [(f"{one.kind} {one.second} minus {one.first}", one.agreement) for one in report.agreements]
    unit, (width, height) = endpoint(report.headline).unit, _CHART_MM
    for count, (title, agreement) in enumerate(titled[:_MOST_CHARTS]):
        x, top = LEFT + 10 + (count % 2) * (width + 20), y + (count // 2) * (height + 24)
        draw_agreement(paper, Chart(x, top, width, height, title, unit), agreement)


def _components_note(paper: Paper, y: float) -> None:
    paper.paragraph(
        y,
        "Within: re-placement within a visit. The last three columns are the other components of variance (restricted "
        "maximum likelihood, as standard deviations): between patches of skin, between visits of a patch, between "
        "operators (where there were several). Shares are of the mean. Every reading stands in the CSV file beside "
        "this report.",
        7,
        GREY,
    )


def _footer(paper: Paper, report: RepeatabilityReport, page: int) -> None:
    left_out = f"{len(report.left_out)} captures were left out, see the JSON file." if report.left_out else ""
    parts = ("Optical depth, not verified on living skin.", report.calibration, left_out)
    paper.text((LEFT, BOTTOM), " ".join(part for part in parts if part), 7, GREY)
    paper.text((RIGHT, BOTTOM), f"Page {page} of 2", 7, GREY, "right")
