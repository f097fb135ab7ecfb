"""Lists of entries. What everybody loads, the first page, is answered from the cache.

One copy serves all who see the same, so it leaves out what is unread, which is added to it.
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
#: Lists that differ in these from what is usual are asked for too seldom to be kept.
_RARE = ("q", "include_scheduled", "include_dead")


def entries_page(request: Request, values: ListEntriesInput) -> Page:
    """The page of entries that is wanted."""
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
    """The names of an entry's fields, those of other plugins too, but for what is unread."""
    registration = registered(request.registry, Entry)
    return tuple(name for name in registration[1] if name != _UNREAD) if registration else ()
