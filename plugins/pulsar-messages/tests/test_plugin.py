"""The plugin as a part of a site: enabled, disabled, and enabled again."""

from __future__ import annotations

from typing import Any

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.testing.site_model import Person


def called(person: Person, app: Any) -> Client:
    """A client of another process of the site, with a key of the person."""
    with app.registry.getUtility(IDatabase).session(True) as session:
        return Client(app, Factory(session).key(person.user))


class TestDisabled:
    def test_data_stays(self, make_site: Any, settle: Any, start: Any) -> None:
        app = make_site()
        alice, bob = settle(app, "alice"), settle(app, "bob")
        conversation_id = start(alice, bob)
        path = "/messages/conversations"
        without = called(bob, make_site(**{"pulsar.plugins": ""}))
        for missing in (path, "/messages/counts", "/staff_messages"):
            without.get(missing, status=404)
        told = without.get("/notifications", status=200).json["response"]
        assert "messages_received" not in told
        without.get("/users/me", status=200)
        items = called(bob, make_site()).get(path, status=200).json["response"]["items"]
        assert [item["id"] for item in items] == [conversation_id]


class TestSite:
    def test_links(self, client: Client) -> None:
        links = client.get("/", status=200).json["response"]["links"]
        assert links["messages"] == "/messages/conversations"
        assert links["staff_messages"] == "/staff_messages"
