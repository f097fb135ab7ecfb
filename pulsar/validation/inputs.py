"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class PagingInput(TypedDict):
    """The query of a list: ``page`` from 1 and ``limit`` up to 100."""

    page: int
    limit: int


class TextPagingInput(TypedDict):
    """The query of a list of texts. Pages may have fewer than ``limit``; ``after`` goes on."""

    page: int
    limit: int
    after: NotRequired[int]
