"""The service from which packages that do not import this one learn members' permissions."""

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
    """Answers from the database, with one statement for each method."""

    def default_id(self, session: Session) -> int:
        return default_class_id(session)

    def permissions(self, registry: Registry, session: Session, user: User) -> frozenset[str]:
        locked_permissions = CoreSettings.lock_permissions.of(registry)
        return effective_permissions(session, user, locked_permissions)
