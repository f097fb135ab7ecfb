"""The hourly job that promotes and demotes members by the rules of the classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from ..background import background_request
from ..classes.models import UserClass
from ..db import utcnow
from ..interfaces import IDatabase, INotifications, IPromotionCriterion
from ..registry import Registry
from ..request import Request
from ..users.models import User
from .models import UserWarning
from .standing import change_class

#: The number of members who are checked in one transaction.
_BATCH = 200


def promote_and_demote(registry: Registry) -> None:
    """Demote members, then promote; each at most once in a run. Warned members are skipped."""
    with registry.getUtility(IDatabase).session() as session:
        classes = session.scalars(select(UserClass).order_by(UserClass.rank)).all()
    names = {user_class.id: user_class for user_class in classes}
    moved: set[int] = set()
    for user_class in classes:
        if user_class.demotion and user_class.demotion["to"] in names:
            target = names[user_class.demotion["to"]]
            moved |= _move(
                registry, user_class.id, target, "below", user_class.demotion["below"], moved
            )
    for target in reversed(classes):
        if target.promotion and target.promotion["from"] in names:
            source = target.promotion["from"]
            moved |= _move(registry, source, target, "require", target.promotion["require"], moved)


def _move(
    registry: Registry,
    source: int,
    target: UserClass,
    mode: str,
    rules: dict[str, float],
    moved: set[int],
) -> set[int]:
    """Move members of a class who meet the rules to another class; return their ids."""
    moved_ids: set[int] = set()
    for user_ids in _batches(registry, source):
        with background_request(registry) as request:
            for user_id in _meeting(request, user_ids, mode, rules):
                if user_id not in moved and _change(request, user_id, source, target, mode):
                    moved_ids.add(user_id)
    return moved_ids


def _batches(registry: Registry, class_id: int) -> Iterator[Sequence[int]]:
    """Yield the ids of the enabled members of a class who are not warned, in batches."""
    last = 0
    warned = select(UserWarning.user_id).where(
        UserWarning.revoked.is_(None), UserWarning.expires > utcnow()
    )
    while True:
        with registry.getUtility(IDatabase).session() as session:
            batch = session.scalars(
                select(User.id)
                .where(
                    User.user_class_id == class_id,
                    User.enabled,
                    User.id > last,
                    User.id.not_in(warned),
                )
                .order_by(User.id)
                .limit(_BATCH)
            ).all()
        if not batch:
            return
        yield batch
        last = batch[-1]


def _meeting(
    request: Request, user_ids: Sequence[int], mode: str, rules: dict[str, float]
) -> list[int]:
    """Return members who have every required figure or, for demotions, are below one of them.

    If the plugin of a criterion is not enabled, nobody is promoted by the rule, and nobody is
    demoted by that criterion.
    """
    figures = {}
    for name in rules:
        load = request.registry.queryUtility(IPromotionCriterion, name)
        if load is None:
            if mode == "require":
                return []
            continue
        figures[name] = load(request.db, user_ids)
    if mode == "require":
        return [
            user_id
            for user_id in user_ids
            if all(
                figure_by_user.get(user_id, 0) >= rules[name]
                for name, figure_by_user in figures.items()
            )
        ]
    return [
        user_id
        for user_id in user_ids
        if any(
            figure_by_user.get(user_id, 0) < rules[name] for name, figure_by_user in figures.items()
        )
    ]


def _change(request: Request, user_id: int, source: int, target: UserClass, mode: str) -> bool:
    """Move the member, unless staff moved or disabled them meanwhile; return whether it did."""
    user = request.db.scalar(
        select(User)
        .where(User.id == user_id, User.user_class_id == source, User.enabled)
        .with_for_update(of=User)
    )
    if user is None:
        return False
    reason = "Promotion rules of the class." if mode == "require" else "Demotion rules."
    change_class(request, user, target, reason)
    request.find_service(INotifications).notify(
        request,
        "class_changed",
        [user_id],
        {"class": target.name, "promoted": mode == "require"},
    )
    return True
