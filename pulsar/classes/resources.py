"""``/permissions``, ``/user_classes`` and ``/secondary_classes``."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ..traversal import Collection, Item, Resource
from .models import SecondaryClass, SecondaryClassMember, UserClass


class Permissions(Resource):
    """The permissions that the core and plugins declared."""


class ClassMembers(Resource):
    """Who is in a class."""


class UserClassResource(Item):
    """One primary class."""

    model: UserClass
    children = {"members": ClassMembers}

    def __getitem__(self, name: str) -> Resource:
        """The members."""
        return self.children[name](self, self.request, name)


class UserClasses(Collection):
    """The primary classes."""

    item = UserClassResource
    model = UserClass
    permission = "userclasses_list"
    noun = "UserClass"

    def load(self, key: int) -> UserClass | None:
        """The class with its permissions."""
        return self.request.db.get(UserClass, key, options=[selectinload(UserClass.permissions)])


class SecondaryMember(Resource):
    """A member of a secondary class."""

    def __init__(self, parent: Resource, request: object, membership: SecondaryClassMember) -> None:
        super().__init__(parent, request, str(membership.user_id))
        self.model = membership


class SecondaryMembers(ClassMembers):
    """The members of a secondary class, by user id."""

    children = {"{user_id}": SecondaryMember}

    def __getitem__(self, name: str) -> Resource:
        """The membership."""
        key = Collection.parse(self, name)  # type: ignore[arg-type]
        found = key and self.request.db.scalar(
            select(SecondaryClassMember).where(
                SecondaryClassMember.secondary_class_id == self.__parent__.model.id,  # type: ignore[union-attr]
                SecondaryClassMember.user_id == key,
            )
        )
        if not found:
            raise KeyError(name)
        return SecondaryMember(self, self.request, found)


class SecondaryClassResource(Item):
    """One secondary class."""

    model: SecondaryClass
    children = {"members": SecondaryMembers}

    def __getitem__(self, name: str) -> Resource:
        """The members."""
        return self.children[name](self, self.request, name)


class SecondaryClasses(Collection):
    """The secondary classes."""

    item = SecondaryClassResource
    model = SecondaryClass
    permission = "userclasses_list"
    noun = "SecondaryClass"

    def load(self, key: int) -> SecondaryClass | None:
        """The class with its permissions."""
        return self.request.db.get(
            SecondaryClass, key, options=[selectinload(SecondaryClass.permissions)]
        )
