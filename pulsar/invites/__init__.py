"""Invites: letting somebody in, and who let in whom."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IRoot
from ..jobs.schedule import HOURLY
from ..users.interfaces import IAddressesExpired, IUserCreated
from ..users.resources import UserResource
from .fields import add_fields
from .forgetting import forget_addresses
from .gate import InviteGate, record_invitee
from .interfaces import IInvite, IInvitee, IInviteTree
from .resources import Invites, InviteTreeOf
from .serializers import InviteeSerializer, InviteSerializer, InviteTreeSerializer


def includeme(config: Configurator) -> None:
    """Provide invites, and the trees that they make of members."""
    config.add_domain("Invites")
    config.add_permission("invites_send", "Invite people.", basic=True)
    config.add_permission("invites_send_unlimited", "Invite people without having invites.")
    config.add_permission("invites_view", "See one's own invites.", member=True)
    config.add_permission("invites_view_others", "See other members' invites.")
    config.add_permission("invites_revoke", "Revoke one's own invites.", member=True)
    config.add_permission("invites_revoke_others", "Revoke other members' invites.")
    config.add_permission("invites_grant", "Give members invites.")
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
