"""Earlier versions of posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from pulsar.paging import Page
from pulsar.request import Request
from pulsar.serialization.encoding import encode
from pulsar.settings import CoreSettings
from pulsar.text.diff import diff
from pulsar.text.work import MAX_WORK, Work
from pulsar.users.loading import named

from .inputs import ListEditsInput
from .models import Post, PostEdit

#: The number of edits that a post itself shows; the list of its edits has all of them.
MAX_HISTORY = 50
#: The number of edits, which may be long, that are read at a time.
_BATCH = 10


def edits_of(request: Request, posts: Sequence[Post]) -> dict[int, list[PostEdit]]:
    """Return the newest edits of posts by post id, newest first, in one statement.

    Reading stops at the edit that makes the response longer than ``pulsar.max_list``. Edits of the
    posts after it are not read, because the response cannot include them.
    """
    edits: dict[int, list[PostEdit]] = {post.id: [] for post in posts}
    rank = func.row_number().over(partition_by=PostEdit.post_id, order_by=PostEdit.id.desc())
    ranked = select(PostEdit.id, rank.label("rank")).where(PostEdit.post_id.in_(edits)).subquery()
    ascending = len(posts) < 2 or posts[0].id < posts[-1].id
    query = (
        _with_editors(select(PostEdit))
        .join(ranked, ranked.c.id == PostEdit.id)
        .where(ranked.c.rank <= MAX_HISTORY)
        .order_by(PostEdit.post_id.asc() if ascending else PostEdit.post_id.desc())
        .order_by(PostEdit.id.desc())
    )
    left: int = CoreSettings.max_list.of(request.registry)
    with request.db.scalars(query.execution_options(yield_per=_BATCH)) as rows:
        for edit in rows:
            edits[edit.post_id].append(edit)
            left -= len(edit.contents)
            if left < 0:
                break
    return edits


def differences(request: Request, post: Post, values: ListEditsInput) -> Page:
    """Return the edits older than the edit with the id ``after``, each with the next version.

    The page is shorter than the limit if the edits are longer than ``pulsar.max_list``, or if
    comparing them takes more work than formatting one text may take. It has at least one edit.
    """
    after, limit = values.get("after"), values["limit"]
    query = _with_editors(select(PostEdit)).where(PostEdit.post_id == post.id)
    query = query.order_by(PostEdit.id.desc()).limit(limit + 2)
    next_contents = post.contents
    if after is not None:
        newer = select(func.min(PostEdit.id)).where(
            PostEdit.post_id == post.id, PostEdit.id >= after
        )
        # The newer edit is read too, because the first difference leads to its text.
        query = query.where(PostEdit.id <= func.coalesce(newer.scalar_subquery(), after))
    left: int = CoreSettings.max_list.of(request.registry)
    left_work = MAX_WORK
    items: list[dict[str, Any]] = []
    last: int | None = None
    with request.db.scalars(query.execution_options(yield_per=_BATCH)) as rows:
        for edit in rows:
            if after is not None and edit.id >= after:
                next_contents = edit.contents
                continue
            if len(items) == limit or (items and left_work < 0):
                return Page(items, limit, after=last, key="id")
            work = Work()
            item = {
                "edit": request.serialize(edit),
                "diff": diff(edit.contents, next_contents, work),
            }
            left -= len(encode(item))
            left_work -= work.spent
            if left < 0 and items:
                return Page(items, limit, after=last, key="id")
            items.append(item)
            last, next_contents = edit.id, edit.contents
    return Page(items, limit, key="id")


def _with_editors(query: Select[tuple[PostEdit]]) -> Select[tuple[PostEdit]]:
    return query.options(named(joinedload(PostEdit.editor)))
