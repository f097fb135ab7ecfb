"""What moderation puts below ``/users/{id}``, and ``/ip_bans``, ``/duplicate_addresses``."""

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
    """Something of a member."""

    __parent__: UserResource

    @property
    def user(self) -> User:
        return self.__parent__.model


class UserClassOf(OfUser):
    """A member's primary class."""


class UserStatus(OfUser):
    """Whether a member is enabled and locked."""


class UserPermissionsOf(OfUser):
    """What a member may do, and why."""


class History(OfUser):
    """The changes of a member's standing."""


class NoteResource(Item[StaffNote]):
    """A staff note."""


class Notes(OfUser, Collection[StaffNote]):
    """What staff notes down about a member."""

    item = NoteResource
    model = StaffNote
    permission = USERS_NOTES
    noun = "Note"

    def load(self, key: int) -> StaffNote | None:
        """The note, if it is about this member."""
        note = self.request.db.get(StaffNote, key)
        return note if note is not None and note.user_id == self.user.id else None


class Addresses(OfUser):
    """Where a member came from; their own they may see."""

    def __acl__(self) -> list[tuple[str, str, Any]]:
        return [(Allow, own(self.user.id, USERS_VIEW), USERS_VIEW_ADDRESSES)]


class WarningResource(Item[UserWarning]):
    """A warning."""

    __parent__: Warnings


class Warnings(OfUser, Collection[UserWarning]):
    """A member's warnings; their own they may see."""

    item = WarningResource
    model = UserWarning
    noun = "Warning"

    @property
    def sight(self) -> str:
        """The permission for seeing warnings, or for taking them back."""
        return USERS_WARN if self.request.method == "DELETE" else USERS_VIEW_WARNINGS

    def __acl__(self) -> list[tuple[str, str, Any]]:
        return [(Allow, own(self.user.id, USERS_VIEW), USERS_VIEW_WARNINGS)]

    def load(self, key: int) -> UserWarning | None:
        """The warning, if it is this member's."""
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
