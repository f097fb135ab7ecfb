"""Invites to register, and the trees of members who invited each other."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IRoot
from ..jobs.schedule import HOURLY
from ..permissions import (
    INVITES_GRANT,
    INVITES_REVOKE,
    INVITES_REVOKE_OTHERS,
    INVITES_SEND,
    INVITES_SEND_UNLIMITED,
    INVITES_VIEW,
    INVITES_VIEW_OTHERS,
)
from ..users.interfaces import IAddressesExpired, IUserCreated
from ..users.resources import UserResource
from .fields import add_fields
from .forgetting import forget_addresses
from .gate import InviteGate, record_invitee
from .interfaces import IInvite, IInvitee, IInviteTree
from .resources import Invites, InviteTreeOf
from .serializers import InviteeSerializer, InviteSerializer, InviteTreeSerializer


def includeme(config: Configurator) -> None:
    """Provide invites and invite trees."""
    config.add_domain("Invites")
    config.add_permission(INVITES_SEND, "Invite people.", basic=True)
    config.add_permission(INVITES_SEND_UNLIMITED, "Invite people without having invites.")
    config.add_permission(INVITES_VIEW, "See one's own invites.", member=True)
    config.add_permission(INVITES_VIEW_OTHERS, "See other members' invites.")
    config.add_permission(INVITES_REVOKE, "Revoke one's own invites.", member=True)
    config.add_permission(INVITES_REVOKE_OTHERS, "Revoke other members' invites.")
    config.add_permission(INVITES_GRANT, "Give members invites.")
    config.add_resource("invites", Invites, parent=IRoot)
    config.add_resource("invite_tree", InviteTreeOf, parent=UserResource)
    config.add_serializer(InviteSerializer, IInvite)
    config.add_serializer(InviteTreeSerializer, IInviteTree)
    config.add_serializer(InviteeSerializer, IInvitee)
    add_fields(config)
    config.add_job(
        "expire_invites", HOURLY, ".expiry.expire_invites", title="Give expired invites back"
    )
    config.add_populator(".populate.populate")
    config.add_registration_gate("invite", InviteGate())
    config.add_subscriber(record_invitee, IUserCreated)
    config.add_subscriber(forget_addresses, IAddressesExpired)
    config.add_link("invites", "/invites")
    config.scan(".views")
