"""What a repeatability study leaves: the file verdicts rest on, the report, and every reading."""

import csv
import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path

from imaging.comparison.repeatability import Repeatability, repeatability_bytes
from imaging.errors import ExportError
from imaging.export.measurement_json import plain
from imaging.export.repeatability_report import report_pdf
from imaging.files import write_whole
from imaging.model.study import RepeatabilityReport, RepeatReading

_FACTS = ("subject", "site", "side", "session", "taken_on", "operator", "device", "replicate", "calibration")


def write_repeatability_study(
    path: Path,
    found: tuple[RepeatabilityReport, Repeatability],
    readings: Sequence[RepeatReading],
    font_folder: Path | None,
) -> tuple[Path, ...]:
    """Write `path` (JSON) and beside it the two pages (PDF, only with `font_folder`) and the readings (CSV).

    Returns
    -------
    the files written

    Raises
    ------
    ExportError
        a file cannot be written; one that was there stays as it was
    """
    report, repeatability = found
    table = path.with_name(f"{path.stem}-readings.csv")
    write_whole(table, readings_csv(readings).encode(), ExportError)
    written = [table]
    if font_folder is not None:
        pages = path.with_suffix(".pdf")
        write_whole(pages, report_pdf(report, font_folder), ExportError)
        written.append(pages)
    write_whole(path, study_bytes(report, repeatability), ExportError)
    return (path, *written)


def study_bytes(report: RepeatabilityReport, repeatability: Repeatability) -> bytes:
    """The file for verdicts, with the whole report in it."""
    return repeatability_bytes(repeatability, dict(plain(dataclasses.asdict(report))))


def readings_csv(readings: Sequence[RepeatReading]) -> str:
    """One line a capture: what it is, then every endpoint; empty where not measured."""
    names = list(dict.fromkeys(name for reading in readings for name in reading.values))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_FACTS, *names])
    for reading in readings:
        values = [reading.values.get(name) for name in names]
        writer.writerow([*(getattr(reading, fact) for fact in _FACTS), *("" if v is None else repr(v) for v in values)])
    return text.getvalue()
