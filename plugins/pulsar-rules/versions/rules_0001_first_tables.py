"""Sections that staff have changed, and their revisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "rules_0001"
down_revision = None
branch_labels = ("rules",)
depends_on = ("core_0001",)

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "rules_sections",
        sa.Column("id", KEY, nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_sections")),
        sa.UniqueConstraint("section", name=op.f("uq_rules_sections_section")),
    )
    op.create_table(
        "rules_revisions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("section_id", KEY, nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("summary", sa.String(length=255), nullable=False),
        sa.Column("editor_id", KEY, nullable=True),
        sa.Column("time", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["editor_id"],
            ["users.id"],
            name=op.f("fk_rules_revisions_editor_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["rules_sections.id"],
            name=op.f("fk_rules_revisions_section_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_revisions")),
        sa.UniqueConstraint(
            "section_id",
            "language",
            "number",
            name=op.f("uq_rules_revisions_section_id_language_number"),
        ),
    )
    with op.batch_alter_table("rules_revisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rules_revisions_editor_id"), ["editor_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("rules_revisions")
    op.drop_table("rules_sections")
