"""What was made of captures: regions, measurements, annotations, derived files."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, func, select

from imaging.archive.durable import archive_errors
from imaging.archive.marked_points import MarkedPointVerbs
from imaging.archive.rows import finite
from imaging.archive.tables import AnnotationRow, CaptureRow, EnrolmentRow, MeasurementRow, RoiRow
from imaging.errors import ArchiveError
from imaging.files import make_folder
from imaging.model.annotation import Annotation, Shape
from imaging.model.geometry import Roi
from imaging.model.visit import SiteKey

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


class ResultVerbs(MarkedPointVerbs):
    """Keep and find what was derived from originals."""

    def set_roi(self, subject_id: str, study_id: str, site: SiteKey, roi: Roi) -> None:
        """Set the region of a subject's site, in pixels of its baseline picture; earlier ones stay in the history.

        What was measured of the site in another region is dropped: it has to be measured anew.
        """
        outdated = [c.identifier for c in self.captures(subject_id=subject_id, study_id=study_id, site=site)]
        with self._writing("set region", subject=subject_id, study=study_id) as writing:
            if writing.session.get(EnrolmentRow, (study_id, subject_id)) is None:
                raise ArchiveError("This subject is not enrolled in this study: enrol it first.")
            where = {"study_id": study_id, "subject_id": subject_id, "site": site.site}
            where["laterality"] = site.laterality.value
            count = writing.session.scalar(select(func.count()).select_from(RoiRow).filter_by(**where)) or 0
            stamp: dict[str, Any] = {"number": count + 1, "drawn_at": writing.at, "operator": self.operator}
            writing.session.add(RoiRow(**where, **stamp, **asdict(roi)))
            writing.subjects.add(subject_id)
            writing.session.execute(delete(MeasurementRow).where(MeasurementRow.capture_id.in_(outdated)))
            writing.captures.update(outdated)
        for capture_id in outdated:
            shutil.rmtree(self.folder.derived / capture_id, ignore_errors=True)

    def roi(self, subject_id: str, study_id: str, site: SiteKey) -> Roi | None:
        """The region of a subject's site as drawn last; None when none was drawn."""
        found = select(RoiRow).filter_by(
            subject_id=subject_id, study_id=study_id, site=site.site, laterality=site.laterality.value
        )
        with self._reading() as session:
            row = session.scalars(found.order_by(RoiRow.number.desc()).limit(1)).first()
            return Roi(row.row0, row.col0, row.row1, row.col1) if row else None

    def derived_folder(self, capture_id: str, engine_version: str) -> Path:
        """Where one version of the engine keeps what it made of a capture. The folder itself may not be there yet.

        Raises
        ------
        ArchiveError
            The capture is unknown, or the version cannot be a folder's name.
        """
        if not _VERSION.fullmatch(engine_version):
            raise ArchiveError(f"The engine version {engine_version!r} cannot name a folder: use letters and digits.")
        self.capture(capture_id)
        home = self.folder.derived / capture_id
        with archive_errors("The folder was not made", self.folder.root):
            make_folder(home)
        return home / engine_version

    def record_measurement(self, capture_id: str, engine_version: str, values: Mapping[str, float | None]) -> None:
        """Keep the endpoints of a capture; values of the same engine version are replaced.

        Parameters
        ----------
        values : endpoint, for example "wrinkles.mean_depth_um" -> value; None (or NaN) for not measurable
        """
        with self._writing("record measurement", capture=capture_id) as writing:
            self._found(writing.session, CaptureRow, capture_id, "capture")
            same = {"capture_id": capture_id, "engine_version": engine_version}
            writing.session.execute(delete(MeasurementRow).filter_by(**same))
            stamp: dict[str, Any] = {**same, "measured_at": writing.at, "operator": self.operator}
            writing.session.add_all(
                MeasurementRow(**stamp, endpoint=endpoint, value=finite(value)) for endpoint, value in values.items()
            )
            writing.captures.add(capture_id)

    def measurements(self, capture_id: str, engine_version: str | None = None) -> Mapping[str, float | None]:
        """The endpoints of a capture, of one engine version or as measured last; empty when not measured."""
        found = select(MeasurementRow).filter_by(capture_id=capture_id).order_by(MeasurementRow.measured_at)
        with self._reading() as session:
            rows = list(session.scalars(found))
            wanted = engine_version or (rows[-1].engine_version if rows else "")
            return MappingProxyType({row.endpoint: row.value for row in rows if row.engine_version == wanted})

    def measured_by(self, capture_id: str) -> str:
        """The version of the engine that measured a capture last; empty when none did."""
        found = select(MeasurementRow).filter_by(capture_id=capture_id).order_by(MeasurementRow.measured_at.desc())
        with self._reading() as session:
            row = session.scalars(found.limit(1)).first()
            return row.engine_version if row else ""

    def save_annotations(self, capture_id: str, annotations: tuple[Annotation, ...]) -> None:
        """Keep what is drawn on a capture; earlier versions stay."""
        with self._writing("save annotations", capture=capture_id) as writing:
            self._found(writing.session, CaptureRow, capture_id, "capture")
            earlier = select(func.count()).where(AnnotationRow.capture_id == capture_id)
            row = AnnotationRow(
                capture_id=capture_id,
                version=(writing.session.scalar(earlier) or 0) + 1,
                shapes=[_shape_values(annotation) for annotation in annotations],
                saved_at=writing.at,
                operator=self.operator,
            )
            writing.session.add(row)
            writing.captures.add(capture_id)

    def annotations(self, capture_id: str, version: int | None = None) -> tuple[Annotation, ...]:
        """What is drawn on a capture, as saved last or at a version (1, 2, ...); empty when nothing was."""
        found = select(AnnotationRow).filter_by(capture_id=capture_id).order_by(AnnotationRow.version.desc())
        if version is not None:
            found = found.where(AnnotationRow.version == version)
        with self._reading() as session:
            row = session.scalars(found.limit(1)).first()
            return tuple(_annotation(values) for values in row.shapes) if row else ()


def _shape_values(annotation: Annotation) -> dict[str, Any]:
    return asdict(annotation) | {
        "shape": annotation.shape.value,
        "start": [float(number) for number in annotation.start],
        "end": [float(number) for number in annotation.end],
    }


def _annotation(values: dict[str, Any]) -> Annotation:
    start, end = (tuple(values[key]) for key in ("start", "end"))
    return Annotation(**values | {"shape": Shape(values["shape"]), "start": start, "end": end})
