"""Pages of entries. The first page, which is read most, comes from the cache.

All readers who see the same entries share one copy. It lacks ``unread``, which is added for each
reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pulsar.db import utcnow
from pulsar.paging import Page, paginate_texts
from pulsar.request import Request
from pulsar.serialization.serialize import registered

from .copies import until_next
from .inputs import ListEntriesInput
from .interfaces import INewsEntry
from .models import Entry
from .queries import listing
from .unread import unread_of

_UNREAD = "unread"
#: First pages with these filters are requested too rarely to be cached.
_RARE = ("q", "include_scheduled", "include_dead")


def entries_page(request: Request, values: ListEntriesInput) -> Page:
    """Return a page of entries, from the cache if it is a first page without rare filters."""
    if (
        values["page"] == 1
        and "after" not in values
        and not any(values.get(name) for name in _RARE)
    ):
        return _first_page(request, values)
    return _find(request, values, utcnow())


def _first_page(request: Request, values: Mapping[str, Any]) -> Page:
    names = _shared_fields(request)
    which = (values.get("kind", ""), values.get("pinned", ""), values["limit"])

    def make(now: datetime) -> dict[str, Any]:
        page = _find(request, values, now)
        items = request.serialize.within_budget(page.items, only=names)
        return {"items": items, "total": page.total}

    key = request.cache.page_key(INewsEntry, "news", *which, only=names)
    copy = until_next(request, key, make)
    unread = unread_of(request, [item["id"] for item in copy["items"]])
    items = [{**item, _UNREAD: item["id"] in unread} for item in copy["items"]]
    page = Page(items, values["limit"], 1, copy["total"], offset=0)
    return page.cut(items)


def _find(request: Request, values: Mapping[str, Any], now: datetime) -> Page:
    query = listing(request, values, now)
    return paginate_texts(request.db, query, values)


def _shared_fields(request: Request) -> tuple[str, ...]:
    """Return the names of an entry's fields, including those of other plugins, without `unread`."""
    registration = registered(request.registry, Entry)
    return tuple(name for name in registration[1] if name != _UNREAD) if registration else ()
