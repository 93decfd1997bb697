"""Two cameras in one archive: which were used, what was kept about them, what a comparison may rest on."""

from dataclasses import replace
from datetime import date

import pytest

from imaging.archive.bridging import have_alike_lights
from imaging.archive.repairing import rebuild_index
from imaging.archive.store import open_archive
from imaging.errors import MeasurementError
from imaging.model.bridging import Bridge, BridgedEndpoint
from imaging.model.visit import Capture
from tests.imaging.archive.clinic import Clinic, make_calibration, make_facts, make_stack

DEPTH = "wrinkles.deepest_mean_depth_um"
BRIDGE = Bridge(
    "simulated", "http://camera.local/2?x=1", date(2026, 3, 2), "1", tuple(f"B-{n}/cheek/left" for n in range(10)),
    (BridgedEndpoint(DEPTH, 10, True, 0.058, 0.005, 0.01, 9, 0.0, 0.1),),
)  # fmt: skip


def taken(clinic: Clinic, number: int, camera: str = "simulated") -> Capture:
    facts = make_facts(clinic.visit, replicate=number, camera_identity=camera, camera_name=camera[:9])
    return clinic.archive.add_capture(make_stack(number, lights=1), facts)


def test_every_camera_of_an_archive_is_known(clinic: Clinic) -> None:
    assert clinic.archive.cameras() == ()
    for number, camera in enumerate(("simulated", "simulated", BRIDGE.later), 1):
        taken(clinic, number, camera)
    uses = clinic.archive.cameras()
    assert [(use.identity, use.captures) for use in uses] == [("simulated", 2), (BRIDGE.later, 1)]
    assert uses[0].first_on == uses[0].last_on == clinic.visit.started_at.date()


def test_a_bridge_is_kept_revision_by_revision_with_its_entry_in_the_trail(clinic: Clinic) -> None:
    archive = clinic.archive
    assert archive.bridge("simulated", BRIDGE.later) is None
    assert archive.keep_bridge(BRIDGE) == BRIDGE
    second = archive.keep_bridge(replace(BRIDGE, made_on=date(2026, 4, 1)))
    assert second.revision == 2
    assert archive.bridge("simulated", BRIDGE.later) == second
    assert archive.bridge(BRIDGE.later, "simulated") == second.inverse
    entries = [entry for entry in archive.audit_trail() if entry.action == "keep bridging set"]
    assert [entry.ids["file"][-8:] for entry in entries] == ["-r1.json", "-r2.json"]
    assert archive.verify().is_sound, archive.verify().problems


def test_it_outlives_the_index(clinic: Clinic) -> None:
    clinic.archive.keep_bridge(BRIDGE)
    clinic.archive.close()
    rebuild_index(clinic.archive.path, "operator")
    with open_archive(clinic.archive.path, "operator") as again:
        assert again.bridge("simulated", BRIDGE.later) == BRIDGE


@pytest.mark.parametrize("harm", ["changed", "lost"])
def test_verify_sees_that_it_was_harmed(clinic: Clinic, harm: str) -> None:
    clinic.archive.keep_bridge(BRIDGE)
    (path,) = clinic.archive.folder.bridging.iterdir()
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"0.058", b"0.258"))
    assert "bridging file" in " ".join(clinic.archive.verify().problems)


def test_a_damaged_bridge_is_not_judged_on(clinic: Clinic) -> None:
    clinic.archive.keep_bridge(BRIDGE)
    next(clinic.archive.folder.bridging.iterdir()).write_text("{")
    with pytest.raises(MeasurementError, match="not JSON"):
        clinic.archive.bridge("simulated", BRIDGE.later)


def test_the_camera_that_both_visits_have_is_compared(clinic: Clinic) -> None:
    old = [taken(clinic, number) for number in (1, 2)]
    both = [taken(clinic, 3), taken(clinic, 4, BRIDGE.later), taken(clinic, 5, BRIDGE.later)]
    judging = clinic.archive.judging(old, both, "crows-feet")
    assert (judging.references, judging.movings) == (tuple(old), (both[0],))
    assert judging.across is None and judging.refusals == ()


def test_no_verdict_crosses_cameras_without_a_bridge(clinic: Clinic) -> None:
    old, new = taken(clinic, 1), taken(clinic, 2, BRIDGE.later)
    judging = clinic.archive.judging([old], [new], "crows-feet")
    assert "before a bridging set" in judging.refusals[0]
    clinic.archive.keep_bridge(BRIDGE)
    there, back = (clinic.archive.judging([a], [b], "crows-feet") for a, b in ((old, new), (new, old)))
    assert there.refusals == ()
    assert there.across is not None and there.across.bridge == BRIDGE
    assert back.across is not None and back.across.bridge == BRIDGE.inverse


def test_one_camera_on_another_port_needs_no_bridging_set(clinic: Clinic) -> None:
    """Somebody says so; that stands in the trail, and a bridging set made later counts instead."""
    archive, old, new = clinic.archive, taken(clinic, 1), taken(clinic, 2, BRIDGE.later)
    archive.keep_bridge(replace(BRIDGE, sites=(), rows=(), is_same=True))
    judging = archive.judging([old], [new], "crows-feet")
    assert judging.across is None and judging.refusals == ()
    said = [entry for entry in archive.audit_trail() if entry.action == "say that two cameras are one"]
    assert [entry.operator for entry in said] == ["operator"]
    assert archive.verify().is_sound
    archive.keep_bridge(BRIDGE)
    assert archive.judging([old], [new], "crows-feet").across is not None


def test_lights_calibrated_anew_are_the_same_lights_while_a_check_would_pass(clinic: Clinic) -> None:
    calibration = make_calibration()
    assert calibration.lights is not None
    positions = calibration.lights.lights.vectors

    def lit(number: int, factor: float) -> Capture:
        assert calibration.lights is not None
        lights = replace(calibration.lights.lights, vectors=factor * positions)
        anew = replace(calibration, lights=replace(calibration.lights, lights=lights))
        facts = make_facts(clinic.visit, replicate=number, calibration=anew)
        return clinic.archive.add_capture(make_stack(number, lights=1), facts)

    first, alike, moved = lit(1, 1.0), lit(2, 1.02), lit(3, 1.3)
    assert have_alike_lights((first, alike))
    assert not have_alike_lights((first, moved))
    assert not have_alike_lights((first, taken(clinic, 4))), "nothing is known of the lights of the second"
    assert clinic.archive.judging([first], [alike], "crows-feet").has_alike_lights
    assert not clinic.archive.judging([first], [moved], "crows-feet").has_alike_lights
