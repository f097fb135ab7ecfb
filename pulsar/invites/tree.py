"""The trees of members who invited each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session, aliased
from zope.interface import implementer

from ..users.models import User
from .interfaces import IInvitee, IInviteTree

#: The maximum number of members in a response, those nearest to the root first.
MOST = 1_000


@implementer(IInvitee)
@dataclass(frozen=True, slots=True)
class Invitee:
    """A member of a tree, with the members whom they invited."""

    id: int
    username: str
    email: str
    enabled: bool
    locked: bool
    created: datetime
    inviter_id: int
    invitees: list[Invitee] = field(default_factory=list)


@implementer(IInviteTree)
@dataclass(frozen=True, slots=True)
class InviteTree:
    """Some generations of invited members."""

    depth: int
    truncated: bool
    invitees: list[Invitee]


def invite_tree(session: Session, user_id: int, depth: int) -> InviteTree:
    """Return the tree below a member, in one statement."""
    rows = session.execute(_descendants(user_id, depth + 1).limit(MOST + 1)).all()
    visible_rows = [row for row in rows[:MOST] if row.level <= depth]
    places: dict[int, list[Invitee]] = {user_id: []}
    # Inviters come before the members whom they invited, so the inviter is always known.
    for row in visible_rows:
        invitee = Invitee(*row[1:])
        places[invitee.inviter_id].append(invitee)
        places[invitee.id] = invitee.invitees
    return InviteTree(depth, len(visible_rows) < len(rows), places[user_id])


def _descendants(user_id: int, depth: int) -> Select[tuple[int, ...]]:
    """Return the query of level and fields of all members below a member, level by level."""
    root = select(User.id, literal(0).label("level")).where(User.id == user_id)
    tree = root.cte("tree", recursive=True)
    child = aliased(User)
    tree = tree.union_all(
        select(child.id, tree.c.level + 1)
        .join(tree, child.inviter_id == tree.c.id)
        .where(tree.c.level < depth)
    )
    fields = (
        *(User.id, User.username, User.email, User.enabled, User.locked),
        *(User.created, User.inviter_id),
    )
    return (
        select(tree.c.level, *fields)
        .join(tree, tree.c.id == User.id)
        .where(tree.c.level > 0)
        .order_by(tree.c.level, User.id)
    )
