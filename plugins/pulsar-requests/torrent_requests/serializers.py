"""Serializers of requests and votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from pulsar.request import Request
from pulsar.serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    BatchField,
    Field,
    NestedField,
    Serializer,
    array_of,
    nullable,
)
from pulsar.text import HtmlField
from pulsar.users.interfaces import IUser
from torrents.models import Group, Torrent

from .models import Bookmark, TorrentRequest
from .queries import tags_of

_NAMES = ("id", "username")


def tags(request: Request, models: Sequence[TorrentRequest]) -> Mapping[int, list[str]]:
    """Return the names of the tags of each request, by request id."""
    return tags_of(request.db, [model.id for model in models])


def torrents(request: Request, models: Sequence[TorrentRequest]) -> Mapping[int, dict[str, Any]]:
    """Return the live torrent that fills each request, by request id."""
    torrent_ids = {model.id: model.torrent_id for model in models}
    rows = request.db.execute(
        select(Torrent.id, Torrent.name, Group.title)
        .join(Group, Group.id == Torrent.group_id)
        .where(Torrent.id.in_(set(torrent_ids.values()) - {None}), Torrent.deleted.is_(None))
    )
    torrents_by_id = {row.id: {"id": row.id, "name": row.name, "title": row.title} for row in rows}
    return {
        key: torrents_by_id[value] for key, value in torrent_ids.items() if value in torrents_by_id
    }


def bookmarked(request: Request, models: Sequence[TorrentRequest]) -> Mapping[int, bool]:
    """Return True for each request that the caller bookmarked, by request id."""
    query = select(Bookmark.request_id).where(
        Bookmark.user_id == request.caller.user_id,
        Bookmark.request_id.in_([model.id for model in models]),
    )
    return dict.fromkeys(request.db.scalars(query), True)


class RequestSerializer(Serializer):
    """A request."""

    owner = "user_id"

    id = Field(INTEGER)
    title = Field(STRING)
    category = Field(STRING)
    description = Field(STRING, nested=False, doc="As it was written.")
    format = Field(STRING, nested=False)
    description_html = HtmlField("description", nested=False)
    tags = BatchField(array_of(STRING), tags, nested=False)
    bounty = Field(INTEGER, doc="Bytes of upload credit that whoever fills it gets.")
    vote_count = Field(INTEGER, doc="How many members put up something.")
    created = Field(DATETIME)
    edited = Field(nullable(DATETIME), nested=False)
    last_vote = Field(DATETIME)
    filled = Field(nullable(DATETIME))
    user = NestedField(IUser, only=_NAMES, nested=False, doc="Who made it.")
    filler = NestedField(IUser, only=_NAMES, nested=False)
    torrent = BatchField(
        {
            "type": ["object", "null"],
            "properties": {"id": INTEGER, "name": STRING, "title": STRING},
        },
        torrents,
        permission="torrents_view",
        nested=False,
        doc="What it is filled with, null also where that has been deleted.",
    )
    bookmarked = BatchField(BOOLEAN, bookmarked, missing=False, nested=False)


class VoteSerializer(Serializer):
    """The total contribution of one member to a request."""

    owner = "user_id"

    user = NestedField(IUser, only=_NAMES, doc="Null where the account is gone.")
    amount = Field(INTEGER, doc="Bytes in all, without the tax.")
    created = Field(DATETIME, doc="Of the member's first vote.")
    last = Field(DATETIME)
