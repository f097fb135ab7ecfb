"""The table of API keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column
from zope.interface import implementer

from ..db import Base, Json, Moment, PrimaryKey
from .interfaces import IAPIKey


@implementer(IAPIKey)
class APIKey(Base):
    """An API key. ``hash`` is its public name, the first ten characters.

    Only the SHA-256 of the whole key is stored, which is sufficient for 192 bits of randomness.
    ``permissions`` is None if the key is unrestricted; otherwise it is the scope.
    """

    __tablename__ = "api_keys"

    id: Mapped[PrimaryKey]
    hash: Mapped[str] = mapped_column(String(10), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    #: The key that created this one, which ends with it at the latest; None for a login.
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("api_keys.id", ondelete="CASCADE"), index=True, info={"added": True}
    )
    permanent: Mapped[bool] = mapped_column(Boolean, default=False)
    timeout: Mapped[int] = mapped_column(Integer)
    permissions: Mapped[list[str] | None] = mapped_column(Json)
    created: Mapped[Moment]
    last_used: Mapped[Moment]
    revoked: Mapped[datetime | None]
    ip: Mapped[str] = mapped_column(String(45), default="", server_default=text("''"))
    user_agent: Mapped[str] = mapped_column(String(255), default="", server_default=text("''"))
