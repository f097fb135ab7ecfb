"""Access: the ACLs of resources first, then permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.authorization import Allow, Authenticated, Deny, Everyone
from pyramid.config import Configurator
from pyramid.request import Request

from pulsar.interfaces import IRoot
from pulsar.security import own
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.traversal import Resource

As = Callable[..., Client]


class Open(Resource):
    """Grants its permission to all callers with a key."""

    __acl__ = [(Allow, Authenticated, "things_edit")]


class Shut(Resource):
    """Denies access even to callers with the permission."""

    __acl__ = [(Deny, Everyone, "things_edit")]


class Owned(Resource):
    """Belongs to the member in the query."""

    def __acl__(self) -> list[tuple[str, str, str]]:
        owner = int(self.request.environ["QUERY_STRING"])
        return [(Allow, own(owner, "things_view"), "things_edit")]


def include(config: Configurator) -> None:
    def view(context: Any, request: Request) -> str:
        return "done"

    config.add_permission("things_view", "See things.")
    config.add_permission("things_edit", "Edit things.")
    for name, factory in (("open", Open), ("shut", Shut), ("owned", Owned), ("plain", Resource)):
        config.add_resource(name, factory, parent=IRoot)
    config.add_view(view, context=Resource, name="edit", permission="things_edit")


@pytest.fixture
def user(factory: Factory) -> Any:
    return factory.user(grants=["things_view"])


@pytest.fixture
def site(lab: Callable[..., Client]) -> Client:
    return lab(include)


class TestLists:
    def test_entry_that_allows(self, site: Client, factory: Factory, user: Any) -> None:
        site.get("/open/edit", status=401)
        site.as_key(factory.key(user)).get("/open/edit", status=200)

    def test_entry_that_denies(self, site: Client, factory: Factory) -> None:
        editor = factory.user(grants=["things_edit"])
        site.as_key(factory.key(editor)).get("/plain/edit", status=200)
        site.as_key(factory.key(editor)).get("/shut/edit", status=403)

    def test_no_entry_asks_for_the_permission(
        self, site: Client, factory: Factory, user: Any
    ) -> None:
        site.get("/plain/edit", status=401)
        site.as_key(factory.key(user)).get("/plain/edit", status=403)


class TestOwnership:
    def test_own(self, site: Client, factory: Factory, user: Any) -> None:
        site.as_key(factory.key(user)).get(f"/owned/edit?{user.id}", status=200)

    def test_of_another(self, site: Client, factory: Factory, user: Any) -> None:
        site.as_key(factory.key(user)).get(f"/owned/edit?{user.id + 1}", status=403)

    def test_of_nobody(self, site: Client, user: Any) -> None:
        site.get(f"/owned/edit?{user.id}", status=401)

    def test_without_the_permission_that_it_stands_on(self, site: Client, factory: Factory) -> None:
        user = factory.user()
        site.as_key(factory.key(user)).get(f"/owned/edit?{user.id}", status=403)

    def test_scope_narrows_it(self, site: Client, factory: Factory, user: Any) -> None:
        within, without = factory.key(user, "things_view"), factory.key(user, "users_view")
        site.as_key(within).get(f"/owned/edit?{user.id}", status=200)
        site.as_key(without).get(f"/owned/edit?{user.id}", status=403)


class TestWhyNot:
    """Each refusal has its own sentence."""

    def test_permission(self, site: Client, factory: Factory, user: Any) -> None:
        answer = site.as_key(factory.key(user)).get("/plain/edit", status=403)
        assert answer.json["code"] == "forbidden"

    def test_key(self, site: Client, factory: Factory) -> None:
        editor = factory.user(grants=["things_edit"])
        answer = site.as_key(factory.key(editor, "users_view")).get("/plain/edit", status=403)
        assert answer.json["code"] == "key_forbidden"

    def test_key_of_somebody_who_may_not_either(
        self, site: Client, factory: Factory, user: Any
    ) -> None:
        answer = site.as_key(factory.key(user, "users_view")).get("/plain/edit", status=403)
        assert answer.json["code"] == "forbidden"

    def test_locked(self, site: Client, factory: Factory) -> None:
        locked = factory.user(grants=["things_edit"], locked=True)
        answer = site.as_key(factory.key(locked)).get("/plain/edit", status=403)
        assert answer.json["code"] == "account_locked"
