"""What happens to members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zope.interface import implementer

from .interfaces import IUserCreated
from .models import User


@implementer(IUserCreated)
@dataclass(frozen=True, slots=True)
class UserCreated:
    """A member registered (with the request) or was added by an operator (without)."""

    request: Any
    model: User
