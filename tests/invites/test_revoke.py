"""``DELETE /invites/{code}``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.invites.models import Invite
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

Make = Callable[..., Invite]


class TestRevoke:
    def test_gives_it_back(
        self, inviting: Client, invite: Make, sender: User, left: Callable[[User], int]
    ) -> None:
        code = invite().code
        response = inviting.delete(f"/invites/{code}", status=200).json["response"]
        assert (response["code"], response["expired"]) == (code, True)
        assert left(sender) == 3

    def test_not_what_cost_none(
        self, client: Client, factory: Factory, left: Callable[[User], int]
    ) -> None:
        user = factory.user(invites=2, grants=["invites_send", "invites_send_unlimited"])
        caller = client.as_key(factory.key(user))
        answer = caller.post("/invites", {"email": "friend@example.org"}, status=201)
        code = answer.json["response"]["code"]
        assert caller.delete(f"/invites/{code}", status=200).json["response"]["expired"] is True
        assert left(user) == 2

    def test_the_profile_shows_it(self, inviting: Client, invite: Make) -> None:
        assert inviting.get("/users/me").json["response"]["invites"] == 2
        inviting.delete(f"/invites/{invite().code}", status=200)
        assert inviting.get("/users/me").json["response"]["invites"] == 3

    def test_once_only(
        self, inviting: Client, invite: Make, sender: User, left: Callable[[User], int]
    ) -> None:
        code = invite().code
        inviting.delete(f"/invites/{code}", status=200)
        answer = inviting.delete(f"/invites/{code}", status=404)
        assert answer.json["response"] == f"Invite {code} does not exist."
        assert left(sender) == 3

    @pytest.mark.parametrize("state", ["used", "revoked", "expired"])
    def test_dead(
        self,
        inviting: Client,
        invite: Make,
        sender: User,
        left: Callable[[User], int],
        state: str,
    ) -> None:
        past = utcnow() - timedelta(seconds=1)
        new_invite = invite(**{"expires" if state == "expired" else state: past})
        inviting.delete(f"/invites/{new_invite.code}", status=404)
        assert left(sender) == 2


class TestOthers:
    @pytest.fixture
    def moderator(self, client: Client, factory: Factory) -> Client:
        grants = ["invites_revoke_others"]
        return client.as_key(factory.key(factory.user("moderator", grants=grants)))

    def test_staff(
        self,
        moderator: Client,
        invite: Make,
        sender: User,
        left: Callable[[User], int],
        db: Session,
    ) -> None:
        new_invite = invite()
        moderator.delete(f"/invites/{new_invite.code}", status=200)
        assert left(sender) == 3
        entry = db.scalars(select(LogEntry)).one()
        assert (entry.action, entry.target_type) == ("invite_revoked", "invites")
        assert entry.target_id == new_invite.id
        assert new_invite.code not in entry.summary

    def test_own_ones_are_not_logged(self, inviting: Client, invite: Make, db: Session) -> None:
        inviting.delete(f"/invites/{invite().code}", status=200)
        assert db.scalars(select(LogEntry)).all() == []

    def test_member(self, member: Client, invite: Make, sender: User, left: Any) -> None:
        code = invite().code
        member.delete(f"/invites/{code}", status=404)
        assert left(sender) == 2

    def test_seeing_is_not_revoking(self, client: Client, factory: Factory, invite: Make) -> None:
        user = factory.user(grants=["invites_view_others"])
        client.as_key(factory.key(user)).delete(f"/invites/{invite().code}", status=404)

    def test_revoking_does_not_take_seeing(
        self, client: Client, factory: Factory, sender: User, invite: Make
    ) -> None:
        narrow = client.as_key(factory.key(sender, "invites_revoke"))
        narrow.get(f"/invites/{invite().code}", status=403)
        narrow.delete(f"/invites/{invite().code}", status=200)


class TestRace:
    """Concurrent requests that revoke the same invite."""

    def test_it_is_given_back_once(
        self, make_site: Any, together: Callable[..., list[Any]]
    ) -> None:
        site = make_site(**{"pulsar.registration": "invite"})
        database = site.registry.getUtility(IDatabase)
        with database.session(True) as session:
            factory = Factory(session)
            caller = Client(site).as_key(
                factory.key(factory.user("sender", invites=1, grants=["invites_send"]))
            )
        code = caller.post("/invites", {"email": "a@example.org"}).json["response"]["code"]
        statuses = together(*[lambda: caller.delete(f"/invites/{code}").status_int] * 6)
        assert sorted(statuses) == [200, *[404] * 5]
        with database.session() as session:
            assert session.scalars(select(User.invites)).one() == 1
