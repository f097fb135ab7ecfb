"""Events of members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from zope.interface import implementer

from .interfaces import IAddressesExpired, IUserCreated
from .models import User


@implementer(IUserCreated)
@dataclass(frozen=True, slots=True)
class UserCreated:
    """A member registered (with the request) or was added by an operator (without a request)."""

    request: Any
    model: User


@implementer(IAddressesExpired)
@dataclass(frozen=True, slots=True)
class AddressesExpired:
    """The daily job deletes old addresses."""

    session: Session
    oldest: datetime
