"""Audiences: callers who see content in the same way share a copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from zope.interface import implementer

from pulsar.interfaces import IContent, IRoot
from pulsar.paging import Page
from pulsar.security import PUBLIC
from pulsar.serialization import INTEGER, STRING, Field, NestedField, Serializer, audience
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


class IPlain(IContent):
    """Content that all callers see in the same way, except for one field."""


class IOwned(IContent):
    """Content with fields for its owner only."""


class IPriced(IContent):
    """Content that depends on a property that many callers share."""


class IOuter(IContent):
    """Content that contains the other kinds."""


@implementer(IPlain)
@dataclass
class Plain:
    id: int = 1
    price: int = 7


class PlainSerializer(Serializer):
    id = Field(INTEGER)
    price = Field(INTEGER, permission="prices_view")
    alone = Field(INTEGER, lambda request, model: 1, permission="things_view", nested=False)


class OwnedSerializer(Serializer):
    owner = "owner_id"

    id = Field(INTEGER)
    draft = Field(STRING, permission="drafts_view", own=True)


def currency(request: Request) -> str:
    """Return the caller's currency."""
    identity = request.identity
    return "euro" if identity is not None and identity.has("things_view") else "dollar"


class PricedSerializer(Serializer):
    id = Field(INTEGER)
    price = Field(STRING, lambda request, model: currency(request), personal=currency)


class OuterSerializer(Serializer):
    id = Field(INTEGER)
    plain = NestedField(IPlain)
    named = NestedField(IOwned, only=("id",))


def include(config: Configurator) -> None:
    """Include the content, and views that show audiences and lists."""
    for name in ("prices_view", "things_view", "drafts_view"):
        config.add_permission(name, "See it.")
    config.add_serializer(PlainSerializer, IPlain)
    config.add_serializer(OwnedSerializer, IOwned)
    config.add_serializer(OuterSerializer, IOuter)
    config.add_serializer(PricedSerializer, IPriced)
    kinds = {"plain": IPlain, "owned": IOwned, "outer": IOuter, "priced": IPriced}

    def tell(context: Any, request: Request) -> Any:
        audiences_by_name = {name: audience(request, kind) for name, kind in kinds.items()}
        return {**audiences_by_name, "of others": audience(request, IOwned, own=False)}

    def lists(context: Any, request: Request) -> Any:
        nested = request.GET.get("nested") == "1"
        return {
            "page": Page([Plain()], 50, 1, 1, nested=nested),
            "slice": Page([Plain()], 50, key="id", nested=nested),
        }[request.GET["kind"]]

    for view in (tell, lists):
        config.add_view(view, context=IRoot, name=view.__name__, permission=PUBLIC)


@pytest.fixture
def site(lab: Callable[..., Client]) -> Client:
    """A client of a site with the module."""
    return lab(include)


@pytest.fixture
def tell(site: Client, factory: Factory) -> Callable[..., dict[str, str]]:
    """``tell("prices_view", scope=(...))``: the audiences of a new member."""

    def find(*grants: str, scope: tuple[str, ...] = ()) -> dict[str, str]:
        key = factory.key(factory.user(grants=grants), *scope)
        response: dict[str, str] = site.as_key(key).get("/tell", status=200).json["response"]
        return response

    return find


class TestAudience:
    def test_nobody(self, site: Client) -> None:
        response = site.get("/tell", status=200).json["response"]
        assert set(response.values()) == {""}

    def test_members_who_hold_the_same(self, tell: Callable[..., dict[str, str]]) -> None:
        assert tell()["plain"] == tell("users_notes")["plain"]
        assert tell("prices_view")["plain"] == tell("prices_view", "drafts_view")["plain"]

    def test_who_hold_something_else(self, tell: Callable[..., dict[str, str]]) -> None:
        audiences = {
            tell(*grants)["plain"]
            for grants in ((), ("prices_view",), ("things_view",), ("prices_view", "things_view"))
        }
        assert len(audiences) == 4

    def test_scope_of_the_key(self, tell: Callable[..., dict[str, str]]) -> None:
        narrow = tell("prices_view", scope=("users_view",))
        assert narrow["plain"] == tell()["plain"]

    def test_what_is_owned(self, tell: Callable[..., dict[str, str]]) -> None:
        assert tell()["owned"] != tell()["owned"]

    def test_what_is_not_owned(self, tell: Callable[..., dict[str, str]]) -> None:
        assert tell()["of others"] == tell()["of others"] != tell("drafts_view")["of others"]

    def test_what_many_have_in_common(self, tell: Callable[..., dict[str, str]]) -> None:
        assert tell()["priced"] == tell("prices_view")["priced"] == "dollar"
        assert tell("things_view")["priced"] == "euro"

    def test_owner_with_a_narrow_key(self, site: Client, factory: Factory) -> None:
        user = factory.user()
        audiences = [
            site.as_key(factory.key(user, *scope)).get("/tell").json["response"]["owned"]
            for scope in ((), (), ("users_view",))
        ]
        assert audiences[0] == audiences[1] != audiences[2]

    def test_nested_content(self, tell: Callable[..., dict[str, str]]) -> None:
        # Only the id of the owned content is shown, without fields that only separate lists have.
        assert tell()["outer"] == tell("drafts_view", "things_view")["outer"]
        assert tell()["outer"] != tell("prices_view")["outer"]


class TestNestedLists:
    @pytest.mark.parametrize("kind", ["page", "slice"])
    def test_leave_out_what_stands_for_itself(
        self, site: Client, factory: Factory, kind: str
    ) -> None:
        caller = site.as_key(factory.key(factory.user(grants=["things_view"])))
        for nested, fields in ((0, {"id", "alone"}), (1, {"id"})):
            answer = caller.get(f"/lists?kind={kind}&nested={nested}", status=200)
            (item,) = answer.json["response"]["items"]
            assert set(item) == fields
