"""Queries for requests, votes, tags and bookmarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from pulsar.db import utcnow
from pulsar.interfaces import ISearch
from pulsar.request import Request
from pulsar.users.loading import named
from torrents.models import Tag
from torrents.tags import clean_tag

from .models import Bookmark, TorrentRequest, Vote, request_tags
from .settings import RequestsSettings

KIND = "requests"
_ORDER: dict[str, Any] = {
    "created": TorrentRequest.id,
    "bounty": TorrentRequest.bounty,
    "votes": TorrentRequest.vote_count,
    "last_vote": TorrentRequest.last_vote,
    "title": func.lower(TorrentRequest.title),
}


def with_names(query: Select[Any], *relationships: Any) -> Select[Any]:
    """Return the query with options that load the members' names through the relationships."""
    return query.options(*(named(joinedload(relationship)) for relationship in relationships))


def with_relations(query: Select[tuple[TorrentRequest]]) -> Select[tuple[TorrentRequest]]:
    """Return the query with options for the relations that the serializer needs."""
    return with_names(query, TorrentRequest.user, TorrentRequest.filler)


def listing(request: Request, values: Mapping[str, Any]) -> Select[tuple[TorrentRequest]]:
    """Return the query for the live requests that match.

    If ``filled`` is missing, requests that were filled more than ``requests.filled_days`` ago are
    left out.
    """
    query = select(TorrentRequest).where(TorrentRequest.deleted.is_(None))
    if "filled" in values:
        is_filled = TorrentRequest.filled.is_not(None)
        query = query.where(is_filled if values["filled"] else ~is_filled)
    else:
        days = RequestsSettings.filled_days.of(request.registry)
        oldest = utcnow() - timedelta(days=days)
        query = query.where(or_(TorrentRequest.filled.is_(None), TorrentRequest.filled > oldest))
    if values.get("q", "").strip():
        matching_ids = request.find_service(ISearch).matching(request.db, KIND, values["q"])
        query = query.where(TorrentRequest.id.in_(matching_ids))
    if "category" in values:
        query = query.where(TorrentRequest.category == values["category"])
    if "user_id" in values:
        query = query.where(TorrentRequest.user_id == values["user_id"])
    for tag in values.get("tag", ()):
        query = query.where(TorrentRequest.id.in_(_tagged(tag)))
    for name, mine in (("voted", Vote), ("bookmarked", Bookmark)):
        if name in values:
            own = _of_caller(mine, request.caller.user_id)
            query = query.where(own if values[name] else ~own)
    column = _ORDER[values["order_by"]]
    if values["order_way"] == "asc":
        return with_relations(query.order_by(column.asc(), TorrentRequest.id.asc()))
    return with_relations(query.order_by(column.desc(), TorrentRequest.id.desc()))


def _tagged(tag: str) -> Select[tuple[int]]:
    return (
        select(request_tags.c.request_id)
        .join(Tag, Tag.id == request_tags.c.tag_id)
        .where(Tag.name == clean_tag(tag))
    )


def _of_caller(mine: Any, user_id: int) -> ColumnElement[bool]:
    """Return the condition that the member has voted for, or bookmarked, the request."""
    return exists().where(mine.request_id == TorrentRequest.id, mine.user_id == user_id)


def votes(request_id: int) -> Select[tuple[Vote]]:
    """Return the query for the votes of a request, the latest first."""
    query = select(Vote).where(Vote.request_id == request_id)
    return with_names(query, Vote.user).order_by(Vote.last.desc(), Vote.id.desc())


def tags_of(session: Session, request_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the sorted names of the tags of each request, by request id."""
    tags_by_request: dict[int, list[str]] = {request_id: [] for request_id in request_ids}
    rows = session.execute(
        select(request_tags.c.request_id, Tag.name)
        .join(Tag, Tag.id == request_tags.c.tag_id)
        .where(request_tags.c.request_id.in_(tags_by_request))
        .order_by(Tag.name)
    )
    for request_id, name in rows:
        tags_by_request[request_id].append(name)
    return tags_by_request


def voters(session: Session, request_id: int) -> set[int]:
    """Return the ids of the members who voted for the request."""
    query = select(Vote.user_id).where(Vote.request_id == request_id, Vote.user_id.is_not(None))
    return {user_id for user_id in session.scalars(query) if user_id is not None}


def bookmarkers(session: Session, request_id: int) -> set[int]:
    """Return the ids of the members who bookmarked the request."""
    return set(session.scalars(select(Bookmark.user_id).where(Bookmark.request_id == request_id)))
