"""The request: what a view, a resource or a service may ask of it."""

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
#: What ``request.validated`` is: the TypedDict of the view's schema.
Input = DefaultTypeVar("Input", default=Any)


class Request(pyramid.request.Request, Generic[Input]):
    """Pyramid's request, and what Pulsar adds to it.

    Annotate a view's request with the input of its schema, as in ``request: Request[CreateEntry]``,
    and ``validated`` has its types.
    """

    registry: Registry
    """The application's registry."""

    db: Session
    """The database session of the request's transaction, which begins when it is first used."""

    identity: Identity | None
    """Who is asking, None without credentials. Raises Unauthorized for wrong ones."""

    validated: Input
    """The input after the view's schema: the body of a writing request, the query of others."""

    cache: RequestCache
    """The cache as this request sees it: copies that it may not see are not found."""

    serialize: Serialization
    """Makes JSON objects of models, and lists of pages."""

    id: str
    """The id of the request in the log and in the header ``X-Request-ID``."""

    tm: Any
    """The transaction manager, see pyramid_tm."""

    def find_service(self, provides: type[Service]) -> Service:
        """The service that is registered for the interface with ``config.add_service``."""
        return self.registry.getUtility(provides)

    @reify
    def caller(self) -> Identity:
        """Who is asking, where a permission was required. Raises Unauthorized for nobody."""
        if self.identity is None:
            raise Unauthorized
        return self.identity


def per_request(make: Callable[[Request], Value]) -> Callable[[Request], Value]:
    """Decorator: call ``make`` once in a request, and return the same value from then on.

    Plugins use it instead of an attribute of the request, which type checkers cannot know of.
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
