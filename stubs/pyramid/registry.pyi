from collections.abc import Iterable
from typing import Any

from zope.interface.registry import Components

class Introspectable(dict[str, Any]):
    title: str
    type_name: str
    category_name: str
    discriminator: Any
    action_info: Any
    def relate(self, category_name: str, discriminator: Any) -> None: ...

class Introspector:
    def get(
        self, category_name: str, discriminator: Any, default: Any = ...
    ) -> Introspectable | None: ...
    def get_category(
        self, category_name: str, default: Any = ..., sort_key: Any = ...
    ) -> list[dict[str, Any]] | None: ...
    def categories(self) -> list[str]: ...
    def related(self, intr: Introspectable) -> list[Introspectable]: ...

class Registry(Components, dict[str, Any]):
    settings: dict[str, Any]
    introspector: Introspector
    package_name: str
    has_listeners: bool
    def __init__(self, package_name: str = ..., *args: Any, **kw: Any) -> None: ...
    def notify(self, *events: object) -> None: ...
    adapters: Any
    def registeredAdapters(self) -> Iterable[Any]: ...  # type: ignore[override]  # noqa: N802
