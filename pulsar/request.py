"""The request, as views, resources and services use it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pyramid.request
from pyramid.decorator import reify
from typing_extensions import TypeVar as DefaultTypeVar

from .errors import Unauthorized

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .cache.facade import RequestCache
    from .registry import Registry
    from .security.identity import Identity
    from .serialization.serialize import Serialization

Service = TypeVar("Service")
Value = TypeVar("Value")
#: The type of ``request.validated``: the TypedDict of the view's schema.
Input = DefaultTypeVar("Input", default=Any)


class Request(pyramid.request.Request, Generic[Input]):
    """Pyramid's request with Pulsar's additions.

    Annotate a view's request with the input of its schema, as in ``request: Request[CreateEntry]``,
    and ``validated`` has its types.
    """

    registry: Registry
    """The application's registry."""

    db: Session
    """The database session of the request's transaction, which begins when it is first used."""

    identity: Identity | None
    """The caller, None without credentials. Raises Unauthorized for wrong ones."""

    validated: Input
    """The validated input: the body of a writing request, the query of others."""

    cache: RequestCache
    """The cache as this request sees it, without copies that it must not see."""

    serialize: Serialization
    """Converts models to JSON objects, and pages to lists."""

    id: str
    """The id of the request in the log and in the header ``X-Request-ID``."""

    tm: Any
    """The transaction manager, see pyramid_tm."""

    def find_service(self, provides: type[Service]) -> Service:
        """Return the service that was registered for the interface with ``config.add_service``."""
        return self.registry.getUtility(provides)

    @reify
    def caller(self) -> Identity:
        """The caller, if a permission was required. Raises Unauthorized without credentials."""
        if self.identity is None:
            raise Unauthorized
        return self.identity


def per_request(make: Callable[[Request], Value]) -> Callable[[Request], Value]:
    """Decorator: call ``make`` once per request, and return the same value afterwards.

    Plugins use it instead of request attributes, which type checkers would not know.
    """
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def remembered(request: Request) -> Value:
        values: dict[str, Any] = request.__dict__
        if name not in values:
            values[name] = make(request)
        value: Value = values[name]
        return value

    return remembered
