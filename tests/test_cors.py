"""Cross-origin requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.testing.client import Client

ORIGIN = {"Origin": "https://ui.example.org"}
PREFLIGHT = {
    **ORIGIN,
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "authorization",
}


class TestEveryone:
    """``pulsar.cors_origins = *``, the default."""

    @pytest.mark.parametrize("path", ["/", "/users/me", "/nothing"])
    def test_preflight_needs_no_key(self, client: Client, path: str) -> None:
        answer = client.request("OPTIONS", path, headers=PREFLIGHT, status=204)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
        assert answer.headers["Access-Control-Allow-Headers"] == "authorization"
        assert int(answer.headers["Access-Control-Max-Age"]) > 0
        assert answer.body == b""

    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            ("/", "GET, HEAD, OPTIONS"),
            ("/users", "GET, HEAD, OPTIONS, POST"),
            ("/users/987654", "GET, HEAD, OPTIONS, PUT"),
            ("/users/me", "GET, HEAD, OPTIONS, PUT"),
            ("/api_keys/xxxxxxxxxx", "DELETE, GET, HEAD, OPTIONS"),
            ("/docs/assets/start.js", "GET, HEAD, OPTIONS"),
        ],
    )
    def test_options_names_the_methods_of_the_path(
        self, client: Client, count_sql: Any, path: str, methods: str
    ) -> None:
        """The result is the same whether the object exists or not."""
        for headers in ({}, PREFLIGHT):
            with count_sql() as statements:
                answer = client.request("OPTIONS", path, headers=headers, status=204)
            assert answer.headers["Allow"] == methods
            assert statements == []

    @pytest.mark.parametrize("path", ["/nothing", "/users/01", "/users/me/nothing", "/%FF"])
    def test_options_where_nothing_may_be(self, client: Client, path: str) -> None:
        assert "Allow" not in client.request("OPTIONS", path, headers=PREFLIGHT, status=204).headers
        assert client.request("OPTIONS", path).status_int in (400, 401)

    def test_answers_can_be_read(self, member: Client) -> None:
        answer = member.get("/users/me", headers=ORIGIN, status=200)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Link", "Location", "Retry-After"} <= set(exposed)

    @pytest.mark.parametrize(("path", "status"), [("/nothing", 401), ("/users/me", 401)])
    def test_errors_can_be_read(self, client: Client, path: str, status: int) -> None:
        answer = client.get(path, headers=ORIGIN, status=status)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_errors_of_inner_tweens_can_be_read(self, client: Client) -> None:
        answer = client.as_key("wrong").get("/", headers=ORIGIN, status=401)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_cookies_are_not_allowed(self, member: Client) -> None:
        answer = member.get("/users/me", headers=ORIGIN, status=200)
        assert "Access-Control-Allow-Credentials" not in answer.headers


class TestSomeOrigins:
    @pytest.fixture
    def site(self, lab: Callable[..., Client]) -> Client:
        return lab(
            settings={"pulsar.cors_origins": "https://ui.example.org https://other.example.org"}
        )

    def test_one_of_them(self, site: Client) -> None:
        answer = site.get("/", headers=ORIGIN)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://ui.example.org"
        assert "Origin" in answer.headers["Vary"]

    @pytest.mark.parametrize(
        "origin", ["https://evil.example.org", "null", "https://ui.example.org.evil.org"]
    )
    def test_another(self, site: Client, origin: str) -> None:
        answer = site.get("/", headers={"Origin": origin}, status=200)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]

    def test_preflight_of_another(self, site: Client) -> None:
        headers = {**PREFLIGHT, "Origin": "https://evil.example.org"}
        answer = site.request("OPTIONS", "/", headers=headers, status=204)
        assert not any(name.startswith("Access-Control") for name in answer.headers)

    def test_no_origin(self, site: Client) -> None:
        assert "Access-Control-Allow-Origin" not in site.get("/").headers
