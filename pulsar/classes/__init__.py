"""User classes: the ranks of members, and the permissions of each rank."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IRoot, ISchemaUpgraded, IUserClasses
from ..permissions import (
    PERMISSIONS_MODIFY,
    SITE_GOD_MODE,
    SITE_MANAGE_CACHE_KEYS,
    USERCLASSES_LIST,
    USERCLASSES_MODIFY,
)
from .held import UserClassesService
from .interfaces import ISecondaryClass, IUserClass
from .resources import (
    ClassMembers,
    Permissions,
    SecondaryClasses,
    SecondaryClassResource,
    SecondaryMembers,
    UserClasses,
    UserClassResource,
)
from .serializers import SecondaryClassSerializer, UserClassSerializer


def includeme(config: Configurator) -> None:
    """Provide classes and their endpoints."""
    config.add_domain("Classes and permissions")
    config.add_service(IUserClasses, UserClassesService())
    # Grant new member permissions to class 1 after each migration of the database.
    config.add_subscriber(".defaults.grant_member_permissions", ISchemaUpgraded)
    config.add_permission(SITE_GOD_MODE, "Every permission check is true.")
    config.add_permission(SITE_MANAGE_CACHE_KEYS, "See which cache keys a request touched.")
    config.add_permission(PERMISSIONS_MODIFY, "See all permissions there are.")
    config.add_permission(USERCLASSES_LIST, "See the classes.", member=True)
    config.add_permission(USERCLASSES_MODIFY, "Make, change and remove classes.")
    config.add_resource("permissions", Permissions, parent=IRoot)
    config.add_resource("user_classes", UserClasses, parent=IRoot)
    config.add_resource("secondary_classes", SecondaryClasses, parent=IRoot)
    config.add_resource("members", ClassMembers, parent=UserClassResource)
    config.add_resource("members", SecondaryMembers, parent=SecondaryClassResource)
    config.add_serializer(UserClassSerializer, IUserClass)
    config.add_serializer(SecondaryClassSerializer, ISecondaryClass)
    config.add_populator(".populate.populate")
    config.scan(".views")
