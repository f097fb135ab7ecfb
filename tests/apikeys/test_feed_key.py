"""Feed keys allow reading and downloading torrents, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import update
from sqlalchemy.orm import Session

from pulsar.interfaces import ICache, IRoot, ISecrets
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


def include(config: Configurator) -> None:
    """Add ``/show`` for feeds, ``/edit`` with the same permission, and ``/users`` without it."""

    def view(context: Any, request: Request) -> Any:
        return request.identity.username

    config.add_permission("things_view", "See things.", member=True, feed=True)
    config.add_view(
        view, context=IRoot, name="show", request_method="GET", permission="things_view"
    )
    config.add_view(
        view, context=IRoot, name="edit", request_method="POST", permission="things_view"
    )


@pytest.fixture
def site(lab: Callable[..., Client]) -> Client:
    return lab(include)


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user("reader", grants=["things_view"])


@pytest.fixture
def key(site: Client, user: User, db: Session) -> str:
    secrets = site.app.registry.getUtility(ISecrets)
    value: str = secrets.current(db, user.id, "feed")
    db.commit()
    return value


class TestFeedKey:
    def test_reads(self, site: Client, key: str) -> None:
        for _ in range(2):
            assert site.get(f"/show?feed_key={key}", status=200).json["response"] == "reader"

    def test_head(self, site: Client, key: str) -> None:
        site.request("HEAD", f"/show?feed_key={key}", status=200)

    def test_does_not_write(self, site: Client, key: str) -> None:
        site.post(f"/edit?feed_key={key}", status=401)

    def test_does_not_see_members(self, site: Client, key: str, user: User) -> None:
        site.get(f"/users/{user.id}?feed_key={key}", status=403)

    def test_shows_no_private_fields(self, site: Client, key: str) -> None:
        user = site.get(f"/users/me?feed_key={key}", status=200).json["response"]
        assert user["username"] == "reader"
        assert not {"email", "locked", "invites"} & set(user)

    def test_makes_no_keys(self, site: Client, key: str) -> None:
        site.post(f"/api_keys?feed_key={key}", {"permanent": True}, status=401)

    def test_carries_no_more_than_the_member_holds(
        self, site: Client, factory: Factory, db: Session
    ) -> None:
        other = factory.user()
        value = site.app.registry.getUtility(ISecrets).current(db, other.id, "feed")
        db.commit()
        site.get(f"/show?feed_key={value}", status=403)

    @pytest.mark.parametrize("value", ["", "0" * 32, "x", "%ff", "\u00e9"])
    def test_wrong(self, site: Client, value: str) -> None:
        site.get("/show", status=401)
        assert site.get(f"/show?feed_key={value}").status_int in (400, 401)

    def test_wrong_where_no_key_is_needed(self, site: Client) -> None:
        site.get(f"/?feed_key={'0' * 32}", status=401)

    def test_another_kind_of_secret(self, client: Client, factory: Factory, db: Session) -> None:
        user = factory.user()
        passkey = client.app.registry.getUtility(ISecrets).current(db, user.id, "passkey")
        db.commit()
        client.get(f"/torrents?feed_key={passkey}", status=401)

    def test_an_api_key_goes_first(self, site: Client, key: str, factory: Factory) -> None:
        other = factory.user("other", grants=["things_view"])
        caller = site.as_key(factory.key(other))
        assert caller.get(f"/show?feed_key={key}", status=200).json["response"] == "other"

    def test_reset(self, site: Client, key: str, user: User, db: Session) -> None:
        site.get(f"/show?feed_key={key}", status=200)
        site.app.registry.getUtility(ISecrets).reset(db, user.id, "feed")
        db.commit()
        site.app.registry.getUtility(ICache).invalidate([f"key:feed:{user.id}"])
        site.get(f"/show?feed_key={key}", status=401)

    def test_disabled_member(self, site: Client, key: str, user: User, db: Session) -> None:
        site.get(f"/show?feed_key={key}", status=200)
        db.execute(update(User).where(User.id == user.id).values(enabled=False))
        db.commit()
        site.app.registry.getUtility(ICache).invalidate([f"user:{user.id}"])
        answer = site.get(f"/show?feed_key={key}", status=403)
        assert answer.json["code"] == "account_disabled"


class TestTorrents:
    """Feed keys and the endpoints of torrents."""

    def test_lists(self, client: Client, factory: Factory, db: Session) -> None:
        user = factory.user()
        value = client.app.registry.getUtility(ISecrets).current(db, user.id, "feed")
        db.commit()
        answer = client.get(f"/torrents?feed_key={value}&limit=10", status=200)
        assert answer.json["response"]["limit"] == 10
        client.get(f"/torrents?feed_kez={value}", status=401)
