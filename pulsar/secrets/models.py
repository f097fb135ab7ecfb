"""The table of members' secrets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, Moment, PrimaryKey


class UserSecret(Base):
    """One secret of a member, live or revoked. Only the digest of its value is stored."""

    __tablename__ = "user_secrets"
    __table_args__ = (
        Index(
            "uq_user_secrets_live",
            "user_id",
            "kind",
            unique=True,
            sqlite_where=text("revoked IS NULL"),
            postgresql_where=text("revoked IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    nonce: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created: Mapped[Moment]
    revoked: Mapped[datetime | None]
