"""Uses that mypy must refuse. It reports lines whose mistake it does not detect any more."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from zope.interface import implementer

from pulsar.config import Configurator
from pulsar.interfaces import ICache, IHealthCheck, ISecretKind
from pulsar.registry import Registry
from pulsar.request import Request
from pulsar.settings import CoreSettings
from pulsar.traversal import Collection, Item
from pulsar.users.inputs import RegisterInput
from pulsar.users.models import User


def of_a_request(request: Request) -> None:
    """Attributes that a request does not have."""
    request.no_such_attribute  # type: ignore[attr-defined]  # noqa: B018
    request.db.nonsense()  # type: ignore[attr-defined]
    request.cache.gett("key")  # type: ignore[attr-defined]
    request.caller.no_such  # type: ignore[attr-defined]  # noqa: B018
    request.identity.user_id  # type: ignore[union-attr]  # noqa: B018


def of_services(request: Request, registry: Registry) -> None:
    """Attributes that a service does not have, and arguments that it does not accept."""
    request.find_service(ICache).gett("key")  # type: ignore[attr-defined]
    registry.getUtility(ICache).put("key", 1)  # type: ignore[call-arg]
    registry.queryUtility(ICache).get("key")  # type: ignore[union-attr]
    registry.no_such_attribute  # type: ignore[attr-defined]  # noqa: B018


def of_directives(config: Configurator) -> None:
    """Directives that do not exist, and missing arguments."""
    config.add_likn("users", "/users")  # type: ignore[attr-defined]
    config.add_link("users")  # type: ignore[call-arg]
    config.add_permission("users_view", "See members.", basic=1)  # type: ignore[arg-type]


def of_settings(registry: Registry) -> None:
    """Options that do not exist, and values of another type."""
    CoreSettings.site_nmae.of(registry)  # type: ignore[attr-defined]
    CoreSettings.max_list.of(registry).strip()  # type: ignore[attr-defined]


def of_input(request: Request[RegisterInput]) -> None:
    """Keys that the schema does not have, optional keys, and values of another type."""
    request.validated["usrname"]  # type: ignore[typeddict-item]
    request.validated["username"].no_such  # type: ignore[attr-defined]  # noqa: B018


class UserItem(Item[User]):
    """A member."""


class Users(Collection[User]):
    """A collection whose ``load`` returns another type."""

    def load(self, key: Any) -> Session | None:  # type: ignore[override]
        """Return something else than a member."""
        return self.request.db


def of_resources(users: Users, item: UserItem) -> None:
    """Attributes that the model does not have, and models of another kind."""
    item.model.no_such  # type: ignore[attr-defined]  # noqa: B018
    users("name")  # type: ignore[arg-type]


@implementer(ISecretKind)
class NoSecretKind:  # type: ignore[misc]
    """Lacks the title, which the interface requires."""

    name = "feed"


def of_interfaces(check: IHealthCheck) -> None:
    """Arguments that the interface does not accept."""
    check()  # type: ignore[call-arg]
