"""``/requests``, ``/requests/{id}``, ``/requests/{id}/comments`` and ``.../comments/{id}``."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow
from sqlalchemy import select
from zope.interface import implementer

from pulsar.security import own
from pulsar.traversal import Collection, Item

from .interfaces import IRequestResource, IRequests
from .models import Comment, TorrentRequest
from .queries import shown

_Access = list[tuple[str, str, Any]]


class CommentResource(Item):
    """One comment. Its author may edit and delete it."""

    model: Comment

    def __acl__(self) -> _Access:
        """The author, as long as they may comment."""
        author = self.model.user_id
        if author is None:
            return []
        return [(Allow, own(author, "requests_comment"), "requests_comments_modify")]


class Comments(Collection):
    """The comments on a request."""

    item = CommentResource
    model = Comment
    permission = "requests_view"
    noun = "Comment"
    __parent__: RequestResource

    @property
    def wanted(self) -> TorrentRequest:
        """The request."""
        return self.__parent__.model

    def load(self, key: int) -> Comment | None:
        """The comment, if it is on this request; a deleted one for those who may restore it."""
        found = self.request.db.get(Comment, key)
        if found is None or found.request_id != self.wanted.id:
            return None
        identity = self.request.identity
        restores = identity is not None and identity.has("requests_comments_modify")
        return found if found.deleted is None or restores else None


@implementer(IRequestResource)
class RequestResource(Item):
    """One request. Who made it may edit and delete it, and they and the filler may unfill it.

    The rules of the bounty narrow that down, see ``services``.
    """

    model: TorrentRequest
    children = {"comments": Comments}

    def __getitem__(self, name: str) -> Any:
        """The comments, or what plugins put below requests."""
        if name == "comments":
            return Comments(self, self.request, name)
        return super().__getitem__(name)

    def __acl__(self) -> _Access:
        """Who made it, as long as they may make requests; who filled it, as long as they may."""
        found: _Access = []
        if self.model.user_id is not None:
            creator = own(self.model.user_id, "requests_create")
            allowed = ("requests_modify", "requests_delete", "requests_unfill")
            found.append((Allow, creator, allowed))
        if self.model.filler_id is not None:
            found.append((Allow, own(self.model.filler_id, "requests_fill"), "requests_unfill"))
        return found


@implementer(IRequests)
class Requests(Collection):
    """All requests that are not deleted."""

    item = RequestResource
    model = TorrentRequest
    permission = "requests_view"
    noun = "Request"

    def load(self, key: int) -> TorrentRequest | None:
        """The live request."""
        return self.request.db.scalar(
            shown(
                select(TorrentRequest).where(
                    TorrentRequest.id == key, TorrentRequest.deleted.is_(None)
                )
            )
        )
