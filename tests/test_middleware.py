"""What happens to a request before Pyramid sees it."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.middleware import ClientAddress, StripVirtualHostRoot


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
    """What waitress makes of forwarding headers is read again, and nothing else is believed."""

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
