"""``/users``, ``/users/me`` and ``/users/{id}``."""

from __future__ import annotations

from ..errors import Unauthorized
from ..traversal import Collection, Item, Resource
from .models import User


class UserResource(Item):
    """One member."""

    model: User


class Users(Collection):
    """All members. ``me`` is the caller."""

    item = UserResource
    model = User
    permission = "users_view"
    noun = "User"

    def __getitem__(self, name: str) -> Resource:
        """The member with the id; ``me`` needs no permission beyond a key."""
        if name != "me":
            return super().__getitem__(name)
        identity = self.request.identity
        if identity is None:
            raise Unauthorized
        return Me(self, self.request, self.request.db.get_one(User, identity.user_id))


class Me(UserResource):
    """The caller, as they see themselves."""
