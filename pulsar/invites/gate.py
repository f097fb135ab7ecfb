"""The gate for registrations with an invite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zope.interface import implementer

from ..interfaces import IRegistrationGate
from ..request import Request, per_request
from ..users.interfaces import IUserCreated
from .models import Invite
from .services import InvalidInvite, InviteRequired, require_code, use


@dataclass(slots=True)
class Admission:
    """The invite that the request has used up."""

    invite: Invite | None = None


@per_request
def admission(request: Request) -> Admission:
    """Return the record of the invite with which the request registers a member."""
    return Admission()


@implementer(IRegistrationGate)
class InviteGate:
    """Admits everybody with a live invite, which is used up."""

    errors = (InviteRequired, InvalidInvite)

    def check(self, request: Request[Any]) -> None:
        """Raise InviteRequired if there is no code, or InvalidInvite if it has the wrong length."""
        require_code(request.validated.get("code"))

    def admit(self, request: Request[Any]) -> int | None:
        """Use the invite up, and return the id of its sender. Raises InvalidInvite."""
        invite = use(request, require_code(request.validated.get("code")))
        admission(request).invite = invite
        return invite.inviter_id


def record_invitee(event: IUserCreated) -> None:
    """Subscriber: store the new member in the invite. Members whom operators add have no invite."""
    invite = admission(event.request).invite if event.request is not None else None
    if invite is not None:
        invite.invitee_id = event.model.id
