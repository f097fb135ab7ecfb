"""What posts said before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pyramid.request import Request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pulsar.text.diff import diff
from pulsar.users.loading import named

from .models import Post, PostEdit

#: Each difference may be as long as two posts, so that a page of them is bounded.
_MOST = 50


def edits_of(
    request: Request, posts: Sequence[Post], most: int | None = None
) -> dict[int, list[PostEdit]]:
    """The edits of posts by post id, newest first, in one statement."""
    found: dict[int, list[PostEdit]] = {post.id: [] for post in posts}
    query = (
        select(PostEdit)
        .where(PostEdit.post_id.in_(found))
        .options(named(joinedload(PostEdit.editor)))
        .order_by(PostEdit.id.desc())
        .limit(most)
    )
    for edit in request.db.scalars(query):
        found[edit.post_id].append(edit)
    return found


def differences(request: Request, post: Post) -> list[dict[str, Any]]:
    """The newest edits, each with what the post said next."""
    edits = edits_of(request, [post], _MOST)[post.id]
    shown = request.serialize.many(edits)
    texts = [post.contents, *(edit.contents for edit in edits)]
    return [
        {"edit": edit, "diff": diff(before, after)}
        for edit, (after, before) in zip(shown, pairwise(texts), strict=True)
    ]
