"""Moderation: actions of staff on members, bans of networks, and promotion."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IIPBans, IRoot
from ..jobs.schedule import HOURLY
from ..permissions import (
    IP_BANS_MODIFY,
    USERS_CHANGE_CLASS,
    USERS_DISABLE,
    USERS_NOTES,
    USERS_VIEW_ADDRESSES,
    USERS_VIEW_WARNINGS,
    USERS_WARN,
)
from ..users.resources import UserResource
from . import criteria, fields
from .bans import IPBans
from .criteria import add_promotion_criterion
from .interfaces import IIPBan, IStaffNote, IStatusChange, IUserWarning
from .permission_fields import add_permission_fields
from .promotion import promote_and_demote
from .resources import (
    Addresses,
    DuplicateAddresses,
    History,
    IPBanCollection,
    Notes,
    UserClassOf,
    UserPermissionsOf,
    UserStatus,
    Warnings,
)
from .serializers import (
    IPBanSerializer,
    StaffNoteSerializer,
    StatusChangeSerializer,
    UserWarningSerializer,
)


def includeme(config: Configurator) -> None:
    """Provide permissions, resources, bans and promotion."""
    config.add_domain("Moderation")
    config.add_service(IIPBans, IPBans(config.registry))
    add_permissions(config)
    for name, factory in (
        ("class", UserClassOf),
        ("status", UserStatus),
        ("permissions", UserPermissionsOf),
        ("history", History),
        ("warnings", Warnings),
        ("notes", Notes),
        ("addresses", Addresses),
    ):
        config.add_resource(name, factory, parent=UserResource)
    config.add_resource("ip_bans", IPBanCollection, parent=IRoot)
    config.add_resource("duplicate_addresses", DuplicateAddresses, parent=IRoot)
    config.add_serializer(UserWarningSerializer, IUserWarning)
    config.add_serializer(StaffNoteSerializer, IStaffNote)
    config.add_serializer(StatusChangeSerializer, IStatusChange)
    config.add_serializer(IPBanSerializer, IIPBan)
    fields.add_fields(config)
    add_permission_fields(config)

    config.add_directive("add_promotion_criterion", add_promotion_criterion)
    config.add_promotion_criterion("uploaded", criteria.uploaded)
    config.add_promotion_criterion("ratio", criteria.ratio)
    config.add_promotion_criterion("age_weeks", criteria.age_weeks)
    config.add_notification_type("class_changed", "Your class was changed.")
    config.add_notification_type("user_warned", "You were warned by staff.")
    config.add_job("promotion", HOURLY, promote_and_demote, title="Promote and demote members")
    config.add_populator(".populate.populate")
    config.scan(".views")


def add_permissions(config: Configurator) -> None:
    """Declare the permissions of moderators."""
    config.add_permission(USERS_CHANGE_CLASS, "Change members' classes.")
    config.add_permission(USERS_DISABLE, "Enable, disable, lock and unlock members.")
    config.add_permission(USERS_WARN, "Warn members and take warnings back.")
    config.add_permission(USERS_VIEW_WARNINGS, "See other members' warnings.")
    config.add_permission(USERS_NOTES, "Read and write staff notes.")
    config.add_permission(USERS_VIEW_ADDRESSES, "See members' addresses and who shares them.")
    config.add_permission(IP_BANS_MODIFY, "Ban networks.")
