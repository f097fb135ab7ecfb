"""The query of lists of torrents: filters and order."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pulsar.interfaces import ISearch
from pulsar.request import Request

from .inputs import ListTorrentsInput
from .models import Group, Tag, Torrent, group_tags
from .resources import with_relations
from .services import KIND
from .tags import clean_tag

_ORDER = {
    "created": Torrent.id,
    "size": Torrent.size,
    "seeders": Torrent.seeders,
    "leechers": Torrent.leechers,
    "snatches": Torrent.snatches,
    "title": func.lower(Group.title),
}


def listing(request: Request, values: ListTorrentsInput) -> Select[tuple[Torrent]]:
    """Return the query of live torrents that match ``q``, ``category`` and every ``tag``."""
    query = (
        select(Torrent).join(Group, Group.id == Torrent.group_id).where(Torrent.deleted.is_(None))
    )
    if values.get("q", "").strip():
        matching_ids = request.find_service(ISearch).matching(request.db, KIND, values["q"])
        query = query.where(Torrent.id.in_(matching_ids))
    if "category" in values:
        query = query.where(Group.category == values["category"])
    for tag in values.get("tag", ()):
        tagged = (
            select(group_tags.c.group_id)
            .join(Tag, Tag.id == group_tags.c.tag_id)
            .where(Tag.name == clean_tag(tag))
        )
        query = query.where(Torrent.group_id.in_(tagged))
    column = _ORDER[values["order_by"]]
    if values["order_way"] == "asc":
        return with_relations(query.order_by(column.asc(), Torrent.id.asc()))
    return with_relations(query.order_by(column.desc(), Torrent.id.desc()))


def count_torrents(session: Session) -> int:
    """Return the number of live torrents."""
    return session.scalar(select(func.count()).where(Torrent.deleted.is_(None))) or 0
