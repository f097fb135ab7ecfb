"""``POST /invites``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pyramid_mailer.message import Message
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.invites.models import Invite
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

TO = {"email": "Friend@Example.org"}


class TestSuccess:
    def test_answer(self, inviting: Client, db: Session, sender: User) -> None:
        answer = inviting.post("/invites", TO, status=201)
        invite = db.scalars(select(Invite)).one()
        assert answer.headers["Location"] == f"http://localhost/invites/{invite.code}"
        response = answer.json["response"]
        assert re.fullmatch(r"[A-Za-z0-9_-]{24}", response["code"])
        assert (response["code"], response["email"]) == (invite.code, "friend@example.org")
        assert (response["expired"], response["used"], response["invitee"]) == (False, None, None)
        assert not {"from_ip", "inviter"} & set(response)
        assert invite.inviter_id == sender.id

    def test_it_lives_for_three_days(self, inviting: Client, db: Session) -> None:
        with time_machine.travel(utcnow(), tick=False):
            inviting.post("/invites", TO, status=201)
        invite = db.scalars(select(Invite)).one()
        assert invite.expires - invite.time_sent == timedelta(days=3)

    def test_it_lives_as_long_as_the_site_says(
        self, inviting: Client, db: Session, registry: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.invite_days", 10)
        inviting.post("/invites", TO, status=201)
        invite = db.scalars(select(Invite)).one()
        assert invite.expires - invite.time_sent == timedelta(days=10)

    def test_where_it_came_from(self, inviting: Client, db: Session) -> None:
        inviting.from_address("192.0.2.77").post("/invites", TO, status=201)
        assert db.scalars(select(Invite.from_ip)).one() == "192.0.2.77"

    def test_codes_differ(self, inviting: Client) -> None:
        codes = {inviting.post("/invites", TO).json["response"]["code"] for _ in range(2)}
        assert len(codes) == 2


class TestCount:
    def test_one_less(self, inviting: Client, sender: User, left: Callable[[User], int]) -> None:
        inviting.post("/invites", TO, status=201)
        assert left(sender) == 1

    def test_the_profile_shows_it(self, inviting: Client) -> None:
        assert inviting.get("/users/me").json["response"]["invites"] == 2
        inviting.post("/invites", TO, status=201)
        assert inviting.get("/users/me").json["response"]["invites"] == 1

    def test_none_left(
        self, inviting: Client, sender: User, db: Session, left: Callable[[User], int]
    ) -> None:
        for _ in range(2):
            inviting.post("/invites", TO, status=201)
        answer = inviting.post("/invites", TO, status=400).json
        assert answer["code"] == "no_invites"
        assert answer["response"] == "You do not have an invite to send."
        assert left(sender) == 0
        assert db.scalar(select(func.count()).select_from(Invite)) == 2

    def test_unlimited(self, client: Client, factory: Factory, left: Callable[[User], int]) -> None:
        user = factory.user(grants=["invites_send", "invites_send_unlimited"])
        client.as_key(factory.key(user)).post("/invites", TO, status=201)
        assert left(user) == 0


class TestRefused:
    def test_member(self, member: Client) -> None:
        assert member.post("/invites", TO, status=403).json["code"] == "forbidden"

    @pytest.mark.parametrize(
        "email", ["", "a", "a@b", "a b@c.org", 5, None, "a@b.org\nBcc: c@d.org"]
    )
    def test_email(self, inviting: Client, sender: User, left: Any, email: Any) -> None:
        answer = inviting.post("/invites", {"email": email}, status=400)
        assert list(answer.json["errors"]) == ["email"]
        assert left(sender) == 2

    @pytest.mark.parametrize(
        ("registration", "status", "code", "sentence"),
        [
            (
                *("open", 400, "invites_disabled"),
                "An invite code is not required to register, so invites have been disabled.",
            ),
            ("closed", 403, "registration_closed", "Registration is closed."),
        ],
    )
    def test_pointless(
        self,
        inviting: Client,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
        sender: User,
        left: Callable[[User], int],
        registration: str,
        status: int,
        code: str,
        sentence: str,
    ) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.registration", registration)
        answer = inviting.post("/invites", TO, status=status).json
        assert (answer["code"], answer["response"]) == (code, sentence)
        assert left(sender) == 2


class TestMail:
    def test_brings_the_code(self, mails: list[Message], inviting: Client) -> None:
        code = inviting.post("/invites", TO, status=201).json["response"]["code"]
        (mail,) = mails
        assert mail.recipients == ["friend@example.org"]
        assert "Pulsar" in mail.subject
        assert code in mail.body
        assert "sender" in mail.body

    def test_brings_a_link(
        self,
        mails: list[Message],
        inviting: Client,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        link = "https://example.org/join?code={code}"
        monkeypatch.setitem(registry.settings, "pulsar.invite_link", link)
        code = inviting.post("/invites", TO, status=201).json["response"]["code"]
        assert f"https://example.org/join?code={code}" in mails[0].body

    def test_never_believes_the_host(self, mails: list[Message], inviting: Client) -> None:
        inviting.post("/invites", TO, headers={"Host": "evil.example"}, status=201)
        assert "evil" not in mails[0].body

    def test_not_without_an_invite(self, mails: list[Message], inviting: Client) -> None:
        for _ in range(3):
            inviting.post("/invites", TO)
        assert len(mails) == 2


class TestRace:
    """Concurrent requests that use a member's last invite."""

    def test_one_is_sent(self, make_site: Any, together: Callable[..., list[Any]]) -> None:
        site = make_site(**{"pulsar.registration": "invite"})
        database = site.registry.getUtility(IDatabase)
        with database.session(True) as session:
            factory = Factory(session)
            key = factory.key(factory.user("sender", invites=1, grants=["invites_send"]))
        caller = Client(site).as_key(key)
        statuses = together(*[lambda: caller.post("/invites", TO).status_int] * 6)
        assert sorted(statuses) == [201, *[400] * 5]
        with database.session() as session:
            assert session.scalars(select(User.invites)).one() == 0
            assert session.scalar(select(func.count()).select_from(Invite)) == 1
