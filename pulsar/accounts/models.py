"""Tables for authentication: mailed tokens, second factors, failed logins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, Moment, PrimaryKey


class MailToken(Base):
    """A mailed token, valid once. Only its SHA-256 is stored.

    ``purpose`` is ``confirm`` (of the address in ``email``) or ``reset`` (of the password).
    """

    __tablename__ = "mail_tokens"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(255))
    created: Mapped[Moment]
    expires: Mapped[datetime] = mapped_column(index=True)
    used: Mapped[datetime | None]


class TwoFactor(Base):
    """A member's TOTP secret (RFC 6238), encrypted with a key of one of the site's secrets.

    It takes effect when it is ``confirmed``. ``last_counter`` is the last time step that was
    accepted, so that a code is valid only once.
    """

    __tablename__ = "two_factor"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[Moment]
    confirmed: Mapped[datetime | None]
    last_counter: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """A code that replaces the second factor, once. Only its SHA-256 is stored."""

    __tablename__ = "recovery_codes"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used: Mapped[datetime | None]


class LoginFailures(Base):
    """Failed logins of a subject, and the end of its delay.

    ``subject`` is ``account:<lower case username>``, ``address:<network>``, ``place:<SHA-256 of
    account and network>``, or ``confirm:<user id>`` for members who are logged in. The row
    ``trust:<SHA-256 of account and network>`` means that the network is trusted until its
    ``blocked_until``.
    """

    __tablename__ = "login_failures"

    subject: Mapped[str] = mapped_column(String(96), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_failure: Mapped[datetime] = mapped_column(index=True)
    blocked_until: Mapped[datetime]
