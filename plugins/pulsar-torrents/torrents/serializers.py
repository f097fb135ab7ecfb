"""The serializers of torrents and their files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
from pulsar.users.interfaces import IUser

from .interfaces import IAnnounceURLs
from .metainfo import magnet
from .models import Torrent
from .tags import tags_of


def _hex(name: str) -> Any:
    def get(request: Request, torrent: Torrent) -> str | None:
        value: bytes | None = getattr(torrent, name)
        return value.hex() if value is not None else None

    return get


def tags(request: Request, torrents: Sequence[Torrent]) -> dict[int, list[str]]:
    """Return the torrents' tags by torrent id.

    Only columns are loaded, because a page has hundreds of tags.
    """
    names = tags_of(request.db, {torrent.group_id for torrent in torrents})
    return {torrent.id: names[torrent.group_id] for torrent in torrents}


def magnet_uris(request: Request, torrents: Sequence[Torrent]) -> dict[int, str]:
    """Return the torrents' magnet links by id, with the caller's announce URLs."""
    announces = request.registry.queryUtility(IAnnounceURLs)
    identity = request.identity
    trackers: Sequence[str] = ()
    if announces is not None and identity is not None:
        trackers = announces.urls(request, identity.user_id)
    return {
        torrent.id: magnet(
            name=torrent.name,
            info_hash=torrent.info_hash,
            info_hash_v2=torrent.info_hash_v2,
            size=torrent.size,
            trackers=trackers,
        )
        for torrent in torrents
    }


class TorrentSerializer(Serializer):
    """A torrent, with the fields of its group."""

    owner = "uploader_id"

    id = Field(INTEGER)
    group_id = Field(INTEGER, doc="Editions of one work share it.")
    title = Field(STRING, "group.title")
    name = Field(STRING, doc="The name inside of the torrent.")
    category = Field(STRING, "group.category")
    description = Field(STRING, "group.description", nested=False)
    tags = BatchField(array_of(STRING), tags, nested=False)
    info_hash = Field(nullable(STRING), _hex("info_hash"), doc="SHA-1, 40 hexadecimal digits.")
    info_hash_v2 = Field(nullable(STRING), _hex("info_hash_v2"), doc="SHA-256, 64 digits.")
    version = Field({"type": "string", "enum": ["v1", "hybrid", "v2"]})
    size = Field(INTEGER, doc="Bytes of all files.")
    file_count = Field(INTEGER)
    piece_length = Field(INTEGER, nested=False)
    private = Field(BOOLEAN, nested=False)
    source = Field(nullable(STRING), nested=False)
    rehashed = Field(
        BOOLEAN,
        nested=False,
        doc="The info dict was changed at upload: the uploader must download it again to seed.",
    )
    seeders = Field(INTEGER)
    leechers = Field(INTEGER)
    snatches = Field(INTEGER)
    created = Field(DATETIME)
    uploader = NestedField(IUser, only=("id", "username"), nested=False)


class TorrentFileSerializer(Serializer):
    """A file of a torrent."""

    number = Field(INTEGER, doc="Its place in the torrent, from 0.")
    path = Field(STRING, doc="With folders, separated by slashes.")
    size = Field(INTEGER, doc="Bytes.")
