"""A small client of the site's JSON API."""

from __future__ import annotations

from typing import Any

import requests

TIMEOUT = 30


class ApiError(AssertionError):
    """An unsuccessful response; the message has the request, the status and the body."""


class Api:
    """Sends requests to one site, as the owner of `key` or anonymously."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url
        self.key = key or ""
        self._session = requests.Session()
        if key is not None:
            self._session.headers["Authorization"] = f"Token {key}"

    def get(self, path: str, **query: str | int) -> Any:
        """Return the `response` of the envelope."""
        return self._unwrapped(self._send("GET", path, params=query))

    def post(self, path: str, **body: Any) -> Any:
        """Send a JSON object; return the `response` of the envelope."""
        return self._unwrapped(self._send("POST", path, json=body))

    def upload(self, path: str, file: bytes, **fields: str) -> Any:
        """Send a `multipart/form-data` form with a file; return the `response` of the envelope."""
        files = {"file": ("upload.torrent", file, "application/x-bittorrent")}
        return self._unwrapped(self._send("POST", path, files=files, data=fields))

    def download(self, path: str) -> bytes:
        """Return the body of a response that is not JSON."""
        return self._send("GET", path).content

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        reply = self._session.request(method, self.url + path, timeout=TIMEOUT, **options)
        if not reply.ok:
            raise ApiError(f"{method} {path}: {reply.status_code} {reply.text}")
        return reply

    def _unwrapped(self, reply: requests.Response) -> Any:
        envelope = reply.json()
        if envelope.get("status") != "success":
            raise ApiError(f"{reply.request.method} {reply.url}: {reply.text}")
        return envelope["response"]
