"""The table of searchable documents."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, PrimaryKey


class SearchDocument(Base):
    """The words of one object, which ``kind`` and ``ref_id`` identify.

    PostgreSQL stores a tsvector under a GIN index; SQLite stores the words, which triggers copy
    into the FTS5 table ``search_index``. A new kind needs no migration.
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        Index("uq_search_documents_kind_ref_id", "kind", "ref_id", unique=True),
        Index(
            "ix_search_documents_body",
            "body",
            postgresql_using="gin",
            info={"dialect": "postgresql"},
        ),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(32))
    ref_id: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
