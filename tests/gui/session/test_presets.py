"""Finishing a visit writes what the protocol wants to be written."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.session.run import Run
from imaging.archive.protocols import protocol_from_values, protocol_to_values
from imaging.errors import ArchiveError
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse
from tests.gui.session.capture.test_session import shoot, wait_for_picture

SOON_MS = 60_000


def finish(run: Run) -> list[str]:
    said: list[str] = []
    run.presets.told.connect(said.append)
    run.presets.failed.connect(said.append)
    run.capture.leave()
    assert run.visit.finish_visit()
    return said


def taken(run: Run, qtbot: QtBot) -> None:
    run.capture.set_automatic(False)
    run.capture.enter()
    wait_for_picture(run, qtbot)
    shoot(run, qtbot)


def test_pictures_of_the_visit_are_written_while_the_day_goes_on(in_visit: Run, qtbot: QtBot) -> None:
    protocol, archive = in_visit.study.protocol, in_visit.study.archive
    assert protocol is not None
    assert archive is not None
    in_visit.study.protocol = replace(protocol, exports=("heat-map", "photograph"))
    taken(in_visit, qtbot)
    said = finish(in_visit)
    folder = archive.path / "exports" / "S-001" / "week0"
    assert said == [f"Visit finished. Its pictures are being exported to {folder}."]
    qtbot.waitUntil(lambda: len(said) == 2, timeout=SOON_MS)
    assert said[1] == f"2 pictures of the finished visit exported to {folder}."
    names = {path.name for path in folder.iterdir()}
    assert names == {f"S-001_crows-feet_left_r1_{preset}.png" for preset in ("heat-map", "photograph")}
    assert archive.verify().is_sound


def test_nothing_is_written_without_consent(in_visit: Run, qtbot: QtBot) -> None:
    taken(in_visit, qtbot)
    archive, subject = in_visit.study.archive, in_visit.visit.chosen.subject
    assert archive is not None
    assert subject is not None
    today = in_visit.visit.now.date()
    archive.record_consent(subject.identifier, Consent(ConsentUse.TRIAL, ConsentAnswer.WITHDRAWN, "2.1", today))
    said = finish(in_visit)
    assert len(said) == 1
    assert said[0].startswith("No pictures were exported.")
    assert not (archive.path / "exports").exists()


@pytest.mark.parametrize(("key", "value"), [("exports", ["video"]), ("camera", {"zoom": 2.0})])
def test_a_protocol_names_only_what_there_is(key: str, value: object) -> None:
    from imaging.archive.protocols import read_protocol

    known = read_protocol(Path("resources/protocols/four-week.toml"))
    with pytest.raises(ArchiveError, match=key):
        protocol_from_values(protocol_to_values(known) | {key: value})
