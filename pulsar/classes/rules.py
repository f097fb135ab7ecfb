"""The rules by which the promotion job moves members between classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from ..errors import Refused
from ..interfaces import IPromotionCriterion
from ..request import Request
from .models import LOWEST_CLASS, UserClass
from .rank import require_class_held

#: The name of a rule, and its keys of the other class and of the figures.
_RULES = (("promotion", "from", "require"), ("demotion", "to", "below"))


def require_rules(request: Request, values: Mapping[str, Any], own: UserClass | None) -> None:
    """Raise Invalid for rules or a rank that contradict each other.

    The class in a rule must rank below the class of the rule. Otherwise members would be promoted
    and demoted in turn, and callers who may edit low classes could move members of high ones into
    them. Raises Outranked if the class in a rule has permissions that the caller lacks, because
    members are moved into it or out of it.
    """
    errors: dict[str, list[str]] = {}
    rank = values.get("rank", own.rank if own else 0)
    for rule, key, figures in _RULES:
        if values.get(rule):
            errors |= _problems(request, rule, key, figures, values[rule], own, rank)
    if own is not None and rank != own.rank:
        reasons = _problems_of_rank(request, own, rank, values)
        if reasons:
            errors["rank"] = reasons
    if errors:
        raise Refused(errors)


def is_named(request: Request, user_class: UserClass) -> bool:
    """Return whether a rule of another class refers to the class."""
    return any(
        (getattr(other, rule) or {}).get(key) == user_class.id
        for other in _others(request, user_class)
        for rule, key, _ in _RULES
    )


def _problems(
    request: Request,
    rule: str,
    key: str,
    figures: str,
    values_by_rule: dict[str, Any],
    own: UserClass | None,
    rank: int,
) -> dict[str, list[str]]:
    """Return the problems of a rule, by path, for a class that is about to have the rank."""
    errors: dict[str, list[str]] = {}
    named = request.db.get(UserClass, values_by_rule[key])
    if named is None or named is own:
        errors[f"{rule}.{key}"] = ["Invalid UserClass id."]
    elif named.rank >= rank:
        errors[f"{rule}.{key}"] = ["the class must rank below this one"]
    elif named is not None:
        require_class_held(request, named)
    if not values_by_rule[figures]:
        errors[f"{rule}.{figures}"] = ["at least one figure is required"]
    for name in values_by_rule[figures]:
        if request.registry.queryUtility(IPromotionCriterion, name) is None:
            errors[f"{rule}.{figures}.{name}"] = ["value is not a criterion"]
    return errors


def _problems_of_rank(
    request: Request, own: UserClass, rank: int, values: Mapping[str, Any]
) -> list[str]:
    """Return conflicts of a new rank with the rules of the class and the rules that refer to it."""
    if own.id == LOWEST_CLASS:
        return ["the lowest class keeps its rank"]
    reasons = []
    for other in _others(request, own):
        for rule, key, _ in _RULES:
            stored = None if rule in values else getattr(own, rule)
            if stored and stored[key] == other.id and other.rank >= rank:
                reasons.append(f"the {rule} rule needs {other.name} to rank below this class")
            theirs = getattr(other, rule)
            if theirs and theirs[key] == own.id and other.rank <= rank:
                reasons.append(f"the {rule} rule of {other.name} needs this class to rank below it")
    return reasons


def _others(request: Request, user_class: UserClass) -> list[UserClass]:
    query = select(UserClass).where(UserClass.id != user_class.id).order_by(UserClass.rank)
    return list(request.db.scalars(query))
