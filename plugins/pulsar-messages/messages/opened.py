"""Conversations and tickets together with a page of their messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from pulsar.paging import Page, paginate_after
from pulsar.request import Request


class Opened:
    """A model with a page of its messages: it has the model's attributes, and ``messages``."""

    def __init__(self, model: Any, messages: Page) -> None:
        self.model = model
        self.messages = messages

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    @property
    def newest(self) -> int | None:
        """The id of the newest of all messages if the page contains it, otherwise None."""
        items = self.messages.items
        return items[-1]["id"] if items and self.messages.after is None else None


def messages_page(
    request: Request, query: Select[Any], key: InstrumentedAttribute[int], values: Mapping[str, Any]
) -> Page:
    """Serialize the messages that ``after`` and ``limit`` select, oldest first."""
    return request.serialize.page(paginate_after(request.db, query, key, values, ascending=True))
