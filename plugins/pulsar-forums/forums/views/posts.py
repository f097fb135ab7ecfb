"""Searching, showing, writing and moderating posts."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.paging import Page, paginate_after
from pulsar.request import Request
from pulsar.serialization import Listing, Message, Raw, listing_schema
from pulsar.text.diff import SCHEMA

from ..edits import differences
from ..errors import NotMergeable, ThreadLocked, ThreadLockedForEdits
from ..inputs import CreatePostInput, EditPostInput, FindPostsInput, ListEditsInput
from ..interfaces import IForumPost
from ..models import Post
from ..permissions import POSTS_CREATE, POSTS_MODIFY, POSTS_MODIFY_ADVANCED, VIEW
from ..queries import found_posts
from ..resources import PostResource, Posts
from ..schemas import CreatePost, EditPost, FindPosts, ListEdits
from ..services import posts

_EDIT = {
    "type": "object",
    "required": ["edit", "diff"],
    "properties": {
        "edit": {"$ref": "#/components/schemas/ForumPostEdit"},
        "diff": {**SCHEMA, "description": "To what the post said next."},
    },
}
EDITS = Raw(listing_schema("ForumPostDifference", _EDIT))


@view_config(
    context=Posts,
    request_method="GET",
    permission=VIEW,
    schema=FindPosts,
    response=Listing(IForumPost),
)
def find(context: Posts, request: Request[FindPostsInput]) -> Page:
    """Search posts, newest first."""
    values = request.validated
    query = found_posts(request, values)
    return paginate_after(request.db, query, Post.id, values)


@view_config(
    context=Posts,
    request_method="POST",
    permission=POSTS_CREATE,
    schema=CreatePost,
    response=IForumPost,
    status=201,
    errors=(NotMergeable, ThreadLocked),
)
def create(context: Posts, request: Request[CreatePostInput]) -> Any:
    """Write a post.

    If the thread's last post is the caller's, the text is added to that post instead.
    """
    return context(posts.create_post(request, request.validated))


@view_config(context=PostResource, request_method="GET", permission=VIEW, response=IForumPost)
def view(context: PostResource, request: Request) -> Post:
    """Show a post."""
    return context.model


@view_config(
    context=PostResource,
    request_method="PUT",
    permission=POSTS_MODIFY,
    schema=EditPost,
    response=IForumPost,
    errors=(ThreadLockedForEdits,),
)
def edit(context: PostResource, request: Request[EditPostInput]) -> Post:
    """Edit a post; its author may edit it while the thread is not locked."""
    return posts.edit_post(request, context.model, request.validated)


@view_config(
    context=PostResource,
    request_method="DELETE",
    permission=POSTS_MODIFY_ADVANCED,
    response=Message(),
)
def delete(context: PostResource, request: Request) -> str:
    """Delete a post."""
    posts.delete_post(request, context.model)
    return f"ForumPost {context.model.id} has been deleted."


@view_config(
    context=PostResource,
    name="edits",
    request_method="GET",
    permission=POSTS_MODIFY_ADVANCED,
    schema=ListEdits,
    response=EDITS,
)
def list_edits(context: PostResource, request: Request[ListEditsInput]) -> Page:
    """List the changes of each edit of a post, newest first."""
    return differences(request, context.model, request.validated)


@view_config(
    context=PostResource,
    name="restore",
    request_method="POST",
    permission=POSTS_MODIFY_ADVANCED,
    response=IForumPost,
)
def restore(context: PostResource, request: Request) -> Post:
    """Undo the deletion of a post."""
    return posts.restore_post(request, context.model)
