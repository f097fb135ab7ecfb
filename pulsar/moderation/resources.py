"""The resources of moderation below ``/users/{id}``, ``/ip_bans`` and ``/duplicate_addresses``."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow

from ..permissions import (
    IP_BANS_MODIFY,
    USERS_NOTES,
    USERS_VIEW,
    USERS_VIEW_ADDRESSES,
    USERS_VIEW_WARNINGS,
    USERS_WARN,
)
from ..security import own
from ..traversal import Collection, Item, Resource
from ..users.models import User
from ..users.resources import UserResource
from .models import IPBan, StaffNote, UserWarning


class OfUser(Resource):
    """A resource that belongs to a member."""

    __parent__: UserResource

    @property
    def user(self) -> User:
        return self.__parent__.model


class UserClassOf(OfUser):
    """A member's primary class."""


class UserStatus(OfUser):
    """Whether a member is enabled, and whether they are locked."""


class UserPermissionsOf(OfUser):
    """The permissions of a member, and their origins."""


class History(OfUser):
    """The changes of a member's standing."""


class NoteResource(Item[StaffNote]):
    """A staff note."""


class Notes(OfUser, Collection[StaffNote]):
    """The staff notes about a member."""

    item = NoteResource
    model = StaffNote
    permission = USERS_NOTES
    noun = "Note"

    def load(self, key: int) -> StaffNote | None:
        """Return the note, if it is about this member."""
        note = self.request.db.get(StaffNote, key)
        return note if note is not None and note.user_id == self.user.id else None


class Addresses(OfUser):
    """The addresses of a member. Members may see their own."""

    def __acl__(self) -> list[tuple[str, str, Any]]:
        return [(Allow, own(self.user.id, USERS_VIEW), USERS_VIEW_ADDRESSES)]


class WarningResource(Item[UserWarning]):
    """A warning."""

    __parent__: Warnings


class Warnings(OfUser, Collection[UserWarning]):
    """The warnings of a member. Members may see their own."""

    item = WarningResource
    model = UserWarning
    noun = "Warning"

    @property
    def sight(self) -> str:
        """The permission for seeing warnings, or for revoking them."""
        return USERS_WARN if self.request.method == "DELETE" else USERS_VIEW_WARNINGS

    def __acl__(self) -> list[tuple[str, str, Any]]:
        return [(Allow, own(self.user.id, USERS_VIEW), USERS_VIEW_WARNINGS)]

    def load(self, key: int) -> UserWarning | None:
        """Return the warning, if it is this member's."""
        warning = self.request.db.get(UserWarning, key)
        return warning if warning is not None and warning.user_id == self.user.id else None


class IPBanResource(Item[IPBan]):
    """A ban."""


class IPBanCollection(Collection[IPBan]):
    """The banned networks."""

    item = IPBanResource
    model = IPBan
    permission = IP_BANS_MODIFY
    noun = "IPBan"


class DuplicateAddresses(Resource):
    """Addresses that several members used."""
