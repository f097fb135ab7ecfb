"""The migrated SQLite file that test runs share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from pulsar.classes.models import KnownPermission
from pulsar.testing import backends, templates
from pulsar.testing.backends import Backend
from pulsar.testing.templates import migrate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder for templates."""
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


@pytest.fixture
def database(tmp_path: Path) -> Backend:
    """An empty database."""
    return backends.embedded(tmp_path, "main")


def count(backend: Backend, table: str) -> int:
    engine = create_engine(backend.url)
    with engine.connect() as connection:
        rows: int = connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()
    engine.dispose()
    return rows


class TestTemplate:
    def test_revisions_run_once(
        self,
        folder: Path,
        database: Backend,
        pulsar_settings: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        migrate(database, pulsar_settings, folder)
        permissions = count(database, KnownPermission.__tablename__)
        [template] = folder.iterdir()
        Path(str(database.url.database)).unlink()
        monkeypatch.setattr(command, "upgrade", None)
        migrate(database, pulsar_settings, folder)
        assert [*folder.iterdir()] == [template]
        # The template excludes the data of subscribers, which have run again.
        assert count(database, KnownPermission.__tablename__) == permissions > 0
        templated = Backend("template", database.url.set(database=str(template)), None, "main")
        assert count(templated, KnownPermission.__tablename__) == 0

    def test_other_revisions_have_another(
        self,
        folder: Path,
        database: Backend,
        pulsar_settings: dict[str, Any],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        migrate(database, pulsar_settings, folder)
        [before] = folder.iterdir()
        Path(str(database.url.database)).unlink()
        revisions = tmp_path / "revisions"
        revisions.mkdir()
        (revisions / "changed.py").write_text("")
        monkeypatch.setattr(templates, "folder", lambda branch: revisions)
        migrate(database, pulsar_settings, folder)
        [after] = folder.iterdir()
        assert after != before
