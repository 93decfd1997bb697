"""Full-length accuracy studies, too long for every test run. Writes one Markdown page: `make figures`."""

import os
import sys
from pathlib import Path

from tests.figures.changed_skin import changed_skin_study
from tests.figures.closed_forms import closed_form_study
from tests.figures.fault_hour import fault_hour_study
from tests.figures.guided_placement import guided_placement_study
from tests.figures.honesty import honesty_study
from tests.figures.matte_sphere import sphere_study
from tests.figures.rendered_furrows import depth_goal_study, furrow_study
from tests.figures.replaced_site import replaced_site_study
from tests.figures.ring_furrows import ring_study
from tests.figures.study import FigureTable
from tests.figures.unchanged_skin import unchanged_skin_study
from tests.figures.unchanged_visits import unchanged_visits_study
from tests.figures.warped_face import face_study
from tests.figures.wrinkle_lines import wrinkle_line_study

STUDIES = (
    closed_form_study,
    sphere_study,
    depth_goal_study,
    furrow_study,
    honesty_study,
    wrinkle_line_study,
    ring_study,
    replaced_site_study,
    guided_placement_study,
    face_study,
    changed_skin_study,
    unchanged_skin_study,
    unchanged_visits_study,
    fault_hour_study,
)

HEAD = """# Figures

How near the truth the engine comes, on what, and with which command. Made by `make figures` (`python -m tests.figures
docs/figures.md`); studies on real photographs need `RHYTID_TEST_DATA`. Names of studies behind the page make only these
anew (`python -m tests.figures docs/figures.md sphere closed`).
"""


def as_markdown(table: FigureTable) -> str:
    lines = [f"## {table.title}", "", table.subject, "", "| " + " | ".join(table.columns) + " |"]
    lines.append("|" + " --- |" * len(table.columns))
    lines += ["| " + " | ".join(row) + " |" for row in table.rows]
    return "\n".join(lines) + "\n"


def sections_of(page: str) -> dict[str, str]:
    """The parts of a page by their titles."""
    parts = page.split("\n## ")[1:]
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}\n" for part in parts}


def main(target: Path, wanted: list[str]) -> None:
    """Makes the studies whose names begin as wanted, or all; of the others the page keeps what stands there."""
    data = os.environ.get("RHYTID_TEST_DATA")
    old = sections_of(target.read_text(encoding="utf-8")) if wanted and target.exists() else {}
    for study in STUDIES:
        if wanted and not study.__name__.startswith(tuple(wanted)):
            continue
        table = study(Path(data) if data else None)
        if table is not None:
            old[table.title] = as_markdown(table)
            print(old[table.title], flush=True)
    target.write_text(HEAD + "\n" + "\n".join(old.values()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
