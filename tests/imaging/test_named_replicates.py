"""A replicate that does not belong to its visit is left out by the name a technician knows it by."""

from pathlib import Path

from imaging.archive.store import open_archive
from imaging.pipeline import VisitPair, compare_visits
from tests.gui.clinic import FOREHEAD, LEFT, Plan, fill_archive


def test_a_left_out_replicate_is_named_by_visit_and_time(tmp_path: Path) -> None:
    fill_archive(tmp_path / "archive", Plan(shape=(180, 240), sites=(LEFT, FOREHEAD), replicates=1))
    with open_archive(tmp_path / "archive", "tester") as archive:
        first, second = archive.visits()
        stray = next(c for c in archive.captures(second.identifier) if c.site == FOREHEAD)
        archive.reassign(stray.identifier, LEFT, "typing error")
        change = compare_visits(archive, VisitPair(LEFT, first.identifier, second.identifier)).change
        taken = stray.facts.taken_at.astimezone()
    words = next(warning for warning in change.warnings if "was left out" in warning)
    assert words.startswith(f"Replicate 1 of week 4 ({taken:%Y-%m-%d %H:%M}) was left out: ")
