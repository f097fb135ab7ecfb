"""Running migrations: the alembic configuration in code, and the work of ``pulsar db``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from importlib.util import find_spec
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from pyramid.exceptions import ConfigurationError
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from ..interfaces import IDatabase, IMigrations
from ..mistakes import explain_database
from ..registry import Registry
from .events import SchemaUpgraded
from .locations import enabled_branches, folder, installed_branches
from .losses import Rehearsal
from .registry import Applied


class DatabaseUnusable(ConfigurationError):
    """The database cannot be read, or is not one of this version."""


def make_config(
    registry: Registry, branches: Iterable[IMigrations] | None = None, **options: Any
) -> Config:
    """An alembic Config for the application's database and the branches, by default all installed.

    ``version_locations`` must be set before alembic reads its scripts; ``env.py`` would set it too
    late.
    """
    config = Config(**options)
    config.set_main_option("script_location", str(resources.files("pulsar.db") / "alembic"))
    config.set_main_option("path_separator", "newline")
    if branches is None:
        branches = installed_branches()
    config.set_main_option(
        "version_locations", "\n".join(str(folder(branch)) for branch in branches)
    )
    # env.py, which runs for every new revision, names new files like the others.
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("revision_environment", "true")
    if find_spec("ruff") is not None:
        _format_with_ruff(config)
    config.attributes["registry"] = registry
    return config


def _format_with_ruff(config: Config) -> None:
    """Format new revision files with ruff, if it is installed, in the style of a checkout."""
    commands = {
        "imports": "check --quiet --fix --select I,F401 REVISION_SCRIPT_FILENAME",
        "format": "format --quiet --line-length 100 REVISION_SCRIPT_FILENAME",
    }
    config.set_section_option("post_write_hooks", "hooks", ", ".join(commands))
    for name, options in commands.items():
        config.set_section_option("post_write_hooks", f"{name}.type", "module")
        config.set_section_option("post_write_hooks", f"{name}.module", "ruff")
        config.set_section_option("post_write_hooks", f"{name}.options", options)


def targets(registry: Registry) -> list[str]:
    """The heads that an up-to-date database has: those of the enabled branches."""
    return [f"{branch.label}@head" for branch in enabled_branches(registry)]


def scripts(registry: Registry) -> ScriptDirectory:
    """The revisions of all installed branches."""
    return ScriptDirectory.from_config(make_config(registry))


def upgrade(registry: Registry, revision: str | None = None, **options: Any) -> list[Applied]:
    """Upgrade the database to the newest revisions or to the given one; return the applied ones.

    Foreign keys would make SQLite's batch mode delete children, so ``env.py`` turns them off.
    """
    config = make_config(registry, **options)
    for target in [revision] if revision else targets(registry):
        command.upgrade(config, target)
    registry.notify(SchemaUpgraded(registry))
    return _applied_by(config)


def downgrade(registry: Registry, revision: str, **options: Any) -> list[Applied]:
    """Downgrade the database; return the reverted revisions. ``base`` empties it."""
    config = make_config(registry, **options)
    command.downgrade(config, revision)
    return _applied_by(config)


def rehearse_downgrade(registry: Registry, revision: str) -> tuple[list[Applied], list[str]]:
    """The revisions that :func:`downgrade` would revert, and the data that would be lost.

    The downgrade is run and rolled back, so the result is right for every migration. On PostgreSQL
    this locks the tables for the duration.
    """
    config = make_config(registry)
    rehearsal = config.attributes["rehearsal"] = Rehearsal()
    command.downgrade(config, revision)
    return _applied_by(config), rehearsal.losses


def _applied_by(config: Config) -> list[Applied]:
    """The revisions that the commands with this configuration applied or reverted."""
    applied: list[Applied] = config.attributes.get("applied", [])
    return applied


def missing_heads(registry: Registry) -> set[str]:
    """The head revisions of enabled branches that the database does not have."""
    script = scripts(registry)
    applied = _applied(registry, script)
    expected = {
        script_revision.revision
        for target in targets(registry)
        for script_revision in script.get_revisions(target)
        if script_revision is not None
    }
    return expected - applied


def present_branches(registry: Registry) -> list[IMigrations]:
    """The installed branches with revisions in the database, whether enabled or not."""
    script = scripts(registry)
    labels = {
        label
        for revision in _applied(registry, script)
        for script_revision in script.get_revisions(revision)
        if script_revision is not None
        for label in script_revision.branch_labels
    }
    return [branch for branch in installed_branches() if branch.label in labels]


def _applied(registry: Registry, script: ScriptDirectory) -> set[str]:
    """All revisions that the database has."""
    url = registry.settings.get("sqlalchemy.url", "")
    try:
        with registry.getUtility(IDatabase).session() as session:
            heads = MigrationContext.configure(session.connection()).get_current_heads()
    except DBAPIError as error:
        place = make_url(url).render_as_string(hide_password=True) if url else ""
        sentence = explain_database(error, place)
        if sentence is None:
            raise
        raise DatabaseUnusable(sentence) from error
    try:
        return {
            revision for revision_head in heads for revision in _ancestors(script, revision_head)
        }
    except (CommandError, RevisionError) as error:
        raise DatabaseUnusable(
            f"The database has the revisions {', '.join(sorted(heads))}, one of which no installed "
            "plugin knows: it was migrated by newer code, or with a plugin that is not installed. "
            "Install the version that migrated it, or restore a backup of before."
        ) from error


def _ancestors(script: ScriptDirectory, revision: str) -> set[str]:
    """The revision and all its dependencies, across branches."""
    return {ancestor.revision for ancestor in script.iterate_revisions(revision, "base")} | {
        revision
    }
