"""What moderation puts below ``/users/{id}``, and ``/ip_bans``, ``/duplicate_addresses``."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow

from ..security import own
from ..traversal import Collection, Item, Resource
from ..users.models import User
from .models import IPBan, UserWarning


class OfUser(Resource):
    """Something of a member."""

    @property
    def user(self) -> User:
        """The member."""
        found: User = self.__parent__.model  # type: ignore[union-attr]
        return found


class UserClassOf(OfUser):
    """A member's primary class."""


class UserStatus(OfUser):
    """Whether a member is enabled and locked."""


class UserPermissionsOf(OfUser):
    """What a member may do, and why."""


class History(OfUser):
    """The changes of a member's standing."""


class Notes(OfUser):
    """What staff notes down about a member."""


class Addresses(OfUser):
    """Where a member came from; their own they may see."""

    def __acl__(self) -> list[tuple[str, str, Any]]:
        """The member."""
        return [(Allow, own(self.user.id, "users_view"), "users_view_addresses")]


class WarningResource(Item):
    """A warning."""

    model: UserWarning


class Warnings(Collection):
    """A member's warnings; their own they may see."""

    item = WarningResource
    model = UserWarning
    permission = "users_warn"
    noun = "Warning"

    @property
    def user(self) -> User:
        """The member."""
        found: User = self.__parent__.model  # type: ignore[union-attr]
        return found

    def __acl__(self) -> list[tuple[str, str, Any]]:
        """The member."""
        return [(Allow, own(self.user.id, "users_view"), "users_view_warnings")]

    def load(self, key: int) -> UserWarning | None:
        """The warning, if it is this member's."""
        found = self.request.db.get(UserWarning, key)
        return found if found is not None and found.user_id == self.user.id else None


class IPBanResource(Item):
    """A ban."""

    model: IPBan


class IPBanCollection(Collection):
    """The banned networks."""

    item = IPBanResource
    model = IPBan
    permission = "ip_bans_modify"
    noun = "IPBan"


class DuplicateAddresses(Resource):
    """Addresses that several members used."""
