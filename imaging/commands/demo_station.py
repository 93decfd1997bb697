"""The archive behind the window of a demo: there at once, while its visits take place in a second process."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from imaging.commands.arguments import Surroundings
from imaging.commands.simulated_clinic import ClinicPlan, open_clinic, today

SUBJECTS, DUE_TODAY = 3, 2
"""Two of the three subjects wait for the user to photograph their last visit."""


@contextmanager
def growing_archive(archive: Path, surroundings: Surroundings, program: Sequence[str]) -> Iterator[None]:
    """Make the archive of a demo station if it is missing, and let it grow until the block ends.

    Making it takes well under a second: subjects are enrolled, nobody is photographed yet.

    Parameters
    ----------
    program : how this program is started on this computer
    """
    open_clinic(archive, _plan(), surroundings).close()
    behind = subprocess.Popen([*program, "demo", "--archive", str(archive)], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        behind.terminate()
        behind.wait()


def fill_station(archive: Path, seed: int, surroundings: Surroundings) -> str:
    """Photograph and measure every visit that is still to come but those left to the user."""
    from imaging.export.measured_picture import PictureStyle
    from imaging.pipeline import measure_capture

    style = PictureStyle(font_folder=surroundings.font_folder)
    with closing(open_clinic(archive, _plan(seed), surroundings)) as clinic:
        for capture in clinic.captures():
            measure_capture(clinic.archive, capture, style)
    return f"The demo archive {archive} is complete."


def _plan(seed: int = 1) -> ClinicPlan:
    return ClinicPlan(today(), SUBJECTS, seed, due_today=DUE_TODAY, has_control=True)
