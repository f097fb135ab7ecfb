"""The input of torrents."""

from __future__ import annotations

from typing import Any

import colander

from pulsar.validation import Choice, ListOf, Paging, Schema, String, Upload, not_blank
from pulsar.validation.nodes import StringType, field

from .tags import MAX_TAG, MAX_TAGS, clean_tag, split_tags


def tags(node: colander.SchemaNode, value: str) -> None:
    """Require valid tags, separated by commas."""
    names = split_tags(value)
    if len(names) > MAX_TAGS:
        raise colander.Invalid(node, f"at most {MAX_TAGS} tags are allowed")
    for tag in names:
        if clean_tag(tag) is None:
            raise colander.Invalid(
                node,
                f"tags have at most {MAX_TAG} characters: letters, digits, periods and hyphens",
            )


def Title(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """Return a node for a title."""
    return String(1, 255, not_blank, **kwargs)


class UploadTorrent(Schema):
    """A new torrent."""

    example = {
        "file": "d4:infod…ee",
        "category": "other",
        "title": "Demo Live CD",
        "tags": "linux, iso",
    }

    multipart = True

    file = Upload("torrents.max_size", description="The .torrent file.")
    category = String(1, 32, required=True, description="See GET /torrents/categories.")
    title = Title(description="The torrent's own name where it is missing.")
    description = String(0, 65_536, default="")
    tags = field(StringType(), tags, default="", description="Comma separated.")


class EditTorrent(Schema):
    """Changes to a torrent."""

    example = {"title": "Demo Live CD 2", "tags": "linux, iso"}

    category = String(1, 32)
    title = Title()
    description = String(0, 65_536)
    tags = field(StringType(), tags, description="Comma separated; replaces what was there.")


class ListTorrents(Paging):
    """Selects torrents, and their order."""

    q = String(
        0,
        255,
        description='Words in title, file names and tags: linux "live cd" -beta ubun*',
    )
    category = String(1, 32)
    tag = ListOf(
        String(1, 32), 16, description="Repeat it for several, all of which must be there."
    )
    order_by = Choice(
        "created", "size", "seeders", "leechers", "snatches", "title", default="created"
    )
    order_way = Choice("asc", "desc", default="desc")
