"""Running migrations: the alembic configuration in code, and what ``pulsar db`` does with it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ..interfaces import IDatabase
from .events import SchemaUpgraded
from .locations import enabled_branches, folder, installed_branches
from .registry import Migrations


def make_config(
    registry: Any, branches: Iterable[Migrations] | None = None, **options: Any
) -> Config:
    """An alembic Config for the application's database and the branches, all that are installed.

    ``version_locations`` must be known before alembic reads its scripts; setting it in ``env.py``
    would be too late.
    """
    config = Config(**options)
    config.set_main_option("script_location", str(resources.files("pulsar.db") / "alembic"))
    config.set_main_option("path_separator", "newline")
    if branches is None:
        branches = installed_branches()
    config.set_main_option(
        "version_locations", "\n".join(str(folder(branch)) for branch in branches)
    )
    config.attributes["registry"] = registry
    return config


def targets(registry: Any) -> list[str]:
    """The heads that an up-to-date database has: those of the enabled branches."""
    return [f"{branch.label}@head" for branch in enabled_branches(registry)]


def upgrade(registry: Any, revision: str | None = None, **options: Any) -> None:
    """Bring the database up to date, or to the revision.

    Foreign keys would let SQLite's batch mode delete children, so ``env.py`` turns them off.
    """
    config = make_config(registry, **options)
    for target in [revision] if revision else targets(registry):
        command.upgrade(config, target)
    registry.notify(SchemaUpgraded(registry))


def downgrade(registry: Any, revision: str, **options: Any) -> None:
    """Take the database back to the revision; ``base`` empties it."""
    command.downgrade(make_config(registry, **options), revision)


def missing_heads(registry: Any) -> set[str]:
    """The head revisions of enabled branches that the database does not have."""
    script = ScriptDirectory.from_config(make_config(registry))
    known = _applied(registry, script)
    wanted = {
        head.revision
        for target in targets(registry)
        for head in script.get_revisions(target)
        if head is not None
    }
    return wanted - known


def present_branches(registry: Any) -> list[Migrations]:
    """The installed branches of which the database has something, whether enabled or not."""
    script = ScriptDirectory.from_config(make_config(registry))
    labels = {
        label
        for revision in _applied(registry, script)
        for found in script.get_revisions(revision)
        if found is not None
        for label in found.branch_labels
    }
    return [branch for branch in installed_branches() if branch.label in labels]


def _applied(registry: Any, script: ScriptDirectory) -> set[str]:
    """All revisions that the database has."""
    with registry.getUtility(IDatabase).session() as session:
        heads = MigrationContext.configure(session.connection()).get_current_heads()
    return {revision for head in heads for revision in _ancestors(script, head)}


def _ancestors(script: ScriptDirectory, revision: str) -> set[str]:
    """The revision and everything it stands on, across branches."""
    return {found.revision for found in script.iterate_revisions(revision, "base")} | {revision}
