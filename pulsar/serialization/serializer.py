"""The base class of serializers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from zope.interface import provider

from ..interfaces import ISerializer
from .fields import Field


@provider(ISerializer)
class Serializer:
    """Declares fields as class attributes. The class itself is registered, since it has no state.

    ``owner`` names the model's attribute with the id of the member to whom it belongs.
    """

    fields: ClassVar[dict[str, Field]] = {}
    owner: ClassVar[str | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        inherited = dict(cls.fields)
        inherited.update(
            {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
        )
        cls.fields = inherited

    @classmethod
    def owner_id(cls, model: Any) -> int | None:
        """The id of the member to whom the model belongs."""
        return getattr(model, cls.owner) if cls.owner else None

    @classmethod
    def cache_tags(cls, model: Any) -> Iterable[str]:
        """The cache tags of all copies that contain the model."""
        return ()
