"""Middleware that runs before Pyramid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.middleware import ClientAddress, StripVirtualHostRoot
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD


class TestStripVirtualHostRoot:
    def test_the_header_is_gone(self) -> None:
        seen: dict[str, Any] = {}

        class Application:
            registry = object()

            def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
                seen.update(environ)
                return [b"answer"]

        application = Application()
        stripped = StripVirtualHostRoot(application)
        environ = {"HTTP_X_VHM_ROOT": "/users", "HTTP_HOST": "example.org"}
        assert list(stripped(environ, print)) == [b"answer"]
        assert seen == {"HTTP_HOST": "example.org"}
        assert stripped.registry is application.registry


class TestClientAddress:
    """Forwarding headers are parsed again after waitress, and other headers are ignored."""

    @staticmethod
    def address(**environ: str) -> Any:
        seen: dict[str, Any] = {}

        class Application:
            registry = object()

            def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
                seen.update(environ)
                return [b"answer"]

        list(ClientAddress(Application())(dict(environ), print))
        return seen["REMOTE_ADDR"]

    @pytest.mark.parametrize(
        ("remote", "expected"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:DB8::1", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("localhost", ""),
            ("", ""),
        ],
    )
    def test_without_headers(self, remote: str, expected: str) -> None:
        assert self.address(REMOTE_ADDR=remote) == expected

    def test_a_missing_one(self) -> None:
        assert self.address() == ""

    @pytest.mark.parametrize("header", ["192.0.2.9", "10.0.0.1, 192.0.2.9", "10.0.0.10", "", "::1"])
    def test_a_header_that_the_server_did_not_believe(self, header: str) -> None:
        assert self.address(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=header) == "10.0.0.1"
        forwarded = f"for={header}"
        assert self.address(REMOTE_ADDR="10.0.0.1", HTTP_FORWARDED=forwarded) == "10.0.0.1"


class TestSafeHeaders:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/", 200),
            ("GET", "/docs", 200),
            ("GET", "/nothing", 401),
            ("GET", "/%ff", 400),
            ("POST", "/", 405),
            ("OPTIONS", "/users", 204),
            ("HEAD", "/health", 200),
            ("GET", f"/{'0' * 32}/announce", 200),
            ("GET", "/metrics", 404),
        ],
    )
    def test_every_answer(self, client: Client, method: str, path: str, status: int) -> None:
        headers = client.request(method, path, status=status).headers
        assert headers.getall("X-Content-Type-Options") == ["nosniff"]
        assert headers.getall("Referrer-Policy") == ["no-referrer"]


class TestPublicAddress:
    """The site's address does not depend on headers of the client."""

    LOGIN = {"username": "member", "password": PASSWORD}

    @pytest.fixture
    def site(self, make_site: Callable[..., Any]) -> Client:
        return Client(make_site(**{"pulsar.site_url": "https://example.org/api"}))

    def test_of_the_settings(self, site: Client) -> None:
        forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        account = {"username": "member", "email": "m@example.org", "password": PASSWORD}
        site.post("/users", account, status=201, headers=forged)
        answer = site.post("/api_keys", self.LOGIN, status=201, headers=forged)
        assert answer.headers["Location"].startswith("https://example.org/api/api_keys/")
        member = site.as_key(answer.json["response"]["key"])
        link = member.get("/api_keys?limit=1", status=200, headers=forged).headers["Link"]
        assert link.startswith("<https://example.org/api/api_keys?")
        assert "evil" not in link

    @pytest.mark.parametrize("host", ["evil.example/x?", 'a"b', "<x>", "a b", "user@host", ""])
    def test_what_is_no_host(self, client: Client, factory: Any, host: str) -> None:
        factory.user("member")
        answer = client.post("/api_keys", self.LOGIN, status=201, headers={"Host": host})
        assert answer.headers["Location"].startswith("http://localhost")

    @pytest.mark.parametrize("host", ["a-b.example:8080", "[::1]:6543", "web_1"])
    def test_of_the_request(self, client: Client, factory: Any, host: str) -> None:
        factory.user("member")
        answer = client.post("/api_keys", self.LOGIN, status=201, headers={"Host": host})
        assert answer.headers["Location"].startswith(f"http://{host}/api_keys/")
