"""``/notifications/choices``: the types and channels that members choose."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

PATH = "/notifications/choices"


@pytest.fixture(autouse=True)
def types(declare: Any) -> None:
    """Two types."""
    declare("post")
    declare("quote")


def channels(client: Client, name: str) -> dict[str, bool]:
    (choice,) = (
        item for item in client.get(PATH, status=200).json["response"] if item["type"] == name
    )
    assert choice["title"]
    chosen: dict[str, bool] = choice["channels"]
    return chosen


def choice(name: str, channel: str, expected: Any) -> dict[str, Any]:
    return {"type": name, "channel": channel, "wanted": expected}


class TestShown:
    def test_defaults(self, caller: Client, channel: Any) -> None:
        channel("push", default=True)
        assert channels(caller, "post") == {"mail": False, "push": True, "site": True}

    def test_every_type(self, caller: Client) -> None:
        names = [item["type"] for item in caller.get(PATH).json["response"]]
        assert names == sorted(names)
        assert {"post", "quote", "class_changed", "user_warned"} <= set(names)


class TestChosen:
    def test_there_and_back(self, caller: Client) -> None:
        for item in (True, False, True):
            body = {"choices": [choice("post", "mail", item), choice("quote", "site", not item)]}
            caller.put(PATH, body, status=200)
            assert channels(caller, "post") == {"mail": item, "site": True}
            assert channels(caller, "quote") == {"mail": False, "site": not item}

    def test_the_last_of_two_counts(self, caller: Client) -> None:
        body = {"choices": [choice("post", "mail", True), choice("post", "mail", False)]}
        caller.put(PATH, body, status=200)
        assert channels(caller, "post")["mail"] is False

    def test_nothing(self, caller: Client) -> None:
        caller.put(PATH, {"choices": []}, status=200)
        assert channels(caller, "post")["site"] is True

    def test_of_the_caller_only(self, caller: Client, member: Client) -> None:
        caller.put(PATH, {"choices": [choice("post", "mail", True)]}, status=200)
        assert channels(member, "post")["mail"] is False

    def test_statements_do_not_grow(self, caller: Client, declare: Any, count_sql: Any) -> None:
        costs = []
        names = [f"type{number}" for number in range(20)]
        for name in names:
            declare(name)
        for chosen in (names[:1], names):
            body = {"choices": [choice(name, "mail", True) for name in chosen]}
            caller.put(PATH, body, status=200)
            with count_sql() as statements:
                caller.put(PATH, body, status=200)
            costs.append(len(statements))
        assert costs[0] == costs[1]

    def test_unknown(self, caller: Client) -> None:
        body = {
            "choices": [
                choice("post", "mail", True),
                choice("nonsense", "mail", True),
                choice("post", "pigeon", True),
            ]
        }
        assert caller.put(PATH, body, status=400).json["errors"] == {
            "choices.1.type": ["value is not a notification type"],
            "choices.2.channel": ["value is not a channel"],
        }
        assert channels(caller, "post")["mail"] is False

    @pytest.mark.one_backend
    @pytest.mark.parametrize("expected", [1, None, "yes"])
    def test_refused(self, caller: Client, expected: Any) -> None:
        body = {"choices": [choice("post", "mail", expected)]}
        answer = caller.put(PATH, body, status=400).json
        assert set(answer["errors"]) == {"choices.0.wanted"}

    def test_without_the_permission(self, client: Client, factory: Factory, user: User) -> None:
        narrow = client.as_key(factory.key(user, "notifications_view"))
        narrow.put(PATH, {"choices": []}, status=403)


class TestSite:
    """Members who turned the site off for a type do not see it there."""

    @pytest.fixture
    def told(self, channel: Any) -> list[list[int]]:
        """The recipients of another channel, which all members have by default."""
        deliveries: list[list[int]] = channel("push", default=True)
        return deliveries

    def test_not_shown(
        self, caller: Client, notify: Any, user: User, told: list[list[int]]
    ) -> None:
        caller.put(PATH, {"choices": [choice("post", "site", False)]}, status=200)
        notify("post", user)
        notify("quote", user)
        assert told == [[user.id], [user.id]]
        counts = caller.get("/notifications/unread").json["response"]
        assert (counts["post"], counts["quote"]) == (0, 1)
        assert caller.get("/notifications").json["response"]["post"] == []
        assert caller.get("/notifications/post").json["response"]["items"] == []

    def test_shown_again(self, caller: Client, notify: Any, user: User) -> None:
        notify("post", user)
        for is_wanted, number in ((False, 0), (True, 1)):
            caller.put(PATH, {"choices": [choice("post", "site", is_wanted)]}, status=200)
            assert caller.get("/notifications/unread").json["response"]["post"] == number
