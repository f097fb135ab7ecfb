"""What ``request.validated`` holds after the schema of the same name."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class UploadTorrentInput(TypedDict):
    """A new torrent."""

    file: bytes
    category: str
    title: NotRequired[str]
    description: str
    tags: str


class EditTorrentInput(TypedDict, total=False):
    """Changes to a torrent."""

    category: str
    title: str
    description: str
    tags: str


class ListTorrentsInput(TypedDict):
    """Which torrents, and in which order."""

    page: int
    limit: int
    q: NotRequired[str]
    category: NotRequired[str]
    tag: NotRequired[list[str]]
    order_by: str
    order_way: str
