"""The input of moderation."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

import colander

from ..permissions import INVITES_SEND
from ..users.schemas import Password
from ..validation import Boolean, Email, Integer, Mapping, Nullable, Paging, Schema, String
from ..validation.nodes import BooleanType, StringType, field
from .bans import MAPPED, parse


class EditUser(Schema):
    """Changes to a member; 0 is a value."""

    example = {"email": "alice@example.net", "invites": 3, "permissions": {INVITES_SEND: True}}

    email = Email()
    password = Password()
    uploaded = Integer(0)
    downloaded = Integer(0)
    upload_debt = Integer(0, description="What the member owes; 0 forgives it.")
    invites = Integer(0, 2**31 - 1)
    permissions = Mapping(BooleanType(), description="Permission to whether they have it.")


class ChangeClass(Schema):
    """A new primary class for a member."""

    example = {"user_class_id": 2, "reason": "Uploads a lot."}

    user_class_id = Integer(1, required=True)
    reason = String(1, 2_000, required=True)


class ChangeStatus(Schema):
    """A change of ``enabled``, ``locked`` or both."""

    example = {"locked": True, "reason": "The account was shared."}

    enabled = Boolean()
    locked = Boolean()
    reason = String(1, 2_000, required=True)


class Warn(Schema):
    """A warning."""

    example = {"reason": "Insulted a member.", "days": 14}

    reason = String(1, 2_000, required=True)
    days = Integer(1, 3_650, default=14)


class WriteNote(Schema):
    """A staff note."""

    example = {"note": "Explained the rules to them."}

    note = String(1, 10_000, required=True)


def network(node: colander.SchemaNode, value: str) -> None:
    """Accept an address or a network of either family that is no large part of the internet."""
    try:
        parsed = parse(value)
    except ValueError as error:
        raise colander.Invalid(node, "expected an address or a network like 10.0.0.0/8") from error
    widest = 8 if isinstance(parsed, IPv4Network) else 16
    if parsed.prefixlen < widest or (isinstance(parsed, IPv6Network) and MAPPED.subnet_of(parsed)):
        raise colander.Invalid(node, "the network is too large")


class Ban(Schema):
    """A network to ban."""

    example = {"network": "192.0.2.0/24", "reason": "Guesses passwords.", "days": 30}

    network = field(StringType(), network, required=True)
    reason = String(1, 2_000, required=True)
    days = Nullable(Integer(1, 3_650), description="How long; null is for ever.")


class ListDuplicates(Paging):
    """Selects addresses."""

    members = Integer(2, 1_000, default=2, description="Used by at least so many members.")
