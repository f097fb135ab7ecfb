"""The JSON representation of members."""

from __future__ import annotations

from ..permissions import USERS_MODERATE
from ..request import Request
from ..security.tags import user_class
from ..serialization import BOOLEAN, DATETIME, INTEGER, STRING, Field, Serializer, nullable
from . import tags
from .models import User


def _class_name(request: Request, user: User) -> str:
    request.cache.depends(user_class(user.user_class_id))
    return user.user_class.name


class UserSerializer(Serializer):
    """A member: the public part for everyone, the rest for themselves and moderators."""

    owner = "id"

    id = Field(INTEGER)
    username = Field(STRING)
    enabled = Field(BOOLEAN)
    user_class = Field(STRING, _class_name, doc="The name of the primary class.")
    uploaded = Field(INTEGER, doc="Credited bytes.")
    downloaded = Field(INTEGER, doc="Credited bytes.")
    created = Field(DATETIME, nested=False)
    email = Field(STRING, permission=USERS_MODERATE, own=True)
    locked = Field(BOOLEAN, permission=USERS_MODERATE, own=True)
    invites = Field(INTEGER, permission=USERS_MODERATE, own=True)
    upload_debt = Field(
        INTEGER,
        permission=USERS_MODERATE,
        own=True,
        nested=False,
        doc="Bytes of upload that were taken back after they had been spent; credit pays it first.",
    )
    last_seen = Field(
        nullable(DATETIME),
        permission=USERS_MODERATE,
        own=True,
        nested=False,
        doc="Correct to two minutes.",
    )

    @classmethod
    def cache_tags(cls, model: User) -> tuple[str, ...]:
        """Return the tag of the member's name and standing."""
        return (tags.user(model.id),)
