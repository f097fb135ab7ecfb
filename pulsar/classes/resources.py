"""``/permissions``, ``/user_classes`` and ``/secondary_classes``."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import selectinload

from ..permissions import USERCLASSES_LIST
from ..request import Request
from ..traversal import Collection, Item, Resource, parse_id
from .models import SecondaryClass, SecondaryClassMember, UserClass


class Permissions(Resource):
    """The permissions that the core and plugins declared."""


class UserClassResource(Item[UserClass]):
    """One primary class."""


class SecondaryClassResource(Item[SecondaryClass]):
    """One secondary class."""


class _Classes(Collection[Any]):
    """Classes of one kind, loaded with their permissions."""

    permission = USERCLASSES_LIST

    def load(self, key: int) -> Any:
        return self.request.db.get(self.model, key, options=[selectinload(self.model.permissions)])


class UserClasses(_Classes):
    """The primary classes."""

    item = UserClassResource
    model = UserClass
    noun = "UserClass"


class SecondaryClasses(_Classes):
    """The secondary classes."""

    item = SecondaryClassResource
    model = SecondaryClass
    noun = "SecondaryClass"


class ClassMembers(Resource):
    """The members of a class."""

    __parent__: UserClassResource | SecondaryClassResource


class SecondaryMember(Resource):
    """A member of a secondary class."""

    __parent__: SecondaryMembers

    def __init__(
        self, parent: Resource, request: Request, membership: SecondaryClassMember
    ) -> None:
        super().__init__(parent, request, str(membership.user_id))
        self.model = membership

    @property
    def member_id(self) -> int:
        return self.model.user_id


class SecondaryMembers(ClassMembers):
    """The members of a secondary class, by user id."""

    __parent__: SecondaryClassResource
    children = {"{user_id}": SecondaryMember}

    def __getitem__(self, name: str) -> Resource:
        user_id = parse_id(name)
        key = {"secondary_class_id": self.__parent__.model.id, "user_id": user_id}
        membership = self.request.db.get(SecondaryClassMember, key) if user_id else None
        if membership is None:
            raise KeyError(name)
        return SecondaryMember(self, self.request, membership)
