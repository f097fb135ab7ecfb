"""The serializers of invites and invite trees."""

from __future__ import annotations

from ..db import utcnow
from ..permissions import INVITES_VIEW_OTHERS, USERS_MODERATE
from ..request import Request
from ..serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    Field,
    NestedField,
    Serializer,
    nullable,
)
from ..users.interfaces import IUser
from .interfaces import IInvitee
from .models import Invite


def _expired(request: Request, invite: Invite) -> bool:
    return invite.used is None and (invite.revoked is not None or invite.expires <= utcnow())


class InviteSerializer(Serializer):
    """An invite, for its sender and for staff."""

    owner = "inviter_id"

    code = Field(STRING)
    email = Field(STRING, doc="Where it was sent; who registers may give another address.")
    time_sent = Field(DATETIME)
    expires = Field(DATETIME)
    expired = Field(BOOLEAN, _expired, doc="It was not used and, revoked or too old, cannot be.")
    used = Field(nullable(DATETIME))
    invitee = NestedField(IUser, doc="Who registered with it.")
    inviter = NestedField(IUser, permission=INVITES_VIEW_OTHERS, nested=False)
    from_ip = Field(STRING, permission=INVITES_VIEW_OTHERS)


class InviteeSerializer(Serializer):
    """A member of a tree. Staff also see the fields that they see of any member."""

    id = Field(INTEGER)
    username = Field(STRING)
    enabled = Field(BOOLEAN)
    created = Field(DATETIME)
    locked = Field(BOOLEAN, permission=USERS_MODERATE)
    email = Field(STRING, permission=USERS_MODERATE)
    inviter_id = Field(INTEGER, permission=USERS_MODERATE)
    invitees = NestedField(IInvitee, many=True)


class InviteTreeSerializer(Serializer):
    """An invite tree. The URL identifies the member at its root."""

    depth = Field(INTEGER, doc="How many generations were asked for.")
    truncated = Field(BOOLEAN, doc="Whether there are more members than are shown.")
    invitees = NestedField(IInvitee, many=True)
