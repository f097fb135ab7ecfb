"""``/invites``, ``/invites/{code}`` and ``/users/{id}/invite_tree``."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pyramid.authorization import Allow

from ..classes.owned import OwnedCollection, OwnedItem
from ..permissions import INVITES_REVOKE, INVITES_VIEW, INVITES_VIEW_OTHERS
from ..security import own
from ..traversal import Resource
from ..users.models import User
from ..users.resources import UserResource
from .models import Invite


class InviteResource(OwnedItem):
    """One invite, live or dead."""

    model: Invite
    key = "code"
    owner = "inviter_id"

    @property
    def member_id(self) -> None:
        """None: an invite gives no access to its sender's account, and staff may revoke it."""
        return


class InviteGrant(Resource):
    """The resource at which staff grant invites."""


class Invites(OwnedCollection):
    """Members' invites."""

    item = InviteResource
    model = Invite
    permission = INVITES_VIEW
    revoking = INVITES_REVOKE
    form = re.compile(r"[A-Za-z0-9_-]{24}", re.ASCII)
    noun = "Invite"
    children: ClassVar[dict[str, type[Resource]]] = {"grant": InviteGrant}

    def __getitem__(self, name: str) -> Resource:
        """Return ``grant``, or the invite with the code."""
        child = self.children.get(name)
        return child(self, self.request, name) if child else super().__getitem__(name)


class InviteTreeOf(Resource):
    """The members whom a member invited. Members may see their own tree."""

    __parent__: UserResource

    @property
    def user(self) -> User:
        return self.__parent__.model

    def __acl__(self) -> list[tuple[str, str, Any]]:
        return [(Allow, own(self.user.id, INVITES_VIEW), INVITES_VIEW_OTHERS)]
