"""Storing documents, and selecting those that match a query."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, cast, delete, false, select, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session
from zope.interface import implementer

from ..interfaces import ISearch
from .models import SearchDocument
from .words import Term, indexed, parse

# A text, since SQLAlchemy compiles an INSERT with ON CONFLICT again each time.
_PUT = text(
    "INSERT INTO search_documents (kind, ref_id, body) VALUES (:kind, :ref_id, :body) "
    "ON CONFLICT (kind, ref_id) DO UPDATE SET body = excluded.body"
)
_PUT_VECTOR = text(
    "INSERT INTO search_documents (kind, ref_id, body) "
    "VALUES (:kind, :ref_id, CAST(:body AS tsvector)) "
    "ON CONFLICT (kind, ref_id) DO UPDATE SET body = excluded.body"
)


@implementer(ISearch)
class Search:
    """Splits documents and queries into words, so that both databases give the same results."""

    def put(self, session: Session, kind: str, ref_id: int, body: str) -> None:
        """Make the text searchable and replace the former text, in the session's transaction."""
        body_words = indexed(body)
        postgresql = session.get_bind().dialect.name == "postgresql"
        session.execute(
            _PUT_VECTOR if postgresql else _PUT,
            {
                "kind": kind,
                "ref_id": ref_id,
                "body": _tsvector(body_words) if postgresql else " ".join(body_words),
            },
        )

    def drop(self, session: Session, kind: str, ref_id: int) -> None:
        """Remove the object from the search."""
        session.execute(
            delete(SearchDocument).where(
                SearchDocument.kind == kind, SearchDocument.ref_id == ref_id
            )
        )

    def matching(self, session: Session, kind: str, query: str) -> Select[tuple[int]]:
        """A select of the matching ids; a query without a positive word matches nothing."""
        terms = parse(query)
        ref_ids = select(SearchDocument.ref_id).where(SearchDocument.kind == kind)
        if all(term.negated for term in terms):
            return ref_ids.where(false())
        if session.get_bind().dialect.name == "postgresql":
            return ref_ids.where(SearchDocument.body.op("@@")(cast(_tsquery(terms), TSQUERY)))
        return ref_ids.where(_fts5(terms))


def _tsvector(body_words: Sequence[str]) -> str:
    """The text form of a tsvector; words contain no quotes."""
    return " ".join(f"'{word}':{position}" for position, word in enumerate(body_words, 1))


def _tsquery(terms: Sequence[Term]) -> str:
    parts = []
    for term in terms:
        quoted = [f"'{word}'" for word in term.words]
        if term.prefix:
            quoted[-1] += ":*"
        parts.append(f"{'!' if term.negated else ''}({' <-> '.join(quoted)})")
    return " & ".join(parts)


def _fts5(terms: Sequence[Term]) -> ColumnElement[bool]:
    """The FTS5 expression: NOT needs two operands there, so the negated terms follow the others."""

    def phrase(term: Term) -> str:
        return f'"{" ".join(term.words)}"{" *" if term.prefix else ""}'

    positive = " AND ".join(phrase(term) for term in terms if not term.negated)
    unwanted = "".join(f" NOT {phrase(term)}" for term in terms if term.negated)
    rows = text("SELECT rowid FROM search_index WHERE search_index MATCH :terms").bindparams(
        terms=f"({positive}){unwanted}"
    )
    return SearchDocument.id.in_(rows.columns(SearchDocument.id))
