"""The serializers of moderation."""

from __future__ import annotations

from ..db import utcnow
from ..permissions import USERS_WARN
from ..request import Request
from ..serialization import BOOLEAN, DATETIME, INTEGER, STRING, Field, NestedField, nullable
from ..serialization.serializer import Serializer
from ..users.interfaces import IUser
from .models import UserWarning


def _active(request: Request, warning: UserWarning) -> bool:
    return warning.revoked is None and warning.expires > utcnow()


class UserWarningSerializer(Serializer):
    """A warning. Only staff see who gave it."""

    id = Field(INTEGER)
    user_id = Field(INTEGER)
    reason = Field(STRING)
    active = Field(BOOLEAN, _active)
    created = Field(DATETIME)
    expires = Field(DATETIME)
    revoked = Field(nullable(DATETIME))
    staff = NestedField(IUser, only=("id", "username"), permission=USERS_WARN)


class StaffNoteSerializer(Serializer):
    """A staff note."""

    id = Field(INTEGER)
    note = Field(STRING)
    created = Field(DATETIME)
    staff = NestedField(IUser, only=("id", "username"))


class StatusChangeSerializer(Serializer):
    """A change of standing."""

    id = Field(INTEGER)
    kind = Field(STRING)
    before = Field(STRING)
    after = Field(STRING)
    reason = Field(STRING)
    created = Field(DATETIME)
    staff = NestedField(IUser, only=("id", "username"))


class IPBanSerializer(Serializer):
    """A banned network."""

    id = Field(INTEGER)
    network = Field(STRING)
    reason = Field(STRING)
    created = Field(DATETIME)
    expires = Field(nullable(DATETIME))
    staff = NestedField(IUser, only=("id", "username"))
