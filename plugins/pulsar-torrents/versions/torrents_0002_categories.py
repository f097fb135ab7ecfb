"""Categories that staff define, starting with those of existing torrents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "torrents_0002"
down_revision = "torrents_0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OTHER = 8000


def upgrade() -> None:
    categories = op.create_table(
        "torrent_categories",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("torznab", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_torrent_categories")),
        sa.UniqueConstraint("name", name=op.f("uq_torrent_categories_name")),
    )
    groups = sa.table("torrent_groups", sa.column("category", sa.String))
    names = op.get_bind().scalars(sa.select(groups.c.category).distinct())
    op.bulk_insert(
        categories,
        [
            {"name": name, "title": name.capitalize(), "torznab": _OTHER, "position": 0}
            for name in sorted({"other", *names})
        ],
    )


def downgrade() -> None:
    op.drop_table("torrent_categories")
