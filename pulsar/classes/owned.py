"""What belongs to members: their own they see by one permission, others' by a further one."""

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
    """The query that says whose: the caller's unless another id is given."""

    errors = (NotFound, Outranked)

    user_id = Integer(1, description="Another member's, for those who may.")


def named_id(request: Request, others: str) -> int:
    """The id that the request names, of nobody perhaps. Raises Forbidden for somebody else."""
    own: int = request.caller.user_id
    user_id: int = request.validated.get("user_id", own)
    if user_id != own and not request.caller.has(others):
        raise Forbidden
    return user_id


def member_id(request: Request, others: str, *, secret: bool = True) -> int:
    """The member the request is about.

    Raises Forbidden or NotFound for somebody else, and Outranked where that member holds what the
    caller does not, unless what the request is about is no secret of theirs.
    """
    user_id = named_id(request, others)
    is_own = user_id == request.caller.user_id
    if not is_own and request.db.scalar(select(User.id).where(User.id == user_id)) is None:
        raise NotFound(f"User {user_id} does not exist.")
    if secret and not is_own:
        require_no_more(request, user_id)
    return user_id


class OwnedItem(Item[Any]):
    """A thing of a member's, who may change it; so may those who stand above the member."""

    #: The model's attribute that holds the owner's id.
    owner: ClassVar[str] = "user_id"
    self_service = True

    @property
    def member_id(self) -> int | None:
        """The owner; None where the account is gone."""
        owner_id: int | None = getattr(self.model, self.owner)
        return owner_id


class OwnedCollection(Collection[Any]):
    """Things that their members revoke by DELETE, found by a text that is no id.

    Reading takes ``permission``, revoking ``revoking``; for others' things the caller needs the
    one of the same name with ``_others`` too, or they are as good as missing.
    """

    permission: ClassVar[str]
    revoking: ClassVar[str]
    item: ClassVar[type[OwnedItem]]
    #: The form of the text by which an item is found.
    form: ClassVar[re.Pattern[str]]

    @property
    def sight(self) -> str:
        """The permission for reading, or for revoking."""
        return self.revoking if self.request.method == "DELETE" else self.permission

    def parse(self, name: str) -> str | None:
        """The segment, where it has the form; upper and lower case differ."""
        return name if self.form.fullmatch(name) else None

    def load(self, key: str) -> Any:
        """The thing, if it is the caller's or they may see others'."""
        named = getattr(self.model, self.item.key)
        item = self.request.db.scalar(select(self.model).where(named == key))
        identity = self.request.identity
        if item is None or identity is None:
            return None
        is_own = getattr(item, self.item.owner) == identity.user_id
        return item if is_own or identity.has(f"{self.sight}_others") else None
