"""``GET /invites`` and ``GET /invites/{code}``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pulsar.db import utcnow
from pulsar.invites.models import Invite
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

Make = Callable[..., Invite]
PUBLIC = {"code", "email", "time_sent", "expires", "expired", "used", "invitee"}
PRIVATE = {"inviter", "from_ip"}


@pytest.fixture
def moderator(client: Client, factory: Factory) -> Client:
    return client.as_key(factory.key(factory.user("mod", grants=["invites_view_others"])))


class TestList:
    @pytest.fixture
    def codes(self, invite: Make, factory: Factory) -> dict[str, str]:
        """Invites of each kind, oldest first."""
        now = utcnow()
        kinds: dict[str, dict[str, Any]] = {
            "live": {},
            "used": {"used": now, "invitee_id": factory.user("friend").id},
            "revoked": {"revoked": now},
            "expired": {"expires": now - timedelta(seconds=1)},
            "newest": {},
        }
        return {name: invite(**fields).code for name, fields in kinds.items()}

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["newest", "live"]),
            ("?include_dead=false", ["newest", "live"]),
            ("?used=true", ["used"]),
            ("?used=true&include_dead=true", ["used"]),
            ("?include_dead=1", ["newest", "expired", "revoked", "used", "live"]),
            ("?include_dead=true&limit=2&page=2", ["revoked", "used"]),
        ],
    )
    def test_which(
        self, inviting: Client, codes: dict[str, str], query: str, names: list[str]
    ) -> None:
        # Two requests, so that neither response can come from a copy of the other.
        inviting.get("/invites?used=true", status=200)
        items = inviting.get(f"/invites{query}", status=200).json["response"]["items"]
        assert [item["code"] for item in items] == [codes[name] for name in names]

    def test_states(self, inviting: Client, codes: dict[str, str]) -> None:
        items = inviting.get("/invites?include_dead=true").json["response"]["items"]
        states = {item["code"]: item["expired"] for item in items}
        assert {name: states[code] for name, code in codes.items()} == {
            "live": False,
            "used": False,
            "revoked": True,
            "expired": True,
            "newest": False,
        }

    def test_own_only(self, member: Client, codes: dict[str, str]) -> None:
        assert member.get("/invites?include_dead=true").json["response"]["total"] == 0

    def test_anothers(self, moderator: Client, sender: User, codes: dict[str, str]) -> None:
        invites = moderator.get(f"/invites?user_id={sender.id}", status=200).json["response"]
        assert [item["code"] for item in invites["items"]] == [codes["newest"], codes["live"]]

    def test_not_anothers(self, member: Client, sender: User) -> None:
        answer = member.get(f"/invites?user_id={sender.id}", status=403)
        assert answer.json["code"] == "forbidden"

    def test_nobodys(self, moderator: Client) -> None:
        answer = moderator.get("/invites?user_id=987654", status=404)
        assert answer.json["response"] == "User 987654 does not exist."

    def test_statements(
        self,
        staff: Client,
        sender: User,
        invite: Make,
        factory: Factory,
        count_sql: Callable[[], Any],
    ) -> None:
        """The number of statements is the same for one invite and for thirty."""
        path = f"/invites?user_id={sender.id}&used=true"

        def ask(amount: int) -> int:
            for _ in range(amount):
                invite(used=utcnow(), invitee_id=factory.user().id)
            staff.get(path, status=200)
            with count_sql() as statements:
                staff.get(path, status=200)
            return len(statements)

        assert ask(1) == ask(29)
        assert staff.get(path).json["response"]["total"] == 30


class TestView:
    def test_own(self, inviting: Client, invite: Make) -> None:
        new_invite = invite()
        response = inviting.get(f"/invites/{new_invite.code}", status=200).json["response"]
        assert set(response) == PUBLIC
        assert response["email"] == "friend@example.org"
        assert response["time_sent"].endswith("Z")

    def test_staff_see_more(self, moderator: Client, invite: Make) -> None:
        response = moderator.get(f"/invites/{invite().code}", status=200).json["response"]
        assert set(response) == PUBLIC | PRIVATE
        assert response["inviter"]["username"] == "sender"
        assert response["from_ip"] == "192.0.2.1"

    def test_dead(self, inviting: Client, invite: Make) -> None:
        new_invite = invite(revoked=utcnow())
        response = inviting.get(f"/invites/{new_invite.code}", status=200).json["response"]
        assert response["expired"] is True

    def test_invitee(self, inviting: Client, invite: Make, factory: Factory) -> None:
        friend = factory.user("friend")
        new_invite = invite(used=utcnow(), invitee_id=friend.id)
        response = inviting.get(f"/invites/{new_invite.code}", status=200).json["response"]
        assert response["invitee"]["username"] == "friend"
        assert "email" not in response["invitee"]

    def test_anothers(self, member: Client, invite: Make) -> None:
        code = invite().code
        answer = member.get(f"/invites/{code}", status=404)
        assert answer.json["response"] == f"Invite {code} does not exist."

    def test_upper_and_lower_case_differ(self, inviting: Client, invite: Make) -> None:
        code = "abcdefghijklmnopqrstuvwX"
        invite(code=code)
        inviting.get(f"/invites/{code}", status=200)
        inviting.get(f"/invites/{code.lower()}", status=404)
        inviting.get(f"/invites/{code.swapcase()}", status=404)

    @pytest.mark.parametrize("code", ["1", "x" * 23, "x" * 25, "%C3%A9" * 24, "x" * 23 + "%0A"])
    def test_no_code(self, inviting: Client, code: str) -> None:
        inviting.get(f"/invites/{code}", status=404)

    def test_without_the_permission(self, client: Client, factory: Factory, invite: Make) -> None:
        caller = client.as_key(factory.key(factory.user(denials=["invites_view"])))
        for code in (invite().code, "x" * 24):
            assert caller.get(f"/invites/{code}", status=403).json["code"] == "forbidden"
