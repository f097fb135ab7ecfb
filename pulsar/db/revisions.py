"""Completes a new revision file: its name, its dependencies, and warnings about losses."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.script import ScriptDirectory
from alembic.util import CommandError, to_tuple
from sqlalchemy import Column, Connection, inspect

from ..plugins import enabled
from ..registry import Registry
from .base import Base
from .locations import folder, installed_branches
from .references import fold_references

_GUIDE = 'docs/guide/plugin.md, "Migrations"'
#: The width of a line inside a function, without its indentation and "# ".
_WIDTH = 94
#: The changes that SQLite makes to an existing table without copying it.
_IN_PLACE = (ops.AddColumnOp, ops.DropColumnOp, ops.CreateIndexOp, ops.DropIndexOp)


class CommentOp(ops.MigrateOperation):
    """A comment in a revision file."""

    def __init__(self, text: str) -> None:
        self.text = text

    def reverse(self) -> CommentOp:
        return self

    def to_diff_tuple(self) -> tuple[str, str]:
        """The operation as alembic names it."""
        return ("comment", self.text)


@renderers.dispatch_for(CommentOp)
def _render_comment(context: AutogenContext, op: CommentOp) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(op.text, _WIDTH)]


def complete(
    registry: Registry,
    scripts: ScriptDirectory,
    connection: Connection,
    directives: list[ops.MigrationScript],
) -> None:
    """Name the revision, write its ``depends_on``, and warn about data that it loses.

    ``scripts`` has the revisions of all installed branches. The warnings are written to standard
    error and, as comments, into the file.
    """
    for script in directives:
        label = _label(scripts, script)
        if label is not None:
            script.rev_id = _next_revision(label)
            script.depends_on = _dependencies(registry, scripts, script, label) or None
        script.message = _docstring(script.message or "")
        upgrade_ops, downgrade_ops = script.upgrade_ops, script.downgrade_ops
        if upgrade_ops is None or downgrade_ops is None:
            continue
        fold_references(upgrade_ops)
        fold_references(downgrade_ops)
        warnings = [
            *_renamed_columns(upgrade_ops),
            *_renamed_tables(upgrade_ops, connection),
            *_not_in_place(upgrade_ops),
        ]
        for warning in warnings:
            print(f"WARNING: {warning}", file=sys.stderr)
        upgrade_ops.ops[:0] = [CommentOp(warning) for warning in warnings]


def branch_label(revision: str | None) -> str | None:
    """The branch in ``torrents@head``."""
    label, at, _ = (revision or "").partition("@")
    return label if at else None


def _label(scripts: ScriptDirectory, script: ops.MigrationScript) -> str | None:
    """The branch that the revision belongs to."""
    labels = to_tuple(script.branch_label, default=())
    if labels:
        return str(labels[0])
    label = branch_label(str(script.head))
    labels_of_plugins = {branch.label for branch in installed_branches()}
    if label in labels_of_plugins:
        return label
    if script.head in (None, "head", "heads", "base"):
        return None
    revision = scripts.get_revision(str(script.head))
    return next(iter(revision.branch_labels & labels_of_plugins), None) if revision else None


def _next_revision(label: str) -> str:
    """``torrents_0002`` if the last revision of the branch is ``torrents_0001``."""
    prefix = "core" if label == "pulsar" else label
    [branch] = [branch for branch in installed_branches() if branch.label == label]
    numbers = [
        int(match[1])
        for file in folder(branch).glob("*.py")
        if (match := re.match(rf"{prefix}_([0-9]+)", file.stem))
    ]
    return f"{prefix}_{max(numbers, default=0) + 1:04}"


def _dependencies(
    registry: Registry, scripts: ScriptDirectory, script: ops.MigrationScript, label: str
) -> tuple[str, ...]:
    """The newest revisions of the core and of the plugin's requirements that it does not have yet.

    Raises CommandError if the plugin is not enabled, since its requirements are then unknown.
    """
    declared = to_tuple(script.depends_on, default=())
    if label == "pulsar":
        return declared
    plugins = enabled(registry)
    if label not in plugins:
        raise CommandError(f"{label} is not enabled. Add it to pulsar.plugins in the ini file.")
    branches = {branch.label for branch in installed_branches()}
    required = [name for name in ("pulsar", *plugins[label].requires) if name in branches]
    present = {
        revision.revision
        for own in scripts.get_revisions(f"{label}@head" if script.branch_label is None else ())
        if own is not None
        for revision in scripts.iterate_revisions(own.revision, "base")
    }
    heads = [
        branch_head.revision
        for name in required
        for branch_head in scripts.get_revisions(f"{name}@head")
        if branch_head is not None and branch_head.revision not in present
    ]
    return (*declared, *(branch_head for branch_head in heads if branch_head not in declared))


def _docstring(message: str) -> str:
    """A message as the first lines of a module: a sentence, wrapped, without quotes that end it."""
    text = message.strip().replace("\\", "/").replace('"', "'")
    if text and text[-1] not in ".!?":
        text += "."
    return "\n".join(textwrap.wrap(text, _WIDTH))


def _renamed_columns(container: ops.OpContainer) -> Iterator[str]:
    """Warnings about tables that lose columns and gain others."""
    for table in _tables(container.ops):
        dropped = [op.column_name for op in table.ops if isinstance(op, ops.DropColumnOp)]
        added = [op.column.name for op in table.ops if isinstance(op, ops.AddColumnOp)]
        if dropped and added:
            yield (
                f"The table {table.table_name} loses {', '.join(dropped)} and gets "
                f"{', '.join(added)}. What the dropped columns hold is lost. If a column is "
                f'renamed, write op.alter_column("{table.table_name}", "{dropped[0]}", '
                f'new_column_name="{added[0]}") instead; see {_GUIDE}.'
            )


def _renamed_tables(container: ops.OpContainer, connection: Connection) -> Iterator[str]:
    """Warnings about new tables that resemble a table without a model in the database.

    Autogenerate drops no tables, since those of disabled plugins have no model either.
    """
    created = [op for op in container.ops if isinstance(op, ops.CreateTableOp)]
    if not created:
        return
    inspector = inspect(connection)
    orphans = {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
        if name not in Base.metadata.tables
    }
    for op in created:
        columns = {column.name for column in op.columns if isinstance(column, Column)}
        for name, others in orphans.items():
            if 2 * len(columns & others) >= len(columns | others):
                yield (
                    f"The table {op.table_name} is created, and {name}, which has no model, stays "
                    "with what it holds. If the table is renamed, write "
                    f'op.rename_table("{name}", "{op.table_name}") instead; see {_GUIDE}.'
                )


def _not_in_place(container: ops.OpContainer) -> Iterator[str]:
    """Warnings about changes that SQLite makes only by copying a table."""
    for table in _tables(container.ops):
        if not all(isinstance(op, _IN_PLACE) for op in table.ops):
            yield (
                f"SQLite cannot alter columns and constraints of the table {table.table_name}, and "
                "batch mode, which copies the table, loses indexes on expressions and triggers. "
                f"Write it so that it runs on both databases; see {_GUIDE}."
            )


def _tables(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.ModifyTableOps]:
    """The changes to existing tables."""
    operations = list(operations)
    created = {op.table_name for op in operations if isinstance(op, ops.CreateTableOp)}
    for op in operations:
        if isinstance(op, ops.ModifyTableOps) and op.table_name not in created:
            yield op
