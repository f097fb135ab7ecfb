"""The URL space: resources that traversal walks from the root to a loaded model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

from pyramid.httpexceptions import HTTPForbidden, HTTPNotFound
from pyramid.interfaces import IContextFound
from zope.interface import implementer

from .config import Configurator
from .errors import Malformed, NotFound
from .interfaces import ICollection, IItem, IResource, IResourcePattern, IRoot
from .request import Request

Model = TypeVar("Model")

MAX_ID = 2**63 - 1
_LENGTH = len(str(MAX_ID))
#: An empty or dotted segment, or the optional prefix of view names, in any path but ``/``.
_SECOND_SPELLING = re.compile(r"/(?:\.{0,2}(?:/|\Z)|@@)")


def includeme(config: Configurator) -> None:
    """Let views be reached only by their whole path."""
    config.add_subscriber(refuse_subpath, IContextFound)


def refuse_subpath(event: Any) -> None:
    """Refuse segments after a view's name, which are not another path to the view."""
    if event.request.subpath:
        raise HTTPNotFound


def parse_id(text: str) -> int | None:
    """The id in a URL segment in its canonical form, or None."""
    if len(text) > _LENGTH or text[:1] == "0" or not (text.isascii() and text.isdecimal()):
        return None
    value = int(text)
    return value if value <= MAX_ID else None


@implementer(IResource)
class Resource:
    """A place in the URL space. Children are registered with ``config.add_resource``."""

    #: The permission that callers need to learn which children exist.
    permission: ClassVar[str | None] = None

    def __init__(self, parent: Resource | None, request: Request, name: str = "") -> None:
        self.__parent__ = parent
        self.__name__ = name
        self.request = request

    def __getitem__(self, name: str) -> Resource:
        child = self.registered(name)
        if child is None:
            raise KeyError(name)
        return child

    def registered(self, name: str) -> Resource | None:
        """The child that was registered under the name."""
        registry = self.request.registry
        child: Any = registry.queryMultiAdapter((self, self.request), IResource, name=name)
        return cast("Resource | None", child)

    @property
    def member_id(self) -> int | None:
        """The id of the member to whose account this belongs, by default the parent's; or None.

        Only members above that member may change it, see :mod:`pulsar.classes.guard`.
        """
        return None if self.__parent__ is None else self.__parent__.member_id

    @property
    def self_service(self) -> bool:
        """Whether members may change this for their own account, instead of staff."""
        return self.__parent__ is not None and self.__parent__.self_service

    @property
    def sight(self) -> str | None:
        """The permission that this request needs to look up children."""
        return self.permission

    def require_sight(self) -> None:
        """Raise an error before a look-up, so that a 403 does not depend on what exists."""
        if self.sight:
            verdict = self.request.has_permission(self.sight, self)
            if not verdict:
                raise HTTPForbidden(result=verdict)


@implementer(IRoot)
class Root(Resource):
    """The top of the tree; refuses non-canonical paths that traversal would accept."""

    def __init__(self, request: Request) -> None:
        super().__init__(None, request)
        path: str = request.environ.get("PATH_INFO", "")
        if not path.isascii():
            try:
                request.path_info  # noqa: B018
            except UnicodeDecodeError as error:
                raise Malformed("The path is not valid UTF-8.") from error
        if path != "/" and _SECOND_SPELLING.search(path):
            raise NotFound

    def __getitem__(self, name: str) -> Resource:
        try:
            return super().__getitem__(name)
        except KeyError:
            for pattern, child in self.request.registry.getUtilitiesFor(IResourcePattern):
                if re.fullmatch(pattern, name, re.ASCII):
                    return child.factory(self, self.request, name)
            raise


@implementer(IResourcePattern)
@dataclass(frozen=True, slots=True)
class ResourcePattern:
    """A child of the root that is recognised by the form of its name, e.g. a passkey."""

    factory: type[Resource]


@implementer(IItem)
class Item(Resource, Generic[Model]):
    """A resource around one loaded model; ``key`` is the attribute that is used in its URL."""

    key: ClassVar[str] = "id"
    model: Model

    def __init__(self, parent: Resource, request: Request, model: Model) -> None:
        super().__init__(parent, request, str(getattr(model, self.key)))
        self.model = model


@implementer(ICollection)
class Collection(Resource, Generic[Model]):
    """A resource whose children are items found by id."""

    item: ClassVar[type[Item[Any]]] = Item
    #: The mapped class of the items.
    model: ClassVar[type[Any]]
    #: The noun for an item in "Torrent 7 does not exist."
    noun: ClassVar[str] = "Resource"

    def __getitem__(self, name: str) -> Resource:
        # No child is registered under a number.
        child = None if name.isdecimal() else self.registered(name)
        if child is not None:
            return child
        key = self.parse(name)
        if key is None:
            raise KeyError(name)
        self.require_sight()
        model = self.load(key)
        if model is None:
            raise self.missing(name)
        return self.item(self, self.request, model)

    def missing(self, name: str) -> NotFound:
        """The error for an item that does not exist."""
        return NotFound(f"{self.noun} {name} does not exist.")

    def parse(self, name: str) -> Any:
        """The key in the segment, None if the segment is not a key."""
        return parse_id(name)

    def load(self, key: Any) -> Model | None:
        """The model with this key that the caller may see, or None."""
        return self.request.db.get(self.model, key)

    def __call__(self, model: Model) -> Item[Model]:
        """Return the item around a model, e.g. one just created."""
        return self.item(self, self.request, model)
