"""Making, changing and removing classes of both kinds."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ..errors import ApiError, Conflict, Invalid
from ..interfaces import IPermission, IPromotionCriterion, ISiteLog
from ..security.rank import require_held, require_outranked
from ..users.models import User
from .models import (
    LOWEST_CLASS,
    SecondaryClass,
    SecondaryClassMember,
    SecondaryClassPermission,
    UserClass,
    UserClassPermission,
)

AnyClass = UserClass | SecondaryClass
_ROWS = {UserClass: UserClassPermission, SecondaryClass: SecondaryClassPermission}


class ClassNameTaken(Conflict):
    """Names of classes are unique whatever their case."""

    code = "class_name_taken"


class ClassInUse(ApiError):
    """The class has members, is the lowest one, or others' rules name it."""

    code = "class_in_use"
    message = "You cannot delete a UserClass while users are assigned to it."


def create(request: Request, kind: type[AnyClass], values: dict[str, Any]) -> AnyClass:
    """Make a class. Raises Invalid, ClassNameTaken or Outranked."""
    names = sorted(set(values["permissions"]))
    require_known(request, names)
    require_held(request, names)
    fields = {name: value for name, value in values.items() if name != "permissions"}
    if "rank" in fields:
        require_outranked(request, fields["rank"])
    require_rules(request, fields, None)
    found = kind(**fields, permissions=[_ROWS[kind](permission=name) for name in names])
    _store(request, found)
    log(request, "class_created", found, None, {**fields, "permissions": names})
    return found


def edit(request: Request, found: AnyClass, values: dict[str, Any]) -> None:
    """Change what the values name; members feel it at their next request."""
    if isinstance(found, UserClass):
        require_outranked(request, found.rank)
        if "rank" in values:
            require_outranked(request, values["rank"])
    require_rules(request, values, found.id)
    held = {row.permission for row in found.permissions}
    after = _changed_permissions(request, found, held, values.get("permissions", {}))
    fields = {name: value for name, value in values.items() if name != "permissions"}
    before = {name: getattr(found, name) for name in fields}
    for name, value in fields.items():
        setattr(found, name, value)
    rows: list[Any] = [row for row in found.permissions if row.permission in after]
    rows += [_ROWS[type(found)](permission=name) for name in sorted(after - held)]
    found.permissions = rows
    _store(request, found)
    if after != held:
        before["permissions"], fields["permissions"] = sorted(held), sorted(after)
    log(request, "class_edited", found, before, fields)
    request.cache.invalidate(class_tag(found))


def delete(request: Request, found: AnyClass) -> None:
    """Remove a class nobody is in. Raises ClassInUse."""
    members: Any
    if isinstance(found, UserClass):
        require_outranked(request, found.rank)
        if found.id == LOWEST_CLASS:
            raise ClassInUse("You cannot delete the lowest UserClass.")
        if found.id in _named_by_rules(request, found.id):
            raise ClassInUse("The promotion rules of another UserClass name this one.")
        members = select(func.count()).where(User.user_class_id == found.id)
    else:
        members = select(func.count()).where(SecondaryClassMember.secondary_class_id == found.id)
    if request.db.scalar(members):
        noun = type(found).__name__
        raise ClassInUse(f"You cannot delete a {noun} while users are assigned to it.")
    log(request, "class_deleted", found, {"name": found.name}, None)
    request.db.delete(found)
    request.db.flush()


def class_tag(found: AnyClass) -> str:
    """The cache tag of the identities that the class concerns; secondary ones share theirs."""
    return f"class:{found.id}" if isinstance(found, UserClass) else "secondary-classes"


def require_known(request: Request, names: list[str]) -> None:
    """Raise Invalid for permissions that nobody declared."""
    unknown = [name for name in names if request.registry.queryUtility(IPermission, name) is None]
    if unknown:
        raise Invalid(
            {"permissions": [f"The following permissions are invalid: {', '.join(unknown)}"]}
        )


def require_rules(request: Request, values: dict[str, Any], own_id: int | None) -> None:
    """Raise Invalid for rules that name no class, the class itself, or no known criterion."""
    errors: dict[str, list[str]] = {}
    for rule, key, figures in (("promotion", "from", "require"), ("demotion", "to", "below")):
        found = values.get(rule)
        if not found:
            continue
        if found[key] == own_id or request.db.get(UserClass, found[key]) is None:
            errors[f"{rule}.{key}"] = ["Invalid UserClass id."]
        if not found[figures]:
            errors[f"{rule}.{figures}"] = ["at least one figure is required"]
        for name in found[figures]:
            if request.registry.queryUtility(IPromotionCriterion, name) is None:
                errors[f"{rule}.{figures}.{name}"] = ["value is not a criterion"]
    if errors:
        raise Invalid(errors)


def _changed_permissions(
    request: Request, found: AnyClass, held: set[str], wanted: dict[str, bool]
) -> set[str]:
    """What the class holds afterwards. Raises Invalid for what changes nothing."""
    added = [name for name, given in wanted.items() if given]
    removed = [name for name, given in wanted.items() if not given]
    noun = f"{type(found).__name__} {found.name}"
    reasons = [f"{noun} already has the permission {name}." for name in added if name in held] + [
        f"{noun} does not have the permission {name}." for name in removed if name not in held
    ]
    if reasons:
        raise Invalid({"permissions": reasons})
    require_known(request, added)
    require_held(request, added)
    return (held | set(added)) - set(removed)


def _named_by_rules(request: Request, class_id: int) -> set[int | None]:
    named: set[int | None] = set()
    for other in request.db.scalars(select(UserClass).where(UserClass.id != class_id)):
        named.add((other.promotion or {}).get("from"))
        named.add((other.demotion or {}).get("to"))
    return named


def _store(request: Request, found: AnyClass) -> None:
    name = found.name
    try:
        with request.db.begin_nested():
            request.db.add(found)
            request.db.flush()
    except IntegrityError as error:
        noun = type(found).__name__
        raise ClassNameTaken(f"Another {noun} already has the name {name}.") from error


def log(
    request: Request,
    action: str,
    found: AnyClass,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Tell the site log."""
    summary = f"{type(found).__name__} {found.name}"
    request.find_service(ISiteLog).record(
        request, action, summary, target=found, before=before, after=after
    )
