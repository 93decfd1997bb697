"""Hidden files of an interrupted write go away at the next opening, unless they may still be somebody's."""

import os
import time
from pathlib import Path

from imaging.archive.leftovers import OLD_S
from imaging.archive.store import create_archive, open_archive


def test_old_ones_are_removed_at_the_next_opening_and_young_ones_are_left(tmp_path: Path) -> None:
    create_archive(tmp_path / "archive", "tester").close()
    folder = tmp_path / "archive"
    homes = (folder, folder / "captures", folder / "originals" / "a-subject")
    old, young = [], []
    for home in homes:
        home.mkdir(parents=True, exist_ok=True)
        for names, age_s in ((old, 2 * OLD_S), (young, 10.0)):
            path = home / f".x.png.{int(age_s)}.part"
            path.write_bytes(b"half")
            path.chmod(0o444)
            os.utime(path, (time.time() - age_s,) * 2)
            names.append(path)
    kept = folder / "captures" / "whole.json.part.of.a.name"
    kept.write_bytes(b"{}")
    os.utime(kept, (0, 0))
    open_archive(folder, "tester").close()
    assert [path.exists() for path in old] == [False] * 3
    assert [path.exists() for path in young] == [True] * 3
    assert kept.exists()
