"""The envelope, its headers, and the JSON form of values."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from zope.interface import implementer

from pulsar.interfaces import IContent, IRoot
from pulsar.security import PUBLIC
from pulsar.serialization import INTEGER, Field, Serializer
from pulsar.serialization.renderer import encode
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.traversal import Item


class TestEncode:
    def test_times(self) -> None:
        at = datetime(2026, 2, 3, 4, 5, 6, 789, UTC)
        assert encode(at) == b'"2026-02-03T04:05:06Z"'

    def test_text(self) -> None:
        assert encode({"ü": "☃"}) == '{"ü":"☃"}'.encode()

    def test_sets(self) -> None:
        assert encode({"b", "a"}) == b'["a","b"]'

    def test_large_integers(self) -> None:
        assert json.loads(encode(2**63 - 1)) == 2**63 - 1

    @pytest.mark.parametrize("value", [object(), b"bytes"])
    def test_what_has_no_form(self, value: Any) -> None:
        with pytest.raises(TypeError):
            encode(value)

    def test_other_zones(self) -> None:
        at = datetime(2026, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=1)))
        assert json.loads(encode(at)) in ("2026-02-03T03:05:06Z", "2026-02-03T04:05:06+01:00")


class IModel(IContent):
    """Something with an id."""


@implementer(IModel)
class Model:
    """Number seven."""

    id = 7


class ModelSerializer(Serializer):
    """Shows the id."""

    id = Field(INTEGER)


def include(config: Configurator) -> None:
    config.add_serializer(ModelSerializer, IModel)

    def value(context: Any, request: Request) -> Any:
        return {"number": 7}

    def created(context: Any, request: Request) -> Any:
        return Item(context, request, Model())

    def add(view: Any, method: str, **kwargs: Any) -> None:
        config.add_view(view, context=IRoot, request_method=method, permission=PUBLIC, **kwargs)

    add(value, "GET", name="value")
    add(value, "POST", name="value")
    add(created, "POST", name="created", status=201)


@pytest.fixture
def site(bare: Callable[..., Client]) -> Client:
    return bare(include)


class TestEnvelope:
    def test_success(self, site: Client) -> None:
        answer = site.get("/value", status=200)
        assert answer.json == {"status": "success", "response": {"number": 7}}
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"

    def test_failure(self, site: Client) -> None:
        answer = site.get("/nothing", status=401)
        assert set(answer.json) == {"status", "code", "response"}
        assert answer.json["status"] == "failed"

    def test_created(self, site: Client) -> None:
        answer = site.post("/created", status=201)
        assert answer.json["response"] == {"id": 7}
        assert answer.headers["Location"] == "http://localhost/7"


class TestConditionalRequests:
    def test_unchanged(self, site: Client) -> None:
        first = site.get("/value", status=200)
        again = site.get("/value", headers={"If-None-Match": first.headers["ETag"]}, status=304)
        assert again.body == b""
        assert again.headers["ETag"] == first.headers["ETag"]

    def test_changed(self, site: Client) -> None:
        site.get("/value", headers={"If-None-Match": '"other"'}, status=200)

    def test_head(self, site: Client) -> None:
        tag = site.get("/value").headers["ETag"]
        site.request("HEAD", "/value", headers={"If-None-Match": tag}, status=304)

    def test_same_content_has_the_same_tag(self, site: Client) -> None:
        assert site.get("/value").headers["ETag"] == site.get("/value").headers["ETag"]

    def test_is_private(self, site: Client) -> None:
        cache_control = site.get("/value").headers["Cache-Control"]
        assert "private" in cache_control
        assert "no-cache" in cache_control

    def test_only_what_is_read(self, site: Client) -> None:
        for answer in (site.post("/value", status=200), site.get("/nothing", status=401)):
            assert "ETag" not in answer.headers

    def test_another_member_another_tag(self, client: Client, factory: Factory) -> None:
        user = factory.user()
        path = f"/users/{user.id}"
        own = client.as_key(factory.key(user)).get(path).headers["ETag"]
        others = client.as_key(factory.key(factory.user())).get(path).headers["ETag"]
        assert own != others


class TestCacheKeys:
    def test_only_with_the_permission(self, client: Client, factory: Factory) -> None:
        plain = client.as_key(factory.key(factory.user()))
        assert "cache_keys" not in plain.get("/users/me").json
        user = factory.user(grants=["site_manage_cache_keys"])
        curious = client.as_key(factory.key(user))
        touched = curious.get("/users/me").json["cache_keys"]
        assert [key.partition(":")[0] for key in touched["get"]] == ["identity", "profile"]
        assert touched["set"] == touched["get"]
        # The use of the key is recorded and shown in the profile.
        assert touched["delete"] == [f"profile:{user.id}"]
        again = curious.get("/users/me").json["cache_keys"]
        assert again == {"get": touched["get"]}

    def test_of_failures_too(self, client: Client, factory: Factory) -> None:
        user = factory.user(grants=["site_manage_cache_keys"])
        caller = client.as_key(factory.key(user))
        caller.get("/users/me")
        touched = caller.get("/nothing", status=404).json["cache_keys"]
        assert [key.partition(":")[0] for key in touched.pop("get")] == ["identity", "profile"]
        assert touched == {}

    def test_not_with_a_narrow_key(self, client: Client, factory: Factory) -> None:
        user = factory.user(grants=["site_manage_cache_keys"])
        caller = client.as_key(factory.key(user, "users_view"))
        assert "cache_keys" not in caller.get("/users/me").json
