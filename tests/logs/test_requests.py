"""Each request is logged in one line without secrets."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator

from pulsar.interfaces import IRoot
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.traversal import Resource

Lines = Callable[[], list[dict[str, Any]]]

PASSKEY = "0123456789abcdef0123456789abcdef"


class TestRequestLog:
    @pytest.fixture
    def site(self, stderr: io.StringIO, lab: Callable[..., Client]) -> Client:
        def include(config: Configurator) -> None:
            config.add_resource(pattern=r"[0-9a-f]{32}", factory=Resource)

            def fail(context: Any, request: Any) -> Any:
                raise RuntimeError

            config.add_view(fail, context=IRoot, name="fail", permission=PUBLIC)

        return lab(include, settings={"pulsar.log_level": "INFO"})

    @pytest.fixture
    def lines(self, stderr: io.StringIO) -> Lines:
        """``lines()``: the lines written so far."""
        return lambda: [json.loads(line) for line in stderr.getvalue().splitlines()]

    def test_a_member(self, site: Client, factory: Factory, lines: Lines) -> None:
        user = factory.user()
        key = factory.key(user)
        answer = site.as_key(key).get("/users/me", status=200)
        (line,) = lines()
        assert line["event"] == "request"
        assert line["level"] == "info"
        assert line["timestamp"].endswith("Z")
        assert (line["method"], line["path"], line["status"]) == ("GET", "/users/me", 200)
        assert line["user_id"] == user.id
        assert line["request_id"] == answer.headers["X-Request-Id"]
        assert line["ms"] >= 0
        assert key not in json.dumps(line)

    def test_who_and_where_from(self, site: Client, factory: Factory, lines: Lines) -> None:
        user = factory.user("bobby")
        caller = site.from_address("192.0.2.7")
        caller.as_key(factory.key(user)).get("/users/me", status=200)
        caller.get("/", status=200)
        assert [(line["username"], line["address"]) for line in lines()] == [
            ("bobby", "192.0.2.7"),
            (None, "192.0.2.7"),
        ]

    def test_who_goes_unrecorded(self, site: Client, factory: Factory, lines: Lines) -> None:
        user = factory.user("shy", grants=["site_no_ip_history"])
        caller = site.from_address("192.0.2.7")
        caller.as_key(factory.key(user)).get("/users/me", status=200)
        caller.post("/api_keys", {"username": "shy", "password": PASSWORD}, status=201)
        assert [(line["status"], line["address"]) for line in lines()] == [(200, None), (201, None)]

    def test_nobody(self, site: Client, lines: Lines) -> None:
        site.get("/nothing", status=401)
        (line,) = lines()
        assert (line["status"], line["user_id"]) == (401, None)

    def test_secrets_are_left_out(self, site: Client, lines: Lines) -> None:
        site.get(f"/{PASSKEY}?feed_key={PASSKEY}", status=401)
        (line,) = lines()
        assert PASSKEY not in json.dumps(line)

    def test_lines_of_a_failed_request_belong_together(self, site: Client, lines: Lines) -> None:
        site.get("/fail", status=500)
        failure, request = lines()
        assert failure["event"] == "internal error"
        assert failure["request_id"] == request["request_id"]

    def test_quieter(self, lab: Callable[..., Client], lines: Lines) -> None:
        lab(settings={"pulsar.log_level": "WARNING"}).get("/")
        assert lines() == []


class TestRequestId:
    def test_given(self, client: Client) -> None:
        answer = client.get("/", headers={"X-Request-Id": "proxy-0001.a_b"})
        assert answer.headers["X-Request-Id"] == "proxy-0001.a_b"

    @pytest.mark.parametrize("request_id", ["", "short", "x" * 65, "a b c d e f", 'quote"quote"'])
    def test_what_does_not_look_like_one(self, client: Client, request_id: str) -> None:
        answer = client.get("/", headers={"X-Request-Id": request_id})
        assert answer.headers["X-Request-Id"] != request_id

    def test_differ(self, client: Client) -> None:
        ids = {client.get("/").headers["X-Request-Id"] for _ in range(3)}
        assert len(ids) == 3
