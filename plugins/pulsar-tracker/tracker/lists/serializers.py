"""Output of peers and snatches."""

from __future__ import annotations

from datetime import UTC, datetime

from pulsar.permissions import USERS_MODERATE
from pulsar.request import Request
from pulsar.serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    Field,
    NestedField,
    Serializer,
    nullable,
)
from pulsar.users.interfaces import IUser
from torrents.interfaces import ITorrent

from ..models import PeerRow
from ..protocol.addresses import unpack_endpoint


def _client(request: Request, peer: PeerRow) -> str:
    return bytes(peer.peer_id[:8]).decode("ascii", "replace")


def _address(request: Request, peer: PeerRow) -> str | None:
    packed = peer.endpoint4 or peer.endpoint6
    return unpack_endpoint(bytes(packed))[0] if packed else None


def _seen(request: Request, peer: PeerRow) -> datetime:
    return datetime.fromtimestamp(peer.seen, UTC)


class PeerSerializer(Serializer):
    """A client in a swarm; the address is for its owner and for moderators."""

    owner = "user_id"

    torrent_id = Field(INTEGER)
    user = NestedField(IUser, only=("id", "username"))
    client = Field(STRING, _client, doc="The first eight characters of the peer id.")
    uploaded = Field(INTEGER, doc="As the client counts, in this session.")
    downloaded = Field(INTEGER, doc="As the client counts, in this session.")
    left = Field(INTEGER, doc="Bytes that the client still lacks.")
    seeding = Field(BOOLEAN, lambda request, peer: peer.left == 0)
    last_announce = Field(DATETIME, _seen)
    address = Field(nullable(STRING), _address, permission=USERS_MODERATE, own=True)


class SnatchSerializer(Serializer):
    """A member's activity with one torrent."""

    owner = "user_id"

    torrent_id = Field(INTEGER)
    torrent = NestedField(ITorrent, only=("id", "title", "category", "size"))
    uploaded = Field(INTEGER, doc="Bytes as measured, before freeleech and the like.")
    downloaded = Field(INTEGER, doc="Bytes as measured.")
    left = Field(INTEGER, doc="Bytes that the client lacked when it last announced.")
    seed_seconds = Field(INTEGER)
    snatches = Field(INTEGER, doc="How often the torrent was completed.")
    snatched_at = Field(nullable(DATETIME))
    first_action = Field(DATETIME)
    last_action = Field(DATETIME)
