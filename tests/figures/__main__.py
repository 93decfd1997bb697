"""Full-length accuracy studies, too long for every test run. Writes one Markdown page: `make figures`."""

import os
import sys
from pathlib import Path

from tests.figures.changed_skin import changed_skin_study
from tests.figures.closed_forms import closed_form_study
from tests.figures.fault_hour import fault_hour_study
from tests.figures.guided_placement import guided_placement_study
from tests.figures.matte_sphere import sphere_study
from tests.figures.rendered_furrows import depth_goal_study, furrow_study
from tests.figures.replaced_site import replaced_site_study
from tests.figures.study import FigureTable
from tests.figures.unchanged_skin import unchanged_skin_study
from tests.figures.warped_face import face_study
from tests.figures.wrinkle_lines import wrinkle_line_study

STUDIES = (
    closed_form_study,
    sphere_study,
    depth_goal_study,
    furrow_study,
    wrinkle_line_study,
    replaced_site_study,
    guided_placement_study,
    face_study,
    changed_skin_study,
    unchanged_skin_study,
    fault_hour_study,
)

HEAD = """# Figures

How near the truth the engine comes, on what, and with which command. Made by `make figures` (`python -m tests.figures
docs/figures.md`); studies on real photographs need `RHYTID_TEST_DATA`.
"""


def as_markdown(table: FigureTable) -> str:
    lines = [f"## {table.title}", "", table.subject, "", "| " + " | ".join(table.columns) + " |"]
    lines.append("|" + " --- |" * len(table.columns))
    lines += ["| " + " | ".join(row) + " |" for row in table.rows]
    return "\n".join(lines) + "\n"


def main(target: Path) -> None:
    data = os.environ.get("RHYTID_TEST_DATA")
    tables = [table for study in STUDIES if (table := study(Path(data) if data else None)) is not None]
    page = HEAD + "\n" + "\n".join(as_markdown(table) for table in tables)
    target.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
