"""Sending, using and revoking invites."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, update

from ..db import utcnow
from ..db.rows import changed_rows
from ..errors import ApiError, NotFound
from ..interfaces import ISiteLog
from ..permissions import INVITES_SEND_UNLIMITED
from ..request import Request
from ..settings import CoreSettings
from ..users import tags as user_tags
from ..users.models import User
from ..users.recorded_addresses import recorded_address
from ..users.services import RegistrationClosed
from .letter import mail
from .models import Invite

CODE_LENGTH = 24


class NoInvites(ApiError):
    """The member has no invites left."""

    code = "no_invites"
    message = "You do not have an invite to send."


class InvitesDisabled(ApiError):
    """Registration is open, so nobody needs an invite."""

    code = "invites_disabled"
    message = "An invite code is not required to register, so invites have been disabled."


class InviteRequired(ApiError):
    """Registration requires an invite."""

    code = "invite_required"
    message = "An invite code is required for registration."


class InvalidInvite(ApiError):
    """The invite does not exist or is not live any more."""

    code = "invalid_invite"


def is_unused() -> ColumnElement[bool]:
    """Return a condition: the invite was neither used nor revoked."""
    return and_(Invite.used.is_(None), Invite.revoked.is_(None))


def is_live() -> ColumnElement[bool]:
    """Return a condition: the invite can be used."""
    return and_(is_unused(), Invite.expires > utcnow())


def send(request: Request, email: str) -> Invite:
    """Create an invite. Raises NoInvites, InvitesDisabled, RegistrationClosed or TooManyMails."""
    settings, identity = request.registry.settings, request.caller
    if CoreSettings.registration.read(settings) == "open":
        raise InvitesDisabled
    if CoreSettings.registration.read(settings) == "closed":
        raise RegistrationClosed
    cost = not identity.has(INVITES_SEND_UNLIMITED)
    if cost:
        _take_one(request, identity.user_id)
    now = utcnow()
    invite = Invite(
        code=secrets.token_urlsafe(CODE_LENGTH * 3 // 4),
        inviter_id=identity.user_id,
        email=email.lower(),
        from_ip=recorded_address(request, identity.granted).address,
        time_sent=now,
        expires=now + timedelta(days=CoreSettings.invite_days.read(settings)),
        cost=cost,
    )
    request.db.add(invite)
    request.db.flush()
    mail(request, invite)
    return invite


def require_code(code: str | None) -> str:
    """Return the code. Raises InviteRequired if it is None, InvalidInvite for a wrong length."""
    if code is None:
        raise InviteRequired(errors={"code": [InviteRequired.message]})
    if len(code) != CODE_LENGTH:
        raise _invalid(f"Invite code must be a {CODE_LENGTH} character string.")
    return code


def use(request: Request, code: str) -> Invite:
    """Use up an invite, for one registration only. Raises InvalidInvite.

    A concurrent registration waits for this UPDATE, and then matches nothing.
    """
    invite = request.db.scalar(
        update(Invite).where(Invite.code == code, is_live()).values(used=utcnow()).returning(Invite)
    )
    if invite is None:
        raise _invalid(f"{code} is not a valid invite code.")
    return invite


def _invalid(sentence: str) -> InvalidInvite:
    return InvalidInvite(sentence, errors={"code": [sentence]})


def revoke(request: Request, invite: Invite) -> None:
    """Revoke a live invite, and return it if it cost one. Raises NotFound unless it is live."""
    revoked = request.db.execute(
        update(Invite).where(Invite.id == invite.id, is_live()).values(revoked=utcnow())
    )
    if not changed_rows(revoked):
        raise NotFound(f"Invite {invite.code} does not exist.")
    if invite.cost:
        give_back(request, invite.inviter_id, 1)
    if invite.inviter_id != request.caller.user_id:
        request.find_service(ISiteLog).record(
            request, "invite_revoked", f"{invite.inviter.username}: {invite.email}", target=invite
        )


def give_back(request: Request, user_id: int, number: int) -> None:
    """Add ``number`` to the member's invites."""
    request.db.execute(update(User).where(User.id == user_id).values(invites=User.invites + number))
    request.cache.invalidate(user_tags.profile(user_id))


def _take_one(request: Request, user_id: int) -> None:
    taken = request.db.execute(
        update(User).where(User.id == user_id, User.invites > 0).values(invites=User.invites - 1)
    )
    if not changed_rows(taken):
        raise NoInvites
    request.cache.invalidate(user_tags.profile(user_id))
