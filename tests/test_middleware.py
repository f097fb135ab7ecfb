"""What happens to a request before Pyramid sees it."""

from __future__ import annotations

from typing import Any

from pulsar.middleware import StripVirtualHostRoot


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
