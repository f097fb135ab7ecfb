"""``/users/me/secrets``."""

from __future__ import annotations

from sqlalchemy.orm import Session

from pulsar.interfaces import ISecrets
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

PATH = "/users/me/secrets"


class TestList:
    def test_every_kind(self, member: Client) -> None:
        responses_by_kind = {
            item["kind"]: item for item in member.get(PATH, status=200).json["response"]
        }
        assert {"feed", "passkey"} <= set(responses_by_kind)
        assert all(item["value"] and item["revoked"] is None for item in responses_by_kind.values())

    def test_twice_is_the_same(self, member: Client) -> None:
        assert member.get(PATH).json == member.get(PATH).json

    def test_nobody(self, client: Client) -> None:
        client.get(PATH, status=401)

    def test_without_the_permission(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.user(denials=["secrets_view"]))
        client.as_key(key).get(PATH, status=403)

    def test_narrow_key(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.user(), "users_view")
        client.as_key(key).get(PATH, status=403)

    def test_not_with_a_feed_key(self, client: Client, factory: Factory, db: Session) -> None:
        user = factory.user()
        value = client.app.registry.getUtility(ISecrets).current(db, user.id, "feed")
        db.commit()
        client.get(f"{PATH}?feed_key={value}", status=403)


class TestOne:
    def test_shown(self, member: Client) -> None:
        first = member.get(f"{PATH}/feed", status=200).json["response"]
        assert first["kind"] == "feed"
        assert member.get(f"{PATH}/feed", status=200).json["response"] == first

    def test_no_such_kind(self, member: Client) -> None:
        member.get(f"{PATH}/house", status=404)


class TestReset:
    def test_the_old_one_ends_at_once(self, client: Client, member: Client) -> None:
        old = member.get(f"{PATH}/feed", status=200).json["response"]["value"]
        client.get(f"/torrents?feed_key={old}", status=200)
        new = member.post(f"{PATH}/feed", status=201).json["response"]["value"]
        assert new != old
        client.get(f"/torrents?feed_key={old}", status=401)
        client.get(f"/torrents?feed_key={new}", status=200)

    def test_history(self, member: Client) -> None:
        old = member.get(f"{PATH}/feed", status=200).json["response"]["value"]
        member.post(f"{PATH}/feed", status=201)
        answer = member.get(f"{PATH}/feed/history", status=200)
        live, revoked = answer.json["response"]
        assert live["revoked"] is None
        assert revoked["revoked"] is not None
        assert old not in answer.text
