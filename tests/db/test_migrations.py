"""Migrations on both databases: upgrades, downgrades, and their results."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from pulsar import versions
from pulsar.classes.models import LOWEST_CLASS, UserClassPermission
from pulsar.configuration import make_configurator
from pulsar.db import environment, limits, migrations
from pulsar.db.base import Base
from pulsar.db.guard import SchemaOutOfDate, require_current_schema
from pulsar.db.locations import installed_branches
from pulsar.interfaces import IDatabase
from pulsar.invites.models import Invite
from pulsar.testing.backends import Backend, create_database, drop_database
from pulsar.users.addresses import UserAddress

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty(backend: Backend, tmp_path: Path) -> Iterator[Any]:
    """The URL of an empty database."""
    url = backend.url.set(database=f"{backend.url.database}-empty")
    if url.get_backend_name() == "sqlite":
        url = url.set(database=str(tmp_path / "empty.sqlite"))
    create_database(url)
    yield url
    drop_database(url)


@pytest.fixture
def configured(empty: Any, pulsar_settings: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """``configured(**settings)``: a registry on the empty database."""
    registries = []

    def make(**settings: Any) -> Any:
        url = empty.render_as_string(hide_password=False)
        config = make_configurator({**pulsar_settings, "sqlalchemy.url": url, **settings})
        config.commit()
        registries.append(config.registry)
        return config.registry

    yield make
    for registry in registries:
        registry.getUtility(IDatabase).engine.dispose()


def schema(registry: Any) -> set[tuple[str, str]]:
    """Return all objects of the database: tables, columns, indexes, triggers."""
    engine = registry.getUtility(IDatabase).engine
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(
                text("SELECT type, name FROM sqlite_master WHERE name != 'alembic_version'")
            )
            objects = {(kind, name) for kind, name in rows if "alembic" not in name}
        else:
            objects = {
                (kind, name)
                for kind, query in (
                    ("index", "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"),
                    ("trigger", "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"),
                    ("function", "SELECT proname FROM pg_proc WHERE proname LIKE 'site_log%'"),
                )
                for (name,) in connection.execute(text(query))
                if "alembic" not in name
            }
        tables = [
            table for table in inspect(connection).get_table_names() if "alembic" not in table
        ]
        objects |= {
            ("column", f"{table}.{column['name']}")
            for table in tables
            for column in inspect(connection).get_columns(table)
        }
    return objects


class TestUpgrade:
    def test_up_down_up(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        migrations.upgrade(registry)
        once = schema(registry)
        assert ("column", "users.username") in once
        migrations.downgrade(registry, "base")
        assert schema(registry) <= {("function", "site_log_append_only")}
        migrations.upgrade(registry)
        assert schema(registry) == once

    def test_a_second_upgrade_changes_nothing(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        migrations.upgrade(registry)
        once = schema(registry)
        migrations.upgrade(registry)
        assert schema(registry) == once

    def test_invites_of_before_have_cost_one(self, configured: Callable[..., Any]) -> None:
        registry = configured(**{"pulsar.plugins": ""})
        migrations.upgrade(registry, "core_0003")
        with registry.getUtility(IDatabase).session(True) as session:
            session.execute(
                text(
                    "INSERT INTO users (id, username, email, passhash, enabled, locked, "
                    "user_class_id, invites, uploaded, downloaded, created) "
                    "VALUES (7, 'a', 'a@example.org', '', TRUE, FALSE, 1, 0, 0, 0, '2026-01-01')"
                )
            )
            session.execute(
                text(
                    "INSERT INTO invites (code, inviter_id, email, from_ip, time_sent, expires) "
                    "VALUES ('x', 7, 'b@example.org', '', '2026-01-01', '2026-01-04')"
                )
            )
            session.commit()
        migrations.upgrade(registry)
        with registry.getUtility(IDatabase).session() as session:
            assert session.scalars(select(Invite.cost)).all() == [True]
        migrations.downgrade(registry, "core_0003")
        migrations.upgrade(registry)
        with registry.getUtility(IDatabase).session() as session:
            assert session.scalars(select(Invite.code)).all() == ["x"]

    def test_addresses_of_before_have_their_networks(self, configured: Callable[..., Any]) -> None:
        registry = configured(**{"pulsar.plugins": ""})
        migrations.upgrade(registry, "core_0003")
        expected = {
            "0.0.0.0": "0.0.0.0",  # stands for no address
            "192.0.2.1": "192.0.2.1",
            "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
            "2001:db8:1:2::7": "2001:db8:1:2::/64",
            "fe80::1": "fe80::/64",
        }
        with registry.getUtility(IDatabase).session(True) as session:
            session.execute(
                text(
                    "INSERT INTO users (id, username, email, passhash, enabled, locked, "
                    "user_class_id, invites, uploaded, downloaded, created) "
                    "VALUES (7, 'a', 'a@example.org', '', TRUE, FALSE, 1, 0, 0, 0, '2026-01-01')"
                )
            )
            for address in expected:
                session.execute(
                    text(
                        "INSERT INTO user_addresses (user_id, address, user_agent, first_seen, "
                        "last_seen) VALUES (7, :address, '', '2026-01-01', '2026-01-01')"
                    ),
                    {"address": address},
                )
            session.commit()
        migrations.upgrade(registry)
        with registry.getUtility(IDatabase).session() as session:
            rows = session.execute(select(UserAddress.address, UserAddress.network)).all()
        assert dict(map(tuple, rows)) == expected

    def test_categories_of_before_are_defined(self, configured: Callable[..., Any]) -> None:
        registry = configured(**{"pulsar.plugins": "torrents"})
        migrations.upgrade(registry, "torrents_0001")
        with registry.getUtility(IDatabase).session(True) as session:
            for number, category in enumerate(("music", "films", "music"), 1):
                session.execute(
                    text(
                        "INSERT INTO torrent_groups "
                        "(id, kind, category, title, description, created) "
                        f"VALUES ({number}, 'group', '{category}', 't', '', '2026-01-01')"
                    )
                )
            session.commit()
        migrations.upgrade(registry)
        query = text("SELECT name, title, torznab, position FROM torrent_categories ORDER BY name")
        with registry.getUtility(IDatabase).session() as session:
            assert [tuple(row) for row in session.execute(query)] == [
                ("films", "Films", 8000, 0),
                ("music", "Music", 8000, 0),
                ("other", "Other", 8000, 0),
            ]

    def test_aliases_of_the_wiki_are_kept(self, configured: Callable[..., Any]) -> None:
        registry = configured(**{"pulsar.plugins": "wiki"})
        migrations.upgrade(registry, "wiki_0001")
        article = text(
            "INSERT INTO wiki_articles (id, language_id, read_restricted, edit_restricted, "
            "created) VALUES (2, 1, FALSE, FALSE, '2026-01-01')"
        )
        alias = text("INSERT INTO wiki_aliases (alias, article_id) VALUES (:alias, :id)")
        aliases = text("SELECT alias, article_id FROM wiki_aliases ORDER BY alias, article_id")
        with registry.getUtility(IDatabase).session(True) as session:
            session.execute(article)
            for name in ("thumbs", "toes"):
                session.execute(alias, {"alias": name, "id": 2})
            session.commit()
        before = [("thumbs", 2), ("toes", 2), ("welcome", 1)]
        migrations.upgrade(registry)
        with registry.getUtility(IDatabase).session(True) as session:
            assert [tuple(row) for row in session.execute(aliases)] == before
            session.execute(alias, {"alias": "toes", "id": 1})
            session.commit()
        migrations.downgrade(registry, "wiki_0001")
        with registry.getUtility(IDatabase).session() as session:
            assert [tuple(row) for row in session.execute(aliases)] == before

    def test_only_enabled_plugins_get_tables(self, configured: Callable[..., Any]) -> None:
        registry = configured(**{"pulsar.plugins": "torrents"})
        migrations.upgrade(registry)
        tables = {name.partition(".")[0] for kind, name in schema(registry) if kind == "column"}
        assert "torrents" in tables
        assert not {table for table in tables if table.startswith("tracker")}

    def test_a_plugin_enabled_later(self, configured: Callable[..., Any]) -> None:
        migrations.upgrade(configured(**{"pulsar.plugins": "torrents"}))
        registry = configured(**{"pulsar.plugins": "torrents tracker"})
        assert migrations.missing_heads(registry) == {"tracker_0001"}
        migrations.upgrade(registry)
        assert migrations.missing_heads(registry) == set()

    def test_a_plugin_disabled_again_keeps_its_data(self, configured: Callable[..., Any]) -> None:
        migrations.upgrade(configured())
        registry = configured(**{"pulsar.plugins": "torrents"})
        assert migrations.missing_heads(registry) == set()
        migrations.upgrade(registry)
        assert ("column", "tracker_peers.peer_id") in schema(registry)


# SQLAlchemy cannot reflect SQLite's indexes on expressions; the schemas above are compared by name.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
@pytest.mark.filterwarnings("ignore:autogenerate skipping")
class TestAutogenerate:
    @pytest.mark.parametrize("label", [branch.label for branch in installed_branches()])
    def test_finds_nothing(self, configured: Callable[..., Any], label: str) -> None:
        registry = configured()
        migrations.upgrade(registry)
        with registry.getUtility(IDatabase).engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "include_object": environment._only(label, connection.dialect.name),
                    "compare_server_default": True,
                },
            )
            assert compare_metadata(context, Base.metadata) == []

    def test_sees_one_plugin_only(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        with registry.getUtility(IDatabase).engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={"include_object": environment._only("torrents", connection.dialect.name)},
            )
            differences = compare_metadata(context, Base.metadata)
        tables = {change[1].name for change in differences if change[0] == "add_table"}
        assert "torrents" in tables
        assert not {table for table in tables if "torrent" not in table}


class TestGuard:
    def test_refuses_an_empty_database(self, configured: Callable[..., Any]) -> None:
        with pytest.raises(SchemaOutOfDate, match=r"pulsar -c YOUR\.ini db upgrade"):
            require_current_schema(configured())

    def test_refuses_an_older_one(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        migrations.upgrade(registry, "core_0001")
        latest_revision = max(
            path.stem[:9] for path in Path(versions.__path__[0]).glob("core_*.py")
        )
        with pytest.raises(SchemaOutOfDate, match=latest_revision):
            require_current_schema(registry)

    def test_accepts_a_current_one(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        migrations.upgrade(registry)
        require_current_schema(registry)


class TestLimits:
    """Migrations that wait too long for a lock, or take too long, fail and change nothing."""

    @pytest.fixture
    def limited(self, configured: Callable[..., Any], backend: Backend) -> Any:
        """A registry whose database has all tables except the tracker's."""
        if backend.name == "embedded":
            pytest.skip("SQLite has one lock, for which its own timeout holds.")
        migrations.upgrade(configured(**{"pulsar.plugins": "torrents"}))
        return configured(
            **{
                "pulsar.plugins": "torrents tracker",
                "pulsar.migration_lock_timeout": "0.2",
                "pulsar.migration_statement_timeout": "0.5",
            }
        )

    def test_lock(self, limited: Any) -> None:
        engine = limited.getUtility(IDatabase).engine
        with engine.begin() as other:
            # Adding a foreign key to users waits for this lock.
            other.execute(text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
            with pytest.raises(CommandError, match=r"0\.2 seconds \(pulsar\.migration_lock_time"):
                migrations.upgrade(limited)
        assert not {name for _, name in schema(limited) if name.startswith("tracker")}
        migrations.upgrade(limited)
        assert migrations.missing_heads(limited) == set()

    def test_statement(self, limited: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        connection_of_migration = limits.limits

        @contextmanager
        def slow(connection: Any, settings: Any) -> Iterator[None]:
            with connection_of_migration(connection, settings):
                connection.execute(text("SELECT pg_sleep(5)"))
                yield

        monkeypatch.setattr(environment, "limits", slow)
        with pytest.raises(CommandError, match=r"more than 0\.5 seconds"):
            migrations.upgrade(limited)

    def test_connections_of_the_site_are_not_limited(self, limited: Any) -> None:
        migrations.upgrade(limited)
        with limited.getUtility(IDatabase).engine.connect() as connection:
            assert connection.scalar(text("SHOW lock_timeout")) == "0"
            assert connection.scalar(text("SHOW statement_timeout")) == "0"


class TestMemberPermissions:
    @staticmethod
    def held(registry: Any) -> set[str]:
        query = select(UserClassPermission.permission).where(
            UserClassPermission.user_class_id == LOWEST_CLASS
        )
        with registry.getUtility(IDatabase).session() as session:
            return set(session.scalars(query))

    def test_class_1_gets_them_with_the_plugin(self, configured: Callable[..., Any]) -> None:
        registry = configured(**{"pulsar.plugins": ""})
        migrations.upgrade(registry)
        assert "users_view" in self.held(registry)
        assert "torrents_view" not in self.held(registry)
        registry = configured(**{"pulsar.plugins": "torrents"})
        migrations.upgrade(registry)
        assert {"torrents_view", "torrents_upload", "torrents_download"} <= self.held(registry)
        assert "torrents_modify" not in self.held(registry)

    def test_what_an_operator_took_away_stays_away(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        migrations.upgrade(registry)
        with registry.getUtility(IDatabase).session(True) as session:
            row = session.get(UserClassPermission, (LOWEST_CLASS, "torrents_upload"))
            session.delete(row)
            session.commit()
        migrations.upgrade(registry)
        assert "torrents_upload" not in self.held(registry)


class TestConstraints:
    def test_foreign_keys_hold_afterwards(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        migrations.upgrade(registry)
        with (
            registry.getUtility(IDatabase).session(True) as session,
            pytest.raises(IntegrityError),
        ):
            session.execute(text("INSERT INTO user_class_permissions VALUES (4711, 'users_view')"))

    def test_names_are_unique_whatever_their_case(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        migrations.upgrade(registry)
        with (
            registry.getUtility(IDatabase).session(True) as session,
            pytest.raises(IntegrityError),
        ):
            session.execute(
                text("INSERT INTO user_classes (id, name, rank) VALUES (9, 'STAFF', 1)")
            )

    def test_the_site_log_only_grows(self, configured: Callable[..., Any]) -> None:
        registry = configured()
        migrations.upgrade(registry)
        insert = text(
            "INSERT INTO site_log (created, action, target_type, summary) "
            "VALUES ('2026-01-01', 'a', 'b', 'c')"
        )
        for statement in ("UPDATE site_log SET action = 'x'", "DELETE FROM site_log"):
            with registry.getUtility(IDatabase).session(True) as session:
                session.execute(insert)
                with pytest.raises(Exception, match="only grows"):
                    session.execute(text(statement))


class TestPlainAlembic:
    """``alembic -c alembic.ini`` does the same work as ``pulsar db``, or fails with the reason."""

    @staticmethod
    def run(folder: Path, ini: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        plain = (ROOT / "alembic.ini").read_text().replace("%(here)s", str(ROOT))
        site = (ROOT / "development.ini").read_text()
        (folder / "site.ini").write_text(site.replace("%(here)s", str(folder)) + ini)
        (folder / "alembic.ini").write_text(
            plain.replace(str(ROOT / "development.ini"), str(folder / "site.ini"))
        )
        (folder / "var").mkdir(exist_ok=True)
        return subprocess.run(
            [sys.executable, "-m", "alembic", "-c", str(folder / "alembic.ini"), *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            check=False,
        )

    def test_the_same_work(self, tmp_path: Path, pulsar_settings: dict[str, Any]) -> None:
        done = self.run(tmp_path, "", "upgrade", "heads")
        assert done.returncode == 0, done.stderr
        config = make_configurator({**pulsar_settings, "pulsar.var": str(tmp_path / "var")})
        config.commit()
        require_current_schema(config.registry)
        assert "torrents_view" in TestMemberPermissions.held(config.registry)
        config.registry.getUtility(IDatabase).engine.dispose()

    def test_a_missing_location_fails_loudly(self, tmp_path: Path) -> None:
        plain = ROOT / "alembic.ini"
        lines = [line for line in plain.read_text().splitlines() if "pulsar-tracker" not in line]
        (tmp_path / "alembic.ini").write_text("\n".join(lines).replace("%(here)s", str(ROOT)))
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "alembic",
                "-c",
                str(tmp_path / "alembic.ini"),
                "upgrade",
                "heads",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "tracker.versions" in done.stdout + done.stderr
        assert "db upgrade" in done.stdout + done.stderr

    def test_a_disabled_plugin_fails_loudly(self, tmp_path: Path) -> None:
        site = (ROOT / "development.ini").read_text()
        assert "torrents tracker" in site
        done = self.run(tmp_path, "", "current")
        assert done.returncode == 0, done.stderr
        text_ = (tmp_path / "site.ini").read_text()
        (tmp_path / "site.ini").write_text(text_.replace("torrents tracker", "torrents"))
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "alembic",
                "-c",
                str(tmp_path / "alembic.ini"),
                "upgrade",
                "heads",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "tracker" in done.stdout + done.stderr

    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        """The ini file of a site in an otherwise empty folder."""
        ini = (ROOT / "development.ini").read_text().replace("%(here)s/var", str(tmp_path))
        file = tmp_path / "site.ini"
        file.write_text(ini)
        return file

    @staticmethod
    def alembic(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "alembic", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            check=False,
        )

    @pytest.mark.parametrize("where", ["checkout", "folder"])
    def test_x_names_the_site(
        self, site: Path, where: str, pulsar_settings: dict[str, Any]
    ) -> None:
        if where == "checkout":
            folder, words = ROOT, ["-x", f"ini={site}"]
        else:
            folder, words = site.parent, ["-c", str(ROOT / "alembic.ini"), "-x", "ini=site.ini"]
        for command in (["upgrade", "heads"], ["current"]):
            ended = self.alembic(folder, *words, *command)
            assert ended.returncode == 0, ended.stderr
        config = make_configurator({**pulsar_settings, "pulsar.var": str(site.parent)})
        config.commit()
        require_current_schema(config.registry)
        database = config.registry.getUtility(IDatabase)
        with database.session() as session:
            applied = set(session.scalars(text("SELECT version_num FROM alembic_version")))
        database.engine.dispose()
        assert {line.split()[0] for line in ended.stdout.splitlines()} == applied

    def test_x_names_no_file(self, tmp_path: Path) -> None:
        ended = self.alembic(ROOT, "-x", f"ini={tmp_path}/none.ini", "current")
        assert ended.returncode != 0
        assert "Traceback" not in ended.stderr
        assert f"{tmp_path}/none.ini" in ended.stdout + ended.stderr

    @pytest.mark.parametrize("name", ["development.ini", "production.ini"])
    @pytest.mark.parametrize("command", ["upgrade heads", "current"])
    def test_the_ini_of_a_site_says_what_to_use(self, name: str, command: str) -> None:
        ended = self.alembic(ROOT, "-c", name, *command.split())
        assert ended.returncode != 0
        assert "Traceback" not in ended.stderr
        said = ended.stdout + ended.stderr
        assert f"pulsar -c {name} db upgrade" in said
        assert f"alembic -x ini={name} upgrade heads" in said


def test_an_unknown_revision_is_a_sentence(configured: Callable[..., Any]) -> None:
    with pytest.raises(CommandError, match="nonsense"):
        migrations.upgrade(configured(), "nonsense")
