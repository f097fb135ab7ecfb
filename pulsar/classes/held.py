"""The service that tells packages below of members' classes."""

from __future__ import annotations

from sqlalchemy.orm import Session
from zope.interface import implementer

from ..interfaces import IUserClasses
from ..registry import Registry
from ..settings import CoreSettings
from ..users.models import User
from .default_class import default_class_id
from .effective import effective_permissions


@implementer(IUserClasses)
class UserClassesService:
    """Answers from the database, each in one statement."""

    def default_id(self, session: Session) -> int:
        """The id of the class that new members join."""
        return default_class_id(session)

    def permissions(self, registry: Registry, session: Session, user: User) -> frozenset[str]:
        """What the member holds."""
        locked_permissions = CoreSettings.lock_permissions.of(registry)
        return effective_permissions(session, user, locked_permissions)
