"""Resources that belong to members. Access to those of other members needs a further permission."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from sqlalchemy import select

from ..errors import Forbidden, NotFound
from ..request import Request
from ..traversal import Collection, Item
from ..users.models import User
from ..validation import Integer, Schema
from .rank import Outranked, require_no_more


class OfMember(Schema):
    """The query parameter of the member, by default the caller."""

    errors = (NotFound, Outranked)

    user_id = Integer(1, description="Another member's, for those who may.")


def named_id(request: Request, others: str) -> int:
    """Return the id in the query, of a member who may not exist. Raises Forbidden."""
    own: int = request.caller.user_id
    user_id: int = request.validated.get("user_id", own)
    if user_id != own and not request.caller.has(others):
        raise Forbidden
    return user_id


def member_id(request: Request, others: str, *, secret: bool = True) -> int:
    """Return the id of the member whose data the request is for, by default the caller.

    Raises Forbidden or NotFound for other members, and Outranked if that member holds permissions
    that the caller lacks and ``secret`` is true.
    """
    user_id = named_id(request, others)
    is_own = user_id == request.caller.user_id
    if not is_own and request.db.scalar(select(User.id).where(User.id == user_id)) is None:
        raise NotFound(f"User {user_id} does not exist.")
    if secret and not is_own:
        require_no_more(request, user_id)
    return user_id


class OwnedItem(Item[Any]):
    """An item that its owner may change, and so may members who stand above the owner."""

    #: The model's attribute that holds the owner's id.
    owner: ClassVar[str] = "user_id"
    self_service = True

    @property
    def member_id(self) -> int | None:
        """The id of the owner, or None if the account was deleted."""
        owner_id: int | None = getattr(self.model, self.owner)
        return owner_id


class OwnedCollection(Collection[Any]):
    """Items that members revoke with DELETE, found by a text instead of an id.

    Reading requires ``permission``, and revoking requires ``revoking``. For items of other members
    the caller also needs the permission of the same name with ``_others``; without it, they are not
    found.
    """

    permission: ClassVar[str]
    revoking: ClassVar[str]
    item: ClassVar[type[OwnedItem]]
    #: The pattern of the text that identifies an item.
    form: ClassVar[re.Pattern[str]]

    @property
    def sight(self) -> str:
        """The permission for reading, or for revoking."""
        return self.revoking if self.request.method == "DELETE" else self.permission

    def parse(self, name: str) -> str | None:
        """Return the segment, which is case-sensitive, if it matches the pattern."""
        return name if self.form.fullmatch(name) else None

    def load(self, key: str) -> Any:
        """Return the item, if it is the caller's or the caller may see those of others."""
        named = getattr(self.model, self.item.key)
        item = self.request.db.scalar(select(self.model).where(named == key))
        identity = self.request.identity
        if item is None or identity is None:
            return None
        is_own = getattr(item, self.item.owner) == identity.user_id
        return item if is_own or identity.has(f"{self.sight}_others") else None
