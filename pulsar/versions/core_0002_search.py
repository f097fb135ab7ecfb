"""The table of searchable documents, with the full-text index of the database in use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "body", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_documents"),
    )
    op.create_index(
        "uq_search_documents_kind_ref_id", "search_documents", ["kind", "ref_id"], unique=True
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            "ix_search_documents_body", "search_documents", ["body"], postgresql_using="gin"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "body, content='search_documents', content_rowid='id', tokenize='unicode61')"
    )
    remove = (
        "INSERT INTO search_index(search_index, rowid, body) VALUES ('delete', old.id, old.body)"
    )
    add = "INSERT INTO search_index(rowid, body) VALUES (new.id, new.body)"
    for event, statements in (
        ("INSERT", (add,)),
        ("DELETE", (remove,)),
        ("UPDATE", (remove, add)),
    ):
        op.execute(
            f"CREATE TRIGGER search_documents_{event.lower()} AFTER {event} ON search_documents "
            f"BEGIN {'; '.join(statements)}; END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_documents")
