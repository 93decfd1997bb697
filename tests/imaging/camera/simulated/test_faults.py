"""Faults come when the script says so, and by hand."""

from imaging.camera.simulated.faults import Fault, FaultEvent, Faults, random_script


def test_by_script() -> None:
    faults = Faults((FaultEvent(2.0, Fault.BLACK, 1.0), FaultEvent(2.5, Fault.UNPLUG, 1.0)))
    assert [faults.at(t) for t in (1.9, 2.0, 2.6, 3.4, 3.5)] == [None, Fault.BLACK, Fault.UNPLUG, Fault.UNPLUG, None]


def test_by_hand() -> None:
    faults = Faults()
    faults.begin(Fault.STALL)
    assert faults.at(0.0) is Fault.STALL
    faults.end()
    assert faults.at(0.0) is None


def test_pulls_of_the_plug_are_counted() -> None:
    faults = Faults((FaultEvent(2.0, Fault.UNPLUG, 0.1),))
    assert [faults.unplugs(t) for t in (1.0, 2.05, 9.0)] == [0, 1, 1]
    faults.begin(Fault.UNPLUG)
    faults.end()
    assert faults.unplugs(9.0) == 2


def test_a_seeded_script_repeats_and_has_all_kinds() -> None:
    script = random_script(7, 200, 3600.0)
    assert script == random_script(7, 200, 3600.0)
    assert script != random_script(8, 200, 3600.0)
    assert len(script) == 200
    assert {event.fault for event in script} == set(Fault)
    assert all(0.0 <= event.at_s <= 3600.0 for event in script)
