"""``/users``, ``/users/me`` and ``/users/{id}``."""

from __future__ import annotations

from typing import ClassVar

from pyramid.decorator import reify
from zope.interface import implementer

from ..errors import Unauthorized
from ..interfaces import IMe
from ..request import Request
from ..traversal import Collection, Item, Resource
from .models import User


class UserResource(Item[User]):
    """One member."""

    @property
    def member_id(self) -> int:
        """The member."""
        return self.model.id


@implementer(IMe)
class Me(UserResource):
    """The caller, as they see themselves; loaded when the cached profile does not suffice."""

    def __init__(self, parent: Resource, request: Request, user_id: int) -> None:
        Resource.__init__(self, parent, request, "me")
        self.user_id = user_id

    @property
    def member_id(self) -> int:
        """The caller."""
        return self.user_id

    @reify
    def model(self) -> User:
        """The caller's row."""
        return self.request.db.get_one(User, self.user_id)


class Users(Collection[User]):
    """All members. ``me`` is the caller."""

    item = UserResource
    model = User
    permission = "users_view"
    noun = "User"
    children: ClassVar[dict[str, type[Resource]]] = {"me": Me}

    def __getitem__(self, name: str) -> Resource:
        """The member with the id; ``me`` needs no permission beyond a key."""
        if name != "me":
            return super().__getitem__(name)
        identity = self.request.identity
        if identity is None:
            raise Unauthorized
        return Me(self, self.request, identity.user_id)
