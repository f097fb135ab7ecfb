"""The database triggers that record changes of members and torrents.

They fire for changes that matter to announces only: credit, counters and last visits cost nothing.
They are created after each upgrade of the schema where they are missing, because SQLite's batch
mode, with which a migration of another package may copy a table, loses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyramid.exceptions import ConfigurationError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase
from pulsar.mistakes import INI

from .models import Change

#: All names begin with it. A trigger whose definition changes gets another name.
_PREFIX = "tracker_changes_"
CHANNEL = "tracker_changes"


class TriggersMissing(ConfigurationError):
    """The database would not record changes."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Records the id in a column of each row that is inserted, updated or deleted."""

    name: str
    table: str
    event: str
    kind: str
    column: str = "id"
    condition: str = ""


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in columns)


TRIGGERS = (
    Trigger(
        "users_update", "users", "UPDATE OF enabled, locked", "user",
        condition=_changed("enabled", "locked"),
    ),
    Trigger("users_delete", "users", "DELETE", "user"),
    Trigger(
        "secrets_insert", "user_secrets", "INSERT", "user", "user_id",
        "NEW.kind = 'passkey' AND NEW.revoked IS NULL",
    ),
    Trigger(
        "secrets_update", "user_secrets", "UPDATE OF revoked, digest", "user", "user_id",
        f"NEW.kind = 'passkey' AND ({_changed('revoked', 'digest')})",
    ),
    Trigger(
        "secrets_delete", "user_secrets", "DELETE", "user", "user_id",
        "OLD.kind = 'passkey' AND OLD.revoked IS NULL",
    ),
    Trigger("torrents_insert", "torrents", "INSERT", "torrent", condition="NEW.deleted IS NULL"),
    Trigger(
        "torrents_update", "torrents", "UPDATE OF deleted, info_hash, info_hash_short", "torrent",
        condition=_changed("deleted", "info_hash", "info_hash_short"),
    ),
    Trigger(
        "torrents_delete", "torrents", "DELETE", "torrent", condition="OLD.deleted IS NULL"
    ),
)  # fmt: skip


def install(event: Any) -> None:
    """Create the missing triggers, and drop those that are not used any more."""
    engine = event.registry.getUtility(IDatabase).engine
    with engine.begin() as connection:
        # A partial upgrade may end before the table exists.
        if inspect(connection).has_table(Change.__tablename__):
            create(connection)


def create(connection: Connection) -> None:
    """Create the missing triggers, and drop those that are not used any more."""
    present, expected = _present(connection), _expected(connection)
    usable = {name for name, (_, enabled) in present.items() if enabled} & expected.keys()
    for name in sorted(present.keys() - usable):
        on_table = f" ON {present[name][0]}" if _is_postgresql(connection) else ""
        connection.execute(text(f"DROP TRIGGER {name}{on_table}"))
    missing = sorted(expected.keys() - usable)
    if missing and _is_postgresql(connection):
        for column in ("id", "user_id"):
            connection.execute(text(_FUNCTION.format(column=column)))
        connection.execute(text(_NOTIFY))
    for name in missing:
        connection.execute(text(expected[name]))


def require(session: Session) -> None:
    """Raise TriggersMissing, with the command to run, if a trigger is missing or disabled."""
    connection = session.connection()
    enabled = {name for name, (_, enabled) in _present(connection).items() if enabled}
    missing = sorted(_expected(connection).keys() - enabled)
    if missing:
        raise TriggersMissing(
            f"The database lacks the trigger(s) {', '.join(missing)}, without which the tracker "
            "would not notice changes of members and torrents. Create them with: "
            f"pulsar -c {INI} db upgrade"
        )


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _present(connection: Connection) -> dict[str, tuple[str, bool]]:
    """The table of each of our triggers, and whether it is enabled."""
    if _is_postgresql(connection):
        query = (
            "SELECT tgname, relname, tgenabled <> 'D' FROM pg_trigger "
            "JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)"
        )
    else:
        query = "SELECT name, tbl_name, 1 FROM sqlite_master WHERE type = 'trigger'"
    return {
        name: (table, bool(enabled))
        for name, table, enabled in connection.execute(text(query))
        if name.startswith(_PREFIX)
    }


def _expected(connection: Connection) -> dict[str, str]:
    """The statement that creates each trigger, by its name."""
    if not _is_postgresql(connection):
        return {_PREFIX + trigger.name: _on_sqlite(trigger) for trigger in TRIGGERS}
    return {
        **{_PREFIX + trigger.name: _on_postgresql(trigger) for trigger in TRIGGERS},
        f"{_PREFIX}notify": (
            f"CREATE TRIGGER {_PREFIX}notify AFTER INSERT ON tracker_changes "
            "FOR EACH STATEMENT EXECUTE FUNCTION tracker_changes_notify()"
        ),
    }


def _head(trigger: Trigger, differs: str) -> str:
    condition = trigger.condition.format(differs=differs)
    return (
        f"CREATE TRIGGER {_PREFIX}{trigger.name} AFTER {trigger.event} ON {trigger.table} "
        f"FOR EACH ROW {f'WHEN ({condition}) ' if condition else ''}"
    )


def _on_sqlite(trigger: Trigger) -> str:
    row = "OLD" if trigger.event == "DELETE" else "NEW"
    values = (
        f"'{trigger.kind}', {row}.{trigger.column}, 0, "
        "strftime('%Y-%m-%d %H\\:%M\\:%f', 'now') || '000'"
    )
    columns = "kind, subject_id, xid, created"
    insert = f"INSERT INTO tracker_changes ({columns}) VALUES ({values})"  # noqa: S608
    return f"{_head(trigger, 'IS NOT')}BEGIN {insert}; END"


def _on_postgresql(trigger: Trigger) -> str:
    return (
        f"{_head(trigger, 'IS DISTINCT FROM')}"
        f"EXECUTE FUNCTION tracker_changes_{trigger.column}('{trigger.kind}')"
    )


_FUNCTION = """
CREATE OR REPLACE FUNCTION tracker_changes_{column}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tracker_changes (kind, subject_id, xid, created) VALUES (
        TG_ARGV[0],
        CASE TG_OP WHEN 'DELETE' THEN OLD.{column} ELSE NEW.{column} END,
        CAST(CAST(pg_current_xact_id() AS text) AS bigint),
        now()
    );
    RETURN NULL;
END $$
"""

_NOTIFY = f"""
CREATE OR REPLACE FUNCTION tracker_changes_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', '');
    RETURN NULL;
END $$
"""
