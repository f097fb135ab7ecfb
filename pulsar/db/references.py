"""Foreign keys of new columns in the form that SQLite accepts: as a part of the column."""

from __future__ import annotations

from alembic.autogenerate import render, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Column


class AddReferenceOp(ops.AddColumnOp):
    """A new column with its foreign key."""

    def __init__(
        self, table_name: str, column: Column[object], key: ops.CreateForeignKeyOp
    ) -> None:
        super().__init__(table_name, column)
        self.key = key


@renderers.dispatch_for(AddReferenceOp)
def _render_reference(context: AutogenContext, op: AddReferenceOp) -> str:
    # The renderer of columns omits their foreign keys.
    column = render._render_column(op.column, context)
    opening = f"sa.Column({op.column.name!r}, {render._repr_type(op.column.type, context)}"
    options = "".join(
        f", {name}={op.key.kw[name]!r}"
        for name in ("onupdate", "ondelete", "initially", "deferrable")
        if op.key.kw.get(name) is not None
    )
    target = f"{op.key.referent_table}.{op.key.remote_cols[0]}"
    key = f"sa.ForeignKey({target!r}{options})"
    text = f"{opening}, {key}{column.removeprefix(opening)}"
    return f"op.add_column({op.table_name!r}, {text}, inline_references=True)"


def fold_references(container: ops.OpContainer) -> None:
    """Write a new column and its foreign key as one operation, and drop both with the column.

    SQLite neither adds nor drops a constraint of an existing table.
    """
    for table in container.ops:
        if isinstance(table, ops.ModifyTableOps):
            table.ops = _folded(table.ops)


def _folded(operations: list[ops.MigrateOperation]) -> list[ops.MigrateOperation]:
    added = {op.column.name for op in operations if isinstance(op, ops.AddColumnOp)}
    dropped = {op.column_name for op in operations if isinstance(op, ops.DropColumnOp)}
    keys = [op for op in operations if isinstance(op, ops.CreateForeignKeyOp)]
    columns = [op.local_cols[0] for op in keys if len(op.local_cols) == 1]
    # A column with several keys is left unchanged.
    single = {
        op.local_cols[0]: op
        for op in keys
        if len(op.local_cols) == 1 and columns.count(op.local_cols[0]) == 1
    }
    same = _same_keys(operations)
    folded: list[ops.MigrateOperation] = []
    for op in operations:
        if op in same:
            continue
        if isinstance(op, ops.AddColumnOp) and op.column.name in single:
            folded.append(AddReferenceOp(op.table_name, op.column, single[op.column.name]))
            continue
        if isinstance(op, ops.CreateForeignKeyOp) and set(op.local_cols) <= added & single.keys():
            continue
        key = _dropped_key(op)
        if key is not None and len(key.local_cols) == 1 and key.local_cols[0] in dropped:
            continue
        folded.append(op)
    return folded


def _same_keys(operations: list[ops.MigrateOperation]) -> list[ops.MigrateOperation]:
    """Pairs of operations that drop a key and create the same one, if one of them has no name.

    SQLAlchemy does not read ``ON DELETE`` of SQLite's keys that are a part of their column, so
    these seem to differ from those of the models.
    """
    pairs: list[ops.MigrateOperation] = []
    created = [op for op in operations if isinstance(op, ops.CreateForeignKeyOp)]
    for op in operations:
        key = _dropped_key(op)
        if key is None:
            continue
        for other in created:
            nameless = None in (getattr(op, "constraint_name", ""), other.constraint_name)
            if nameless and _ends(other) == _ends(key):
                pairs += [op, other]
    return pairs


def _ends(key: ops.CreateForeignKeyOp) -> tuple[list[str], str, list[str]]:
    return key.local_cols, key.referent_table, key.remote_cols


def _dropped_key(op: ops.MigrateOperation) -> ops.CreateForeignKeyOp | None:
    """The foreign key that the operation drops, if it is one."""
    if not isinstance(op, ops.DropConstraintOp) or op.constraint_type != "foreignkey":
        return None
    if op._reverse is None:
        return None
    key = op.reverse()
    return key if isinstance(key, ops.CreateForeignKeyOp) else None
