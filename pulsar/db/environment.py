"""The work of alembic's ``env.py``: connect, separate plugins' tables, guard SQLite's keys."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationInfo
from alembic.script import Script
from alembic.util import CommandError
from pyramid.paster import get_appsettings
from sqlalchemy import JSON, Connection

from ..config import Configurator
from ..interfaces import IDatabase
from ..mistakes import explain
from ..registry import Registry
from . import migrations
from .base import Base
from .events import SchemaUpgraded
from .limits import limits
from .locations import enabled_branches, folder, installed_branches
from .losses import Rehearsal
from .registry import Applied
from .revisions import branch_label, complete
from .types import UTCDateTime

MakeConfigurator = Callable[[dict[str, Any]], Configurator]


def run(context: Any, make_configurator: MakeConfigurator) -> None:
    """Run the command's migrations on the application's database.

    ``make_configurator`` configures the site from the settings of an ini file, for plain alembic.
    """
    registry = context.config.attributes.get("registry")
    direct = registry is None
    if direct:
        registry = _registry_of_ini(context, make_configurator)
        _require_same_work(context, registry)
        # Revisions may need the settings.
        context.config.attributes["registry"] = registry
    engine = registry.getUtility(IDatabase).engine
    attributes = context.config.attributes
    rehearsal: Rehearsal | None = attributes.get("rehearsal")
    with (
        engine.connect() as connection,
        limits(connection, registry.settings),
        _keys_off(connection),
    ):
        # Alembic does not commit a transaction that was begun before.
        transaction = connection.begin() if rehearsal is not None else None
        if rehearsal is not None:
            rehearsal.begin(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=_only(_plugin(context), connection.dialect.name),
            render_item=_render,
            compare_server_default=True,
            transaction_per_migration=False,
            on_version_apply=partial(_note, attributes.setdefault("applied", [])),
            process_revision_directives=lambda _, __, directives: complete(
                registry, migrations.scripts(registry), connection, directives
            ),
        )
        with context.begin_transaction(), warnings.catch_warnings():
            # SQLite's indexes on expressions: they are neither compared nor dropped.
            warnings.filterwarnings("ignore", "Skipped unsupported reflection")
            warnings.filterwarnings("ignore", "autogenerate skipping")
            context.run_migrations()
        if rehearsal is not None and transaction is not None:
            rehearsal.finish(connection)
            transaction.rollback()
    if direct:
        registry.notify(SchemaUpgraded(registry))


def _plugin(context: Any) -> str | None:
    """The package whose tables autogenerate compares, or None for all packages."""
    package: str | None = context.config.attributes.get("plugin")
    if package is None:
        # alembic revision --head NAME@head
        label = branch_label(getattr(context.config.cmd_opts, "head", None))
        packages = {branch.label: branch.package_root for branch in installed_branches()}
        package = packages.get(label or "")
    return package


def _note(applied: list[Applied], *, step: MigrationInfo, **_: Any) -> None:
    """Record a revision that was applied or reverted."""
    script = step.up_revision
    if isinstance(script, Script):
        applied.append(Applied(script.revision, script.doc))


@contextmanager
def _keys_off(connection: Connection) -> Iterator[None]:
    """On SQLite, disable foreign keys while tables are copied, and check them afterwards."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # Directly on the driver's connection, since the pragma has no effect inside of a transaction.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise CommandError(f"Rows without their parent after migrating: {broken[:10]}")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _only(plugin: str | None, dialect: str) -> Any:
    """Limit autogenerate to one plugin's tables, or it would drop those of disabled plugins.

    An index with a dialect in its ``info`` is compared on that database only. SQLite does not
    report the ON DELETE of a foreign key that was added with its column, whose ``info`` says
    ``added``.
    """

    def include(item: Any, name: str, kind: str, reflected: bool, compare_to: Any) -> bool:
        if item.info.get("dialect", dialect) != dialect:
            return False
        table = item if kind == "table" else getattr(item, "table", None)
        if kind == "foreign_key_constraint" and dialect == "sqlite" and table is not None:
            declared = Base.metadata.tables.get(table.name)
            names = item.column_keys
            if declared is not None and any(
                declared.c[column].info.get("added") for column in names if column in declared.c
            ):
                return False
        owner = getattr(table, "info", {}).get("plugin")
        if reflected and owner is None and table is not None:
            model_table = Base.metadata.tables.get(table.name)
            owner = model_table.info.get("plugin") if model_table is not None else None
        return owner is not None and (plugin is None or owner == plugin)

    return include


def _render(kind: str, item: Any, autogen_context: Any) -> Any:
    """Render the column type in the database instead of our Python class."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _registry_of_ini(context: Any, make_configurator: MakeConfigurator) -> Any:
    """The registry of the application of ``-x ini=FILE``, or of the file that alembic.ini names."""
    config = context.config
    if not config.get_main_option("version_locations"):
        # The section [alembic] of a site's ini file cannot list the folders of all plugins.
        file = config.config_file_name
        raise CommandError(
            f"{file} does not say where migrations are. Use: pulsar -c {file} db upgrade, or, in a "
            f"checkout: alembic -x ini={file} upgrade heads"
        )
    arguments = context.get_x_argument(as_dictionary=True)
    uri = arguments.get("ini") or config.get_main_option("pulsar.ini")
    if not uri:
        raise CommandError("Name the site's ini file: alembic -x ini=FILE …")
    try:
        configurator = make_configurator(get_appsettings(uri))
        configurator.commit()
    except Exception as error:
        sentence = explain(error, uri)
        if sentence is None:
            raise
        raise CommandError(sentence) from error
    return configurator.registry


def _require_same_work(context: Any, registry: Registry) -> None:
    """Raise an error if plain alembic would do other work than ``pulsar db``."""
    listed = {Path(path) for path in context.script._version_locations}
    for branch in installed_branches():
        if folder(branch).absolute() not in listed:
            raise CommandError(
                f"version_locations of alembic.ini lacks {branch.package}. "
                "Add its folder, or use: pulsar -c YOUR.ini db upgrade"
            )
    enabled = {branch.label for branch in enabled_branches(registry)}
    disabled = {branch.label for branch in installed_branches()} - enabled
    if disabled and context.get_head_revisions():
        raise CommandError(
            f"Installed but not enabled: {', '.join(sorted(disabled))}; alembic would migrate "
            "them too. Use: pulsar -c YOUR.ini db upgrade"
        )
