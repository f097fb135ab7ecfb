"""``/users``, ``/users/me`` and ``/users/{id}``."""

from __future__ import annotations

from typing import Any, ClassVar

from pyramid.decorator import reify
from zope.interface import implementer

from ..errors import NotFound, Unauthorized
from ..interfaces import IMe
from ..permissions import USERS_VIEW
from ..request import Request
from ..traversal import Collection, Item, Resource
from . import tags
from .models import User


class UserResource(Item[Any]):
    """A member. The row is loaded only if the cached data is not sufficient."""

    def __init__(self, parent: Resource, request: Request, user: User | int) -> None:
        user_id = user if isinstance(user, int) else user.id
        Resource.__init__(self, parent, request, str(user_id))
        self._user_id = user_id
        if isinstance(user, User):
            self.model = user

    @property
    def member_id(self) -> int:
        return self._user_id

    @reify
    def model(self) -> User:
        """The member's row. Raises NotFound if the member was just deleted."""
        user = self.request.db.get(User, self._user_id)
        if user is None:
            raise NotFound(f"User {self._user_id} does not exist.")
        return user


@implementer(IMe)
class Me(UserResource):
    """The caller, as they see themselves."""

    def __init__(self, parent: Resource, request: Request, user_id: int) -> None:
        super().__init__(parent, request, user_id)
        self.__name__ = "me"


class Users(Collection[User | int]):
    """All members; ``me`` is the caller."""

    item = UserResource
    model = User
    permission = USERS_VIEW
    noun = "User"
    children: ClassVar[dict[str, type[Resource]]] = {"me": Me}

    def load(self, key: int) -> User | int | None:
        """Return the member's row, or only the id if the cache knows that the member exists."""
        users: list[User] = []

        def find() -> bool | None:
            user = self.request.db.get(User, key)
            users.extend([] if user is None else [user])
            # A missing member is not cached: the next registration may get this id.
            return None if user is None else True

        if not self.request.cache.get_or_create(f"user-exists:{key}", find, (tags.user(key),)):
            return None
        return users[0] if users else key

    def __getitem__(self, name: str) -> Resource:
        """Return the member with the id. ``me`` needs an API key, but no permission."""
        if name != "me":
            return super().__getitem__(name)
        identity = self.request.identity
        if identity is None:
            raise Unauthorized
        return Me(self, self.request, identity.user_id)
