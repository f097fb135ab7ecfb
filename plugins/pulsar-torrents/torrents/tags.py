"""Tags, each in one canonical spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.db import insert_new

from .models import Tag, group_tags

MAX_TAG = 32
MAX_TAGS = 32
_TAG = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")


def split_tags(value: str) -> list[str]:
    """Return the parts between commas that are not blank."""
    return [name.strip() for name in value.split(",") if name.strip()]


def clean_tag(value: str) -> str | None:
    """Return the tag in NFKC and lower case, with periods for spaces; None if it is not valid."""
    folded = unicodedata.normalize("NFKC", value.casefold())
    tag = re.sub(r"[\s_]+", ".", folded.strip())
    return tag if len(tag) <= MAX_TAG and _TAG.fullmatch(tag) else None


def clean_tags(value: str) -> list[str]:
    """Return the valid tags of a comma-separated text, sorted and without duplicates."""
    return sorted({tag for text in split_tags(value) if (tag := clean_tag(text))})


def find_or_make(session: Session, names: Iterable[str]) -> list[Tag]:
    """Return the tags with these names; missing ones are created, also by concurrent uploads."""
    sorted_names = sorted(set(names))
    if not sorted_names:
        return []
    insert_new(session, Tag, [{"name": name} for name in sorted_names])
    return list(session.scalars(select(Tag).where(Tag.name.in_(sorted_names)).order_by(Tag.name)))


def tags_of(session: Session, group_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the sorted names of the groups' tags, by group id."""
    tags_by_group: dict[int, list[str]] = {group_id: [] for group_id in group_ids}
    rows = session.execute(
        select(group_tags.c.group_id, Tag.name)
        .join(Tag, Tag.id == group_tags.c.tag_id)
        .where(group_tags.c.group_id.in_(tags_by_group))
        .order_by(Tag.name)
    )
    for group_id, name in rows:
        tags_by_group[group_id].append(name)
    return tags_by_group
