"""The migrations make exactly the tables of the model, wherever the package lies."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from imaging.archive.columns import Row
from imaging.archive.database import NEWEST_REVISION, make_engine, migration_config, open_index


def test_the_migrated_schema_is_the_model(tmp_path: Path) -> None:
    engine = open_index(tmp_path / "index.sqlite")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Row.metadata) == []
        assert context.get_current_revision() == NEWEST_REVISION
        assert ScriptDirectory.from_config(migration_config(connection)).get_heads() == [NEWEST_REVISION]
    engine.dispose()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    for _ in range(2):
        open_index(path).dispose()
    engine = make_engine(path)
    with engine.connect() as connection:
        names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    engine.dispose()
    assert names == set(Row.metadata.tables) | {"alembic_version"}


def test_a_migration_cut_off_leaves_no_half_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic.operations import Operations

    def power_cut(*_args: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Operations, "execute", power_cut)  # the triggers come last
    with pytest.raises(OSError, match="Input/output error"):
        open_index(tmp_path / "index.sqlite")
    monkeypatch.undo()
    engine = open_index(tmp_path / "index.sqlite")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").scalar() == 2
    engine.dispose()


def test_a_folder_name_with_signs_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "50 % of? the #archive"
    folder.mkdir()
    open_index(folder / "index.sqlite").dispose()
    assert (folder / "index.sqlite").is_file()
