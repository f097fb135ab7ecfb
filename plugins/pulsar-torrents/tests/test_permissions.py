"""The permissions of torrents."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.interfaces import ICache
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import UserPermission

#: In an order in which the torrent exists until the last endpoint.
ENDPOINTS = {
    "list": ("GET", "/torrents", "torrents_view"),
    "upload": ("POST", "/torrents", "torrents_upload"),
    "categories": ("GET", "/torrents/categories", "torrents_view"),
    "show": ("GET", "/torrents/{id}", "torrents_view"),
    "edit": ("PUT", "/torrents/{id}", "torrents_modify"),
    "files": ("GET", "/torrents/{id}/files", "torrents_view"),
    "download": ("GET", "/torrents/{id}/download", "torrents_download"),
    "delete": ("DELETE", "/torrents/{id}", "torrents_delete"),
}


@pytest.fixture
def torrent_id(moderator: Client, upload: Any) -> int:
    """A torrent that none of the callers uploaded."""
    torrent_id: int = upload(moderator)["id"]
    return torrent_id


@pytest.fixture
def call(torrent_id: int, make_torrent: Any) -> Any:
    """``call(client, "show", id=None)``: the status of the endpoint's response."""

    def send(client: Client, endpoint: str, path_id: int | None = None) -> int:
        method, path, _ = ENDPOINTS[endpoint]
        path = path.format(id=path_id or torrent_id)
        if method == "POST":
            files = [("file", "x.torrent", make_torrent("Another"))]
            return client.upload(path, {"category": "other"}, files).status_int
        return client.request(method, path).status_int

    return send


@pytest.fixture
def join(client: Client, factory: Factory) -> Any:
    """``join(scope..., grants=...)``: a client with a key of a new member."""

    def make(*scope: str, **kwargs: Any) -> Client:
        return client.as_key(factory.key(factory.user(**kwargs), *scope))

    return make


class TestEndpoints:
    """The default permissions of classes. The walk of the API tests each permission separately."""

    def test_with_the_permission(self, join: Any, call: Any) -> None:
        for endpoint, (_, _, needed) in ENDPOINTS.items():
            # All other permissions of members are denied, except for seeing torrents.
            denials = {"torrents_upload", "torrents_download"} - {needed}
            caller = join(grants=(needed,), denials=denials)
            assert call(caller, endpoint) == (201 if endpoint == "upload" else 200), endpoint


class TestSight:
    def test_missing_and_existing_look_alike(self, join: Any, call: Any) -> None:
        blind = join(denials=("torrents_view",))
        for endpoint in ("show", "edit", "delete", "files", "download"):
            assert call(blind, endpoint) == call(blind, endpoint, ABSENT) == 403


class TestUploader:
    @pytest.fixture
    def user(self, factory: Any) -> Any:
        """A member with a torrent."""
        return factory.user("uploader")

    @pytest.fixture
    def path(self, client: Client, factory: Any, user: Any, upload: Any) -> str:
        """The path of the member's torrent."""
        return f"/torrents/{upload(client.as_key(factory.key(user)))['id']}"

    def test_who_may_no_longer_upload(
        self, client: Client, factory: Any, user: Any, path: str, db: Any, registry: Any
    ) -> None:
        db.add(UserPermission(user_id=user.id, permission="torrents_upload", granted=False))
        db.commit()
        registry.getUtility(ICache).invalidate([f"user:{user.id}"])
        caller = client.as_key(factory.key(user))
        caller.get(path, status=200)
        caller.put(path, {"title": "x"}, status=403)
        caller.delete(path, status=403)

    def test_with_a_key_for_uploads(
        self, client: Client, factory: Any, user: Any, path: str
    ) -> None:
        caller = client.as_key(factory.key(user, "torrents_view", "torrents_upload"))
        caller.put(path, {"title": "x"}, status=200)
        caller.delete(path, status=200)

    def test_with_a_key_for_reading(
        self, client: Client, factory: Any, user: Any, path: str
    ) -> None:
        caller = client.as_key(factory.key(user, "torrents_view", "torrents_modify"))
        caller.put(path, {"title": "x"}, status=403)
