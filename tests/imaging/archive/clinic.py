"""A small archive with one enrolled subject, and a stack to archive."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from imaging.archive.store import Archive, open_archive
from imaging.model.calibration import DeviceCalibration, LightsCalibration, ScaleCalibration, Validity
from imaging.model.frame import ControlReading, Frame
from imaging.model.geometry import Spacing
from imaging.model.light_stack import LightStack
from imaging.model.lights import Lights
from imaging.model.protocol import Laterality
from imaging.model.reading import GateKind, GateReading, GateState
from imaging.model.visit import (
    Capture,
    CaptureFacts,
    Consent,
    ConsentAnswer,
    ConsentUse,
    Override,
    SiteKey,
    Study,
    Subject,
    Visit,
)

PROTOCOLS = Path(__file__).parents[3] / "resources" / "protocols"
LEFT_EYE = SiteKey("crows-feet", Laterality.LEFT)
RIGHT_EYE = SiteKey("crows-feet", Laterality.RIGHT)
TAKEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def consent(use: ConsentUse, answer: ConsentAnswer = ConsentAnswer.GIVEN) -> Consent:
    return Consent(use, answer, "form 3", date(2026, 3, 1))


def make_stack(
    seed: int = 0, *, lights: int = 4, kind: str = "uint8", shape: tuple[int, ...] = (24, 32, 3)
) -> LightStack:
    """Noise: nothing compresses it, nothing in it repeats."""
    random = np.random.default_rng(seed)
    controls = (ControlReading("exposure", -6.0, -6.0, -11.0, -2.0), ControlReading("gain", None, 1.5))

    def frame(number: int, light: str | None) -> Frame:
        pixels = random.integers(0, np.iinfo(kind).max, shape, dtype=kind)
        return Frame(pixels, 100 + number, 5.0 + number / 30, light, "srgb", "MJPG", controls)

    frames = tuple(frame(number, f"L{number}") for number in range(lights))
    return LightStack(frames, frame(lights, None) if lights > 1 else None)


def make_calibration() -> DeviceCalibration:
    validity = Validity(date(2026, 1, 1), date(2027, 1, 1), 0.2)
    lights = Lights("near", np.array([[18.0, 0, 30], [0, 18, 30], [-18, 0, 30], [0, -18, 30]]))
    return DeviceCalibration(
        "simulated",
        ScaleCalibration(Spacing.square(0.012), (24, 32), validity),
        LightsCalibration(lights, validity),
    )


def make_facts(visit: Visit, site: SiteKey = LEFT_EYE, replicate: int = 1, **more: object) -> CaptureFacts:
    focus = GateReading(
        "focus", GateKind.HOLD, GateState.GREEN, 0.8, "share", "at least 0.60", "", 104, (("right_mm", 0.5),)
    )
    glare = GateReading("glare", GateKind.HOLD, GateState.GREY, None, "", "at most 0.02", "Tilt the camera.", 104)
    values: dict[str, object] = {
        "taken_at": visit.started_at + timedelta(minutes=replicate),
        "camera_identity": "simulated",
        "camera_name": "Simulated camera",
        "readings": (focus, glare),
        "overrides": (Override("time of day", "morning visit missed"),),
    } | more
    return CaptureFacts(visit.identifier, site, replicate, **values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Clinic:
    """An archive with one study, one subject and one visit that has begun."""

    archive: Archive
    study: Study
    subject: Subject
    visit: Visit

    def shoot(self, seed: int = 0, site: SiteKey = LEFT_EYE, replicate: int = 1) -> Capture:
        return self.archive.add_capture(make_stack(seed), make_facts(self.visit, site, replicate))

    def copied_to(self, folder: Path) -> "Clinic":
        """A copy of a closed archive, open."""
        shutil.copytree(self.archive.path, folder)
        return replace(self, archive=open_archive(folder, "operator"))

    def reopen(self) -> Archive:
        self.archive.close()
        return open_archive(self.archive.path, "second operator")


def files_under(folder: Path) -> set[str]:
    """Every file below a folder but the index."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("index.sqlite")
    }


def content_of(archive: Archive) -> list[object]:
    """Everything the verbs tell, the trail excepted."""
    told: list[object] = [archive.studies(), archive.visits(), archive.captures()]
    for study in archive.studies():
        told += [archive.protocol_of(study.identifier), archive.subjects(study.identifier)]
        for subject in archive.subjects(study.identifier):
            told += [archive.consent_history(subject.identifier)]
            told += [archive.roi(subject.identifier, study.identifier, site) for site in (LEFT_EYE, RIGHT_EYE)]
            told += [archive.baseline(subject.identifier, study.identifier, LEFT_EYE)]
    told += [archive.not_done(visit.identifier) for visit in archive.visits()]
    for capture in archive.captures():
        told += [archive.assignments(capture.identifier), archive.annotations(capture.identifier)]
        told += [dict(archive.measurements(capture.identifier))]
    return told


def in_raw_sql(archive: Archive, *statements: str) -> None:
    """What somebody with the file and a database tool could do."""
    with closing(sqlite3.connect(archive.folder.index)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def sidecar_of_first(clinic: Clinic) -> Path:
    return clinic.archive.folder.captures / f"{clinic.archive.captures()[0].identifier}.json"


def edit_sidecar(clinic: Clinic) -> None:
    path = sidecar_of_first(clinic)
    values = json.loads(path.read_text())
    values["capture"][0]["replicate"] = 3
    path.write_text(json.dumps(values))
