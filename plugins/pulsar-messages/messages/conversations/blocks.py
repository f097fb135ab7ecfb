"""Blocks between members."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulsar.classes.effective import effective_permissions
from pulsar.errors import Conflict, Forbidden, Invalid, Refused
from pulsar.request import Request
from pulsar.security.permissions import GOD_MODE
from pulsar.users.models import User

from .models import Block
from .permissions import IGNORE_BLOCKS
from .queries import blocks_of


class Undeliverable(Forbidden):
    """A member does not accept messages from the caller. The error does not say who or why."""

    code = "undeliverable"
    message = "You cannot write to one of these members."


class CannotBlock(Forbidden):
    """The member may ignore blocks, so that a block would have no effect."""

    code = "cannot_block"
    message = "This member cannot be blocked."


class AlreadyBlocked(Conflict):
    """The caller already blocks the member."""

    code = "already_blocked"


def require_deliverable(request: Request, user_ids: Collection[int]) -> None:
    """Raise Undeliverable if one of the members blocks the caller."""
    identity = request.caller
    if identity.has(IGNORE_BLOCKS):
        return
    blocking = select(Block.user_id).where(
        Block.blocked_id == identity.user_id, Block.user_id.in_(user_ids)
    )
    if request.db.scalar(blocking.limit(1)) is not None:
        raise Undeliverable


def block(request: Request, user_id: int) -> Block:
    """Block the member. Raises Invalid, CannotBlock or AlreadyBlocked."""
    session, own = request.db, request.caller.user_id
    user = session.get(User, user_id)
    if user is None:
        raise Refused({"user_id": ["Invalid User id."]})
    if user_id == own:
        raise Invalid({"user_id": ["you cannot block yourself"]})
    if _ignores_blocks(session, user):
        raise CannotBlock
    try:
        with session.begin_nested():
            session.add(Block(user_id=own, blocked_id=user_id))
            session.flush()
    except IntegrityError as error:
        raise AlreadyBlocked(f"User {user_id} is already blocked.", existing_id=user_id) from error
    return session.scalars(blocks_of(own).where(Block.blocked_id == user_id)).one()


def unblock(request: Request, user_id: int) -> None:
    own = request.caller.user_id
    request.db.execute(delete(Block).where(Block.user_id == own, Block.blocked_id == user_id))


def _ignores_blocks(session: Session, user: User) -> bool:
    granted = effective_permissions(session, user, ())
    return IGNORE_BLOCKS in granted or GOD_MODE in granted
