"""A client of the JSON API, over WebTest."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from typing import Any
from urllib.parse import urlencode

from webtest import TestApp, TestResponse

JSON = "application/json"


class Client:
    """Calls the application as a member: ``client.as_key(key).get("/users/me")``."""

    def __init__(
        self,
        app: Any,
        key: str | None = None,
        *,
        authorization: str | None = None,
        address: str | None = None,
    ) -> None:
        self.app = app
        self._address = address
        self._test = TestApp(app, None if address is None else {"REMOTE_ADDR": address})
        authorization = f"Token {key}" if key else authorization
        self._headers = {} if authorization is None else {"Authorization": authorization}

    def as_key(self, key: str | None) -> Client:
        """The same application, called with another key."""
        return Client(self.app, key, address=self._address)

    def with_authorization(self, value: str) -> Client:
        """The same application, called with this ``Authorization`` header."""
        return Client(self.app, authorization=value, address=self._address)

    def from_address(self, address: str) -> Client:
        """The same caller, coming from another address."""
        authorization = self._headers.get("Authorization")
        return Client(self.app, authorization=authorization, address=address)

    def request(
        self,
        method: str,
        path: str,
        *,
        status: int | str | None = None,
        headers: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> TestResponse:
        """Send a request; without ``status`` any status is accepted."""
        return self._test.request(
            path,
            method=method,
            headers={**self._headers, **(headers or {})},
            status=status or "*",
            **kwargs,
        )

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.request("GET", path, **kwargs)

    def post(self, path: str, json: Any = None, **kwargs: Any) -> TestResponse:
        """POST a JSON body, or the content in ``kwargs``."""
        return self._send("POST", path, json, kwargs)

    def put(self, path: str, json: Any = None, **kwargs: Any) -> TestResponse:
        """PUT a JSON body, or the content in ``kwargs``."""
        return self._send("PUT", path, json, kwargs)

    def delete(
        self, path: str, query: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> TestResponse:
        """DELETE; the input is in the query."""
        if query:
            path = f"{path}{'&' if '?' in path else '?'}{urlencode(query, doseq=True)}"
        return self.request("DELETE", path, **kwargs)

    def upload(
        self,
        path: str,
        fields: dict[str, str],
        files: list[tuple[str, str, bytes]],
        *,
        status: int | str | None = None,
    ) -> TestResponse:
        """POST a multipart form; ``files`` are (field, file name, content)."""
        return self._test.post(
            path,
            fields,
            headers=self._headers,
            upload_files=files,
            status=status or "*",
            # Otherwise WebOb would copy the form to a file that is never closed.
            extra_environ={"webob.is_body_seekable": True},
        )

    def _send(self, method: str, path: str, json: Any, kwargs: dict[str, Any]) -> TestResponse:
        if json is not None:
            kwargs["body"] = dumps(json).encode()
            kwargs["content_type"] = JSON
        return self.request(method, path, **kwargs)
