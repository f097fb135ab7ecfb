"""What plugins register things for, and what they subscribe to: members."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

from ..interfaces import IContent, IContentEvent

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class IUser(IContent):
    """A member's account."""


class IUserCreated(IContentEvent):
    """A member registered or was added."""


class IAddressesExpired(Interface):
    """Where members were before a moment is to be forgotten, by statements in the session."""

    session: Session = Attribute("A session that is committed afterwards.")
    oldest: datetime = Attribute("What is older is forgotten.")
