"""Languages, articles, their texts and revisions, aliases, links, watches and the landing page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "wiki_0001"
down_revision = None
branch_labels = ("wiki",)
depends_on = ("core_0002",)

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TITLE = "Welcome"
CONTENTS = "This is the first page of the wiki. Edit it to say what there is to find here."


def upgrade() -> None:
    op.create_table(
        "wiki_languages",
        sa.Column("id", KEY, nullable=False),
        sa.Column("language", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiki_languages")),
    )
    op.create_table(
        "wiki_articles",
        sa.Column("id", KEY, nullable=False),
        sa.Column("language_id", KEY, nullable=False),
        sa.Column("read_class_id", KEY, nullable=True),
        sa.Column("read_restricted", sa.Boolean(), nullable=False),
        sa.Column("edit_class_id", KEY, nullable=True),
        sa.Column("edit_restricted", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["edit_class_id"],
            ["user_classes.id"],
            name=op.f("fk_wiki_articles_edit_class_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["language_id"],
            ["wiki_languages.id"],
            name=op.f("fk_wiki_articles_language_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["read_class_id"],
            ["user_classes.id"],
            name=op.f("fk_wiki_articles_read_class_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiki_articles")),
    )
    with op.batch_alter_table("wiki_articles", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wiki_articles_edit_class_id"), ["edit_class_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_wiki_articles_language_id"), ["language_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_wiki_articles_read_class_id"), ["read_class_id"], unique=False
        )

    op.create_table(
        "wiki_aliases",
        sa.Column("alias", sa.String(length=128), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["wiki_articles.id"],
            name=op.f("fk_wiki_aliases_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_wiki_aliases")),
    )
    with op.batch_alter_table("wiki_aliases", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wiki_aliases_article_id"), ["article_id"], unique=False
        )

    op.create_table(
        "wiki_translations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("language_id", KEY, nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("edited", sa.DateTime(timezone=True), nullable=False),
        sa.Column("editor_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["wiki_articles.id"],
            name=op.f("fk_wiki_translations_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"],
            ["users.id"],
            name=op.f("fk_wiki_translations_editor_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["language_id"],
            ["wiki_languages.id"],
            name=op.f("fk_wiki_translations_language_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiki_translations")),
        sa.UniqueConstraint(
            "article_id", "language_id", name=op.f("uq_wiki_translations_article_id_language_id")
        ),
    )
    with op.batch_alter_table("wiki_translations", schema=None) as batch_op:
        batch_op.create_index("ix_wiki_translations_edited_id", ["edited", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_wiki_translations_editor_id"), ["editor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_wiki_translations_language_id"), ["language_id"], unique=False
        )

    op.create_table(
        "wiki_watches",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["wiki_articles.id"],
            name=op.f("fk_wiki_watches_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_wiki_watches_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "article_id", name=op.f("pk_wiki_watches")),
    )
    with op.batch_alter_table("wiki_watches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wiki_watches_article_id"), ["article_id"], unique=False
        )

    op.create_table(
        "wiki_links",
        sa.Column("translation_id", KEY, nullable=False),
        sa.Column("alias", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["translation_id"],
            ["wiki_translations.id"],
            name=op.f("fk_wiki_links_translation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("translation_id", "alias", name=op.f("pk_wiki_links")),
    )
    with op.batch_alter_table("wiki_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wiki_links_alias"), ["alias"], unique=False)

    op.create_table(
        "wiki_revisions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("translation_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("summary", sa.String(length=255), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("editor_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["editor_id"],
            ["users.id"],
            name=op.f("fk_wiki_revisions_editor_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["translation_id"],
            ["wiki_translations.id"],
            name=op.f("fk_wiki_revisions_translation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiki_revisions")),
        sa.UniqueConstraint(
            "translation_id", "number", name=op.f("uq_wiki_revisions_translation_id_number")
        ),
    )
    with op.batch_alter_table("wiki_revisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wiki_revisions_editor_id"), ["editor_id"], unique=False
        )
    op.create_index(
        "uq_wiki_languages_language_lower",
        "wiki_languages",
        [sa.text("lower(language)")],
        unique=True,
    )
    _begin()


def _begin() -> None:
    """Insert the main language and the landing page, which get the id 1 from the database."""
    now = datetime.now(UTC)
    text = {"title": TITLE, "contents": CONTENTS, "format": "markdown"}
    _insert("wiki_languages", language="English")
    _insert(
        "wiki_articles", language_id=1, read_restricted=False, edit_restricted=False, created=now
    )
    _insert("wiki_aliases", alias=TITLE.lower(), article_id=1)
    _insert("wiki_translations", article_id=1, language_id=1, revision=1, edited=now, **text)
    _insert("wiki_revisions", translation_id=1, number=1, summary="", time=now, **text)
    words = f"{TITLE} {CONTENTS}".lower().replace(".", "")
    body = (
        "to_tsvector('simple', :words)" if op.get_bind().dialect.name == "postgresql" else ":words"
    )
    document = f"INSERT INTO search_documents (kind, ref_id, body) VALUES ('wiki', 1, {body})"  # noqa: S608
    op.get_bind().execute(sa.text(document), {"words": words})


def _insert(table: str, **values: Any) -> None:
    """Insert a row. Columns of times get their type explicitly."""
    columns = [
        sa.Column(name, sa.DateTime(timezone=True))
        if isinstance(value, datetime)
        else sa.Column(name)
        for name, value in values.items()
    ]
    op.get_bind().execute(sa.insert(sa.table(table, *columns)).values(values))


def downgrade() -> None:
    op.execute("DELETE FROM search_documents WHERE kind = 'wiki'")
    op.drop_index("uq_wiki_languages_language_lower", "wiki_languages")
    with op.batch_alter_table("wiki_revisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wiki_revisions_editor_id"))

    op.drop_table("wiki_revisions")
    with op.batch_alter_table("wiki_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wiki_links_alias"))

    op.drop_table("wiki_links")
    with op.batch_alter_table("wiki_watches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wiki_watches_article_id"))

    op.drop_table("wiki_watches")
    with op.batch_alter_table("wiki_translations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wiki_translations_language_id"))
        batch_op.drop_index(batch_op.f("ix_wiki_translations_editor_id"))
        batch_op.drop_index("ix_wiki_translations_edited_id")

    op.drop_table("wiki_translations")
    with op.batch_alter_table("wiki_aliases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wiki_aliases_article_id"))

    op.drop_table("wiki_aliases")
    with op.batch_alter_table("wiki_articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wiki_articles_read_class_id"))
        batch_op.drop_index(batch_op.f("ix_wiki_articles_language_id"))
        batch_op.drop_index(batch_op.f("ix_wiki_articles_edit_class_id"))

    op.drop_table("wiki_articles")
    op.drop_table("wiki_languages")
