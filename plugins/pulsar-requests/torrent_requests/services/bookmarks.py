"""Bookmarking requests."""

from __future__ import annotations

from pyramid.request import Request
from sqlalchemy import delete

from pulsar.db import insert_new

from ..models import Bookmark, TorrentRequest


def add(request: Request, wanted: TorrentRequest) -> None:
    """Bookmark a request for the caller; once more changes nothing."""
    row = {"user_id": request.identity.user_id, "request_id": wanted.id}
    insert_new(request.db, Bookmark, [row])


def remove(request: Request, wanted: TorrentRequest) -> None:
    """Remove the caller's bookmark, where there is one."""
    row = (Bookmark.user_id == request.identity.user_id, Bookmark.request_id == wanted.id)
    request.db.execute(delete(Bookmark).where(*row))
