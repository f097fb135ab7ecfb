"""Setting the classes that may read and edit an article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from pulsar.classes.models import UserClass
from pulsar.errors import Forbidden
from pulsar.request import Request

from ..errors import invalid_class
from ..models import WikiArticle
from ..permissions import CLASSES

_FIELDS = ("read_class", "edit_class")


def set_classes(
    request: Request, article: WikiArticle, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the given classes of the article; return the changed values before and after.

    Raises Forbidden without the permission, and Invalid if a class does not exist.
    """
    class_fields = {name: values[name] for name in _FIELDS if name in values}
    if class_fields and not request.caller.has(CLASSES):
        raise Forbidden
    ids = {class_id for class_id in class_fields.values() if class_id is not None}
    class_ids = set(request.db.scalars(select(UserClass.id).where(UserClass.id.in_(ids))))
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, class_id in class_fields.items():
        if class_id is not None and class_id not in class_ids:
            raise invalid_class(name)
        kind = name.removesuffix("_class")
        restricted = getattr(article, f"{kind}_restricted")
        if (getattr(article, f"{name}_id"), restricted) != (class_id, class_id is not None):
            before[name], after[name] = getattr(article, f"{name}_id"), class_id
        setattr(article, f"{name}_id", class_id)
        setattr(article, f"{kind}_restricted", class_id is not None)
    return before, after
