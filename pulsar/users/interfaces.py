"""Interfaces of members, for registrations and subscribers of plugins."""

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
    """Old addresses expire. Subscribers delete those that they store, in the event's session."""

    session: Session = Attribute("A session that is committed afterwards.")
    oldest: datetime = Attribute("Addresses last used before this time are deleted.")
