"""The permissions of the endpoints of requests and comments."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

MIB = 2**20
GIB = 2**30
REASON = {"reason": "An example."}
BODIES: dict[str, dict[str, Any]] = {
    "create": {"title": "x", "category": "other", "description": "x", "bounty": 100 * MIB},
    "vote": {"amount": 100 * MIB},
    "comment": {"contents": "x"},
    "edit": {"title": "Edited"},
    "edit comment": {"contents": "Edited"},
    "unfill": REASON,
    "delete": REASON,
}
#: In an order in which each request finds the objects it needs.
ENDPOINTS = {
    "list": ("GET", "", "requests_view"),
    "create": ("POST", "", "requests_create"),
    "show": ("GET", "/{id}", "requests_view"),
    "edit": ("PUT", "/{id}", "requests_modify"),
    "votes": ("GET", "/{id}/votes", "requests_view"),
    "vote": ("POST", "/{id}/votes", "requests_vote"),
    "bookmark": ("POST", "/{id}/bookmark", "requests_view"),
    "forget": ("DELETE", "/{id}/bookmark", "requests_view"),
    "comments": ("GET", "/{id}/comments", "requests_view"),
    "comment": ("POST", "/{id}/comments", "requests_comment"),
    "show comment": ("GET", "/{id}/comments/{comment}", "requests_view"),
    "edit comment": ("PUT", "/{id}/comments/{comment}", "requests_comments_modify"),
    "delete comment": ("DELETE", "/{id}/comments/{comment}", "requests_comments_modify"),
    "restore comment": ("POST", "/{id}/comments/{comment}/restore", "requests_comments_modify"),
    "fill": ("POST", "/{id}/fill", "requests_fill"),
    "unfill": ("DELETE", "/{id}/fill", "requests_unfill"),
    "delete": ("DELETE", "/{id}", "requests_delete"),
}
MODERATORS = frozenset(
    ("requests_modify", "requests_unfill", "requests_delete", "requests_comments_modify")
)


@pytest.fixture
def call(ann: Any, ask: Any, upload: Any) -> Any:
    """``call(client, "show", 7)``: the status of the response, for objects of ann."""
    request_id = ask(ann)["id"]
    path = f"/requests/{request_id}/comments"
    comment_id = ann.post(path, {"contents": "x"}, status=201).json["response"]["id"]
    torrent_id = upload(ann)

    def send(client: Client, endpoint: str, path_id: int = request_id) -> int:
        method, path, _ = ENDPOINTS[endpoint]
        path = f"/requests{path.format(id=path_id, comment=comment_id)}"
        if method == "GET":
            status: int = client.get(path).status_int
            return status
        body = {"torrent_id": torrent_id} if endpoint == "fill" else BODIES.get(endpoint)
        if endpoint == "unfill" and path_id == request_id:
            ann.post(path, {"torrent_id": torrent_id})
        code: int = getattr(client, method.lower())(path, body).status_int
        if endpoint == "unfill" and path_id == request_id and code != 200:
            ann.delete(path, REASON, status=200)
        return code

    return send


@pytest.fixture
def answers(call: Any) -> Any:
    """``answers(client)``: the status of each endpoint."""
    return lambda client: {endpoint: call(client, endpoint) for endpoint in ENDPOINTS}


def success(endpoint: str) -> int:
    return 201 if endpoint in ("create", "comment") else 200


class TestEndpoints:
    """The default permissions of classes. The walk tests that each permission is required."""

    def test_member(self, bob: Any, answers: Any) -> None:
        assert answers(bob) == {
            endpoint: 403 if needed in MODERATORS else success(endpoint)
            for endpoint, (_, _, needed) in ENDPOINTS.items()
        } | {"unfill": 200}  # bob has filled it himself

    def test_moderator(self, moderator: Any, answers: Any) -> None:
        assert answers(moderator) == {endpoint: success(endpoint) for endpoint in ENDPOINTS}

    def test_staff(self, join: Any, answers: Any) -> None:
        caller = join(user_class_id=2)
        assert answers(caller) == {endpoint: success(endpoint) for endpoint in ENDPOINTS}


class TestSight:
    def test_missing_and_existing_look_alike(self, join: Any, call: Any) -> None:
        blind = join(denials=("requests_view",), grants=MODERATORS)
        for endpoint, (_, path, _) in ENDPOINTS.items():
            if "{id}" in path:
                assert call(blind, endpoint) == call(blind, endpoint, ABSENT) == 403, endpoint

    def test_torrents(self, ann: Any, join: Any, ask: Any, upload: Any) -> None:
        """Callers who may not see torrents do not see which torrent fills a request."""
        path = f"/requests/{ask(ann)['id']}"
        ann.post(f"{path}/fill", {"torrent_id": upload(ann)}, status=200)
        response = join(denials=("torrents_view",)).get(path, status=200).json["response"]
        assert response["filled"] is not None
        assert "torrent" not in response


class TestOwnKeys:
    """A restricted key allows no more on its owner's objects than its scope."""

    @pytest.fixture
    def user(self, factory: Factory) -> Any:
        """A member."""
        return factory.user("owner", uploaded=GIB)

    @pytest.fixture
    def path(self, client: Client, factory: Factory, user: Any, ask: Any) -> str:
        """A request of the member."""
        return f"/requests/{ask(client.as_key(factory.key(user)))['id']}"

    @pytest.mark.parametrize(
        ("scope", "status"),
        [
            (("requests_view", "requests_create"), 200),
            (("requests_view", "requests_modify", "requests_delete"), 403),
        ],
    )
    def test_request(
        self,
        client: Client,
        factory: Factory,
        user: Any,
        path: str,
        scope: tuple[str, ...],
        status: int,
    ) -> None:
        caller = client.as_key(factory.key(user, *scope))
        caller.put(path, {"title": "x"}, status=status)
        caller.delete(path, status=status)

    @pytest.mark.parametrize(
        ("scope", "status"),
        [
            (("requests_view", "requests_comment"), 200),
            (("requests_view", "requests_comments_modify"), 403),
        ],
    )
    def test_comment(
        self,
        client: Client,
        factory: Factory,
        user: Any,
        path: str,
        scope: tuple[str, ...],
        status: int,
    ) -> None:
        full = client.as_key(factory.key(user))
        comment_id = full.post(f"{path}/comments", {"contents": "x"}, status=201).json["response"][
            "id"
        ]
        caller = client.as_key(factory.key(user, *scope))
        caller.put(f"{path}/comments/{comment_id}", {"contents": "y"}, status=status)
        caller.delete(f"{path}/comments/{comment_id}", status=status)

    @pytest.mark.parametrize(
        ("scope", "status"),
        [
            (("requests_view", "requests_fill"), 200),
            (("requests_view", "requests_create"), 200),
            (("requests_view", "requests_vote"), 403),
        ],
    )
    def test_fill(
        self,
        client: Client,
        factory: Factory,
        user: Any,
        path: str,
        upload: Any,
        scope: tuple[str, ...],
        status: int,
    ) -> None:
        full = client.as_key(factory.key(user))
        full.post(f"{path}/fill", {"torrent_id": upload(full)}, status=200)
        caller = client.as_key(factory.key(user, *scope))
        caller.delete(f"{path}/fill", REASON, status=status)
