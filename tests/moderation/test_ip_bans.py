"""``/ip_bans``, and the effects of a ban."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from pulsar.db import utcnow
from pulsar.interfaces import IIPBans
from pulsar.testing.client import Client

DAY = timedelta(days=1)


def visit(client: Client, address: str, path: str = "/users/me") -> Any:
    return client.get(path, remote_addr=address)


@pytest.fixture
def ban(moderator: Client) -> Any:
    """``ban("10.0.0.0/8", days=7)``: add a ban as the moderator, and return it."""

    def post(network: str, **values: Any) -> Any:
        body = {"network": network, "reason": "Spam.", **values}
        return moderator.post("/ip_bans", body, status=201).json["response"]

    return post


class TestBan:
    def test_stored(self, moderator: Client, logged: Any) -> None:
        body = {"network": "10.1.2.3/8", "reason": "Spam.", "days": None}
        answer = moderator.post("/ip_bans", body, status=201)
        response = answer.json["response"]
        assert (response["network"], response["reason"], response["expires"]) == (
            "10.0.0.0/8",
            "Spam.",
            None,
        )
        assert response["staff"]["username"] == "moderator"
        place = f"/ip_bans/{response['id']}"
        assert answer.headers["Location"].endswith(place)
        assert moderator.get(place, status=200).json["response"] == response
        after = {"network": "10.0.0.0/8", "reason": "Spam.", "expires": None}
        assert logged() == [("ip_banned", ("ip_bans", response["id"]), None, after)]

    @pytest.mark.parametrize(
        ("network", "inside", "outside"),
        [
            ("10.0.0.7", "10.0.0.7", "10.0.0.8"),
            ("10.0.0.0/30", "10.0.0.3", "10.0.0.4"),
            ("10.0.0.0/30", "::ffff:10.0.0.3", "::ffff:10.0.0.4"),
            ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
            ("2001:db8::1/128", "2001:db8::1", "2001:db8::2"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("::ffff:10.0.0.0/126", "10.0.0.3", "10.0.0.4"),
        ],
    )
    def test_felt_at_once(
        self, ban: Any, member: Client, network: str, inside: str, outside: str
    ) -> None:
        assert visit(member, inside).status_int == 200
        ban(network)
        answer = visit(member, inside)
        assert (answer.status_int, answer.json["code"]) == (403, "address_banned")
        assert visit(member, outside).status_int == 200

    def test_whoever_calls_whatever(self, ban: Any, client: Client, staff: Client) -> None:
        ban("10.0.0.0/8")
        for caller in (client, staff, client.as_key("x" * 42)):
            for path in ("/", "/users/me", "/nowhere", "/torrents?feed_key=x"):
                assert visit(caller, "10.0.0.1", path).json["code"] == "address_banned"

    def test_health_is_told_all_the_same(self, ban: Any, client: Client) -> None:
        ban("10.0.0.0/8")
        assert visit(client, "10.0.0.1", "/health").status_int == 200

    def test_overlapping(self, ban: Any, moderator: Client, member: Client) -> None:
        ban("10.0.0.0/8")
        inner = ban("10.1.0.0/16")
        assert visit(member, "10.200.0.1").status_int == 403
        moderator.delete(f"/ip_bans/{inner['id']}", status=200)
        assert visit(member, "10.1.0.1").status_int == 403

    @pytest.mark.parametrize("spelled", ["10.0.0.0/8", "10.9.9.9/8", "::ffff:10.0.0.0/104"])
    def test_twice(self, ban: Any, moderator: Client, spelled: str) -> None:
        new_ban = ban("10.0.0.0/8")
        body = {"network": spelled, "reason": "x"}
        answer = moderator.post("/ip_bans", body, status=409).json
        assert answer["code"] == "already_banned"
        assert answer["response"] == "10.0.0.0/8 is already banned."
        assert answer["existing_id"] == new_ban["id"]

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        ("network", "sentence"),
        [
            ("", "expected an address or a network like 10.0.0.0/8"),
            ("10.0.0.256", "expected an address or a network like 10.0.0.0/8"),
            ("fe80::1%eth0", "expected an address or a network like 10.0.0.0/8"),
            (7, "expected str"),
            ("0.0.0.0/0", "the network is too large"),
            ("10.0.0.0/7", "the network is too large"),
            ("2000::/15", "the network is too large"),
            ("::ffff:0:0/96", "the network is too large"),
            ("::ffff:10.0.0.0/103", "the network is too large"),
            ("::/80", "the network is too large"),
        ],
    )
    def test_refused(self, moderator: Client, network: Any, sentence: str) -> None:
        body = {"network": network, "reason": "x"}
        answer = moderator.post("/ip_bans", body, status=400).json
        assert answer["errors"] == {"network": [sentence]}

    def test_the_callers_own_address(self, moderator: Client) -> None:
        body = {"network": "10.0.0.0/8", "reason": "x"}
        for address in ("10.0.0.1", "::ffff:10.255.255.255"):
            answer = moderator.post("/ip_bans", body, remote_addr=address, status=400).json
            sentence = "the network contains your own address"
            assert answer["errors"] == {"network": [sentence]}
        moderator.post("/ip_bans", body, remote_addr="11.0.0.1", status=201)

    def test_without_the_permission(self, member: Client) -> None:
        member.post("/ip_bans", {"network": "10.0.0.1", "reason": "x"}, status=403)
        member.get("/ip_bans", status=403)
        member.get("/ip_bans/1", status=403)


class TestExpiry:
    def test_it_ends_by_itself(self, ban: Any, member: Client, registry: Any) -> None:
        bans = registry.getUtility(IIPBans)
        with time_machine.travel(utcnow(), tick=False) as clock:
            ban("10.0.0.0/8", days=7)
            clock.shift(7 * DAY - timedelta(seconds=1))
            bans.read()
            assert visit(member, "10.0.0.1").status_int == 403
            clock.shift(timedelta(seconds=2))
            bans.read()
            assert visit(member, "10.0.0.1").status_int == 200

    def test_then_it_can_be_made_anew(self, ban: Any, moderator: Client, member: Client) -> None:
        with time_machine.travel(utcnow(), tick=False) as clock:
            old = ban("10.0.0.0/8", days=1)
            clock.shift(DAY + timedelta(seconds=1))
            new = ban("10.0.0.0/8", days=1)
            assert visit(member, "10.0.0.1").status_int == 403
        assert new["expires"] > old["expires"]
        assert [ban["expires"] for ban in listed(moderator)] == [new["expires"]]


class TestUnban:
    def test_felt_at_once(self, ban: Any, moderator: Client, member: Client, logged: Any) -> None:
        new_ban = ban("10.0.0.0/8")
        answer = moderator.delete(f"/ip_bans/{new_ban['id']}", status=200).json
        assert answer["response"] == "10.0.0.0/8 is no longer banned."
        assert visit(member, "10.0.0.1").status_int == 200
        assert listed(moderator) == []
        before = {"network": "10.0.0.0/8", "reason": "Spam.", "expires": None}
        assert logged()[-1] == ("ip_unbanned", ("ip_bans", new_ban["id"]), before, None)

    def test_missing(self, moderator: Client) -> None:
        answer = moderator.delete("/ip_bans/99", status=404).json
        assert answer["response"] == "IPBan 99 does not exist."


class TestList:
    def test_newest_first(self, ban: Any, moderator: Client) -> None:
        for number in range(3):
            ban(f"10.0.0.{number}")
        answer = moderator.get("/ip_bans?limit=2", status=200)
        networks = [item["network"] for item in answer.json["response"]["items"]]
        assert networks == ["10.0.0.2/32", "10.0.0.1/32"]
        assert 'rel="next"' in answer.headers["Link"]


def listed(client: Client) -> list[Any]:
    items: list[Any] = client.get("/ip_bans", status=200).json["response"]["items"]
    return items
