"""Let several articles have the same alias, in the order in which they got it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wiki_0002"
down_revision = "wiki_0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _set_aside()
    op.create_table(
        "wiki_aliases",
        sa.Column("id", KEY, nullable=False),
        sa.Column("alias", sa.String(length=128), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        _article(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiki_aliases")),
        sa.UniqueConstraint("alias", "article_id", name=op.f("uq_wiki_aliases_alias_article_id")),
    )
    _bring_back("SELECT alias, article_id FROM wiki_aliases_aside ORDER BY article_id, alias")


def downgrade() -> None:
    """Keep each alias only for the article that has had it longest."""
    _set_aside()
    op.create_table(
        "wiki_aliases",
        sa.Column("alias", sa.String(length=128), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        _article(),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_wiki_aliases")),
    )
    _bring_back(
        "SELECT alias, article_id FROM wiki_aliases_aside WHERE id IN "
        "(SELECT min(id) FROM wiki_aliases_aside GROUP BY alias)"
    )


def _set_aside() -> None:
    """Copy the rows and drop the table, because SQLite cannot change a primary key."""
    op.execute("CREATE TABLE wiki_aliases_aside AS SELECT * FROM wiki_aliases")
    op.drop_table("wiki_aliases")


def _bring_back(rows: str) -> None:
    op.create_index(op.f("ix_wiki_aliases_article_id"), "wiki_aliases", ["article_id"])
    op.execute(f"INSERT INTO wiki_aliases (alias, article_id) {rows}")
    op.drop_table("wiki_aliases_aside")


def _article() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["article_id"],
        ["wiki_articles.id"],
        name=op.f("fk_wiki_aliases_article_id"),
        ondelete="CASCADE",
    )
