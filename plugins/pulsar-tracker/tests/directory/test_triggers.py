"""The triggers: created by upgrades, and missed by the directory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from pulsar.db.events import SchemaUpgraded
from pulsar.interfaces import IDatabase
from tracker.directory import triggers


@pytest.fixture
def site(start: Callable[..., Any]) -> Any:
    return start()


@pytest.fixture
def engine(site: Any) -> Any:
    return site.registry.getUtility(IDatabase).engine


def drop(engine: Any, name: str, table: str) -> None:
    on_table = f" ON {table}" if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP TRIGGER {name}{on_table}"))


class TestMissing:
    def test_the_directory_does_not_load(
        self, site: Any, engine: Any, follow: Callable[..., Any]
    ) -> None:
        drop(engine, "tracker_changes_users_update", "users")
        with pytest.raises(triggers.TriggersMissing) as raised:
            follow(site)
        assert str(raised.value) == (
            "The database lacks the trigger(s) tracker_changes_users_update, without which the "
            "tracker would not notice changes of members and torrents. Create them with: "
            "pulsar -c YOUR.ini db upgrade"
        )
        site.registry.notify(SchemaUpgraded(site.registry))
        follow(site)

    def test_a_disabled_one_counts_as_missing(
        self, site: Any, engine: Any, follow: Callable[..., Any]
    ) -> None:
        if engine.dialect.name == "sqlite":
            pytest.skip("SQLite disables no triggers")
        with engine.begin() as connection:
            connection.execute(
                sa.text("ALTER TABLE torrents DISABLE TRIGGER tracker_changes_torrents_update")
            )
        with pytest.raises(triggers.TriggersMissing):
            follow(site)
        site.registry.notify(SchemaUpgraded(site.registry))
        follow(site)

    @pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
    def test_batch_mode_loses_them_until_the_end_of_the_upgrade(
        self, site: Any, engine: Any, follow: Callable[..., Any]
    ) -> None:
        if engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL alters tables in place")
        with engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
            operations = Operations(MigrationContext.configure(connection))
            with connection.begin(), operations.batch_alter_table("users") as batch:
                batch.add_column(sa.Column("note", sa.Text()))
                batch.alter_column("passhash", type_=sa.String(300))
        with pytest.raises(triggers.TriggersMissing):
            follow(site)
        site.registry.notify(SchemaUpgraded(site.registry))
        passkey = site.passkey(site.member())
        follower = follow(site)
        with site.session() as session:
            session.execute(sa.text("UPDATE users SET locked = 1"))
        follower.directory.catch_up()
        assert follower.member(passkey) == "locked"


class TestInstalling:
    def test_unused_ones_are_dropped(self, site: Any, engine: Any) -> None:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                body = "EXECUTE FUNCTION tracker_changes_id('user')"
            else:
                body = "BEGIN SELECT 1; END"
            connection.execute(
                sa.text(
                    "CREATE TRIGGER tracker_changes_former AFTER INSERT ON users "
                    f"FOR EACH ROW {body}"
                )
            )
            before = triggers._present(connection)
            triggers.create(connection)
            assert triggers._present(connection) == {
                name: table for name, table in before.items() if name != "tracker_changes_former"
            }

    def test_nothing_is_changed_if_all_are_there(self, site: Any, engine: Any) -> None:
        ran: list[str] = []
        sa.event.listen(engine, "before_cursor_execute", lambda *args: ran.append(args[2]))
        triggers.install(SchemaUpgraded(site.registry))
        assert not [statement for statement in ran if "TRIGGER" in statement]

    def test_without_the_table_nothing_is_created(self, site: Any, engine: Any) -> None:
        with engine.begin() as connection:
            for name, (table, _) in triggers._present(connection).items():
                on_table = f" ON {table}" if engine.dialect.name == "postgresql" else ""
                connection.execute(sa.text(f"DROP TRIGGER {name}{on_table}"))
            connection.execute(sa.text("DROP TABLE tracker_changes"))
        triggers.install(SchemaUpgraded(site.registry))
        with engine.begin() as connection:
            assert not triggers._present(connection)
