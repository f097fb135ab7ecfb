"""The changes of members and torrents that the tracker follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "tracker_0003"
down_revision = "tracker_0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # The triggers that fill the table are created after each upgrade, see tracker.directory.
    op.create_table(
        "tracker_changes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracker_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tracker_changes_created"), "tracker_changes", ["created"])
    op.create_index(op.f("ix_tracker_changes_xid"), "tracker_changes", ["xid"])


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT proname FROM pg_proc WHERE starts_with(proname, 'tracker_changes_') "
            "AND pg_function_is_visible(oid)"
        )
        for name in connection.scalars(sa.text(query)).all():
            # With the triggers that call it.
            op.execute(f"DROP FUNCTION {name}() CASCADE")
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE :pattern"
        pattern = {"pattern": "tracker_changes_%"}
        for name in connection.scalars(sa.text(query), pattern).all():
            op.execute(f"DROP TRIGGER {name}")
    op.drop_index(op.f("ix_tracker_changes_xid"), "tracker_changes")
    op.drop_index(op.f("ix_tracker_changes_created"), "tracker_changes")
    op.drop_table("tracker_changes")
