"""The types of ``request.validated`` for the schemas of the same names."""

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
    """Selects torrents, and their order."""

    page: int
    limit: int
    q: NotRequired[str]
    category: NotRequired[str]
    tag: NotRequired[list[str]]
    order_by: str
    order_way: str
