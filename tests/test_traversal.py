"""The URL space: valid paths, and the errors for others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request

from pulsar.interfaces import IRoot
from pulsar.security import PUBLIC
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.traversal import Resource, parse_id

MAXIMUM = 2**63 - 1


class TestParseId:
    @pytest.mark.parametrize(("text", "value"), [("1", 1), ("90", 90), (str(MAXIMUM), MAXIMUM)])
    def test_good(self, text: str, value: int) -> None:
        assert parse_id(text) == value

    @pytest.mark.parametrize(
        "text",
        [
            *("", "0", "-1", "+1", "0001", "1.0", "1e3", "0x1", " 1", "1\n", "1_0"),
            *("²", "\N{FULLWIDTH DIGIT ONE}", "\N{ARABIC-INDIC DIGIT THREE}"),
            *(str(MAXIMUM + 1), "9" * 19, "1" * 5000),
        ],
    )
    def test_bad(self, text: str) -> None:
        assert parse_id(text) is None


class TestItems:
    @pytest.mark.parametrize(
        "segment", ["0", "-1", "0001", "%C2%B2", "1%0a", "1%20", "1%00", str(MAXIMUM + 1), "9" * 99]
    )
    def test_what_is_no_id(self, member: Client, segment: str) -> None:
        answer = member.get(f"/users/{segment}", status=404)
        assert answer.json["response"] == "Resource does not exist."

    @pytest.mark.parametrize("key", [ABSENT, MAXIMUM])
    def test_missing(self, member: Client, key: int) -> None:
        answer = member.get(f"/users/{key}", status=404)
        assert answer.json == {
            "status": "failed",
            "code": "not_found",
            "response": f"User {key} does not exist.",
        }

    def test_there(self, member: Client, factory: Factory) -> None:
        user = factory.user("somebody")
        answer = member.get(f"/users/{user.id}", status=200)
        assert answer.json["response"]["username"] == "somebody"


class TestSpellings:
    """A path has one spelling; other spellings that Pyramid accepts are not found."""

    @pytest.mark.parametrize(
        "path",
        [
            "/users/me/",
            "/users//me",
            "//users/me",
            "/users/./me",
            "/users/../users/me",
            "/users/%2e%2e/users/me",
            "/users/me/@@",
            "/users/@@me",
            "/@@/users/me",
            "/users/me/nothing",
            "/users/me/nothing/more",
            "/Users/me",
            "/health/more",
        ],
    )
    def test_second_spellings(self, member: Client, path: str) -> None:
        assert member.get("/users/me", status=200)
        answer = member.get(f"http://localhost{path}", status=404)
        assert answer.json["code"] == "not_found"

    @pytest.mark.parametrize("path", ["/%ff", "/users/%ff", "/users/me/%c3"])
    def test_no_utf8(self, member: Client, path: str) -> None:
        assert member.get(path, status=400).json["code"] == "malformed"

    def test_root(self, client: Client) -> None:
        assert client.get("/", status=200).json == client.get("http://localhost", status=200).json


class Thing(Resource):
    """A resource with views."""


def things(config: Configurator) -> None:
    def show(context: Any, request: Request) -> str:
        return "shown"

    config.add_permission("things_view", "See things.")
    config.add_resource("thing", Thing, parent=IRoot)
    for method, permission in (("GET", PUBLIC), ("PUT", "things_view")):
        config.add_view(show, context=Thing, request_method=method, permission=permission)
    config.add_view(show, context=Thing, name="part", request_method="GET", permission=PUBLIC)


class TestViews:
    @pytest.fixture
    def site(self, lab: Callable[..., Client]) -> Client:
        return lab(things)

    @pytest.fixture
    def caller(self, site: Client, factory: Factory) -> Client:
        return site.as_key(factory.key(factory.user()))

    def test_named_view(self, caller: Client) -> None:
        caller.get("/thing/part", status=200)

    @pytest.mark.parametrize("path", ["/thing/@@part", "/thing/part/", "/thing/part/more"])
    def test_second_spellings_of_a_named_view(self, caller: Client, path: str) -> None:
        caller.get(path, status=404)

    @pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "TRACE"])
    def test_method_not_allowed(self, site: Client, caller: Client, method: str) -> None:
        for someone in (site, caller):
            answer = someone.request(method, "/thing", status=405)
            assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, PUT"
            assert answer.json["code"] == "method_not_allowed"

    def test_methods_of_a_named_view(self, caller: Client) -> None:
        assert caller.put("/thing/part", status=405).headers["Allow"] == "GET, HEAD, OPTIONS"

    def test_head(self, caller: Client) -> None:
        answer, head_answer = (
            caller.get("/thing", status=200),
            caller.request("HEAD", "/thing", status=200),
        )
        assert head_answer.body == b""
        for name in ("Content-Length", "Content-Type", "ETag"):
            assert head_answer.headers[name] == answer.headers[name]

    def test_a_method_that_the_caller_may_not_use(self, site: Client, caller: Client) -> None:
        site.put("/thing", status=401)
        caller.put("/thing", status=403)

    def test_moving_the_root(self, caller: Client) -> None:
        moved = {"X-Vhm-Root": "/thing"}
        assert caller.get("/", headers=moved, status=200).json["response"] != "shown"
        caller.get("/part", headers=moved, status=404)


class TestSight:
    """Callers who may not see a collection cannot find out what it contains."""

    def test_nobody(self, client: Client, factory: Factory) -> None:
        there = client.get(f"/users/{factory.user().id}", status=401)
        missing = client.get(f"/users/{ABSENT}", status=401)
        assert there.json == missing.json
        assert there.headers["WWW-Authenticate"] == 'Token realm="pulsar"'

    def test_unknown_places_are_not_told_to_nobody(self, client: Client) -> None:
        assert client.get("/nothing", status=401).json["code"] == "unauthorized"

    def test_without_the_permission(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.user(denials=["users_view"]))
        there = client.as_key(key).get(f"/users/{factory.user().id}", status=403)
        missing = client.as_key(key).get(f"/users/{ABSENT}", status=403)
        assert there.json == missing.json

    def test_with_another_scope(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.user(), "torrents_view")
        there = client.as_key(key).get(f"/users/{factory.user().id}", status=403)
        missing = client.as_key(key).get(f"/users/{ABSENT}", status=403)
        assert there.json == missing.json


class TestPattern:
    """Children of the root that are recognised by the form of their name."""

    @pytest.fixture
    def site(self, lab: Callable[..., Client]) -> Client:
        def include(config: Configurator) -> None:
            config.add_resource(pattern=r"[0-9a-f]{8}", factory=Thing)
            config.add_resource("deadbeef", Resource, parent=IRoot)
            config.add_view(
                lambda context, request: context.__name__, context=Thing, permission=PUBLIC
            )

        return lab(include)

    def test_match(self, site: Client) -> None:
        assert site.get("/00c0ffee", status=200).json["response"] == "00c0ffee"

    @pytest.mark.parametrize("name", ["00c0ffe", "00c0ffee0", "00C0FFEE", "%D9%A3%D9%A3c0ffee"])
    def test_no_match(self, site: Client, factory: Factory, name: str) -> None:
        site.as_key(factory.key(factory.user())).get(f"/{name}", status=404)

    def test_a_name_goes_first(self, site: Client, factory: Factory) -> None:
        site.as_key(factory.key(factory.user())).get("/deadbeef", status=404)
