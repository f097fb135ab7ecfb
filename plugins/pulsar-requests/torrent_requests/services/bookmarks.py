"""Bookmarking requests."""

from __future__ import annotations

from pyramid.request import Request
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from pulsar.db import utcnow

from ..models import Bookmark, TorrentRequest


def add(request: Request, wanted: TorrentRequest) -> None:
    """Bookmark a request for the caller; once more changes nothing."""
    postgresql = request.db.get_bind().dialect.name == "postgresql"
    insert = postgresql_insert(Bookmark) if postgresql else sqlite_insert(Bookmark)
    row = {"user_id": request.identity.user_id, "request_id": wanted.id, "created": utcnow()}
    request.db.execute(insert.values(row).on_conflict_do_nothing())


def remove(request: Request, wanted: TorrentRequest) -> None:
    """Remove the caller's bookmark, where there is one."""
    row = (Bookmark.user_id == request.identity.user_id, Bookmark.request_id == wanted.id)
    request.db.execute(delete(Bookmark).where(*row))
