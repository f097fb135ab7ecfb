"""``POST /users`` on sites that require an invite, or where registration is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.invites.models import Invite
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User

Make = Callable[..., Invite]
ACCOUNT = {"username": "newcomer", "password": PASSWORD, "email": "Other@Example.org"}


def newcomers(db: Session) -> int:
    return db.scalar(select(func.count()).where(User.username == "newcomer")) or 0


class TestInvited:
    def test_success(self, client: Client, db: Session, invite: Make, sender: User) -> None:
        new_invite = invite()
        client.post("/users", {**ACCOUNT, "code": new_invite.code}, status=201)
        user = db.scalars(select(User).where(User.username == "newcomer")).one()
        db.refresh(new_invite)
        assert user.inviter_id == sender.id
        assert new_invite.invitee_id == user.id
        assert new_invite.used is not None

    def test_both_addresses_are_kept(self, client: Client, db: Session, invite: Make) -> None:
        new_invite = invite()
        client.post("/users", {**ACCOUNT, "code": new_invite.code}, status=201)
        assert db.scalars(select(User.email).where(User.username == "newcomer")).one() == (
            "other@example.org"
        )
        db.refresh(new_invite)
        assert new_invite.email == "friend@example.org"

    def test_lets_in_one(self, client: Client, db: Session, invite: Make) -> None:
        code = invite().code
        client.post("/users", {**ACCOUNT, "username": "first", "code": code}, status=201)
        answer = client.post("/users", {**ACCOUNT, "code": code}, status=400).json
        assert answer["response"] == f"{code} is not a valid invite code."
        assert newcomers(db) == 0

    def test_a_failed_registration_uses_nothing_up(
        self, client: Client, db: Session, invite: Make
    ) -> None:
        new_invite = invite()
        client.post(
            "/users", {**ACCOUNT, "username": "SENDER", "code": new_invite.code}, status=409
        )
        db.refresh(new_invite)
        assert (new_invite.used, new_invite.invitee_id) == (None, None)
        client.post("/users", {**ACCOUNT, "code": new_invite.code}, status=201)

    def test_the_inviter_sees_who_came(
        self, client: Client, inviting: Client, invite: Make
    ) -> None:
        code = invite().code
        client.post("/users", {**ACCOUNT, "code": code}, status=201)
        response = inviting.get(f"/invites/{code}").json["response"]
        assert response["invitee"]["username"] == "newcomer"
        assert response["used"] is not None
        assert response["expired"] is False


class TestRefused:
    @pytest.mark.parametrize("code", [{}, {"code": None}])
    def test_without_a_code(self, client: Client, db: Session, code: dict[str, Any]) -> None:
        answer = client.post("/users", {**ACCOUNT, **code}, status=400).json
        assert answer["code"] == "invite_required"
        assert answer["response"] == "An invite code is required for registration."
        assert answer["errors"] == {"code": ["An invite code is required for registration."]}
        assert newcomers(db) == 0

    @pytest.mark.parametrize("code", ["", "x", "x" * 23, "x" * 25])
    def test_no_code(self, client: Client, code: str) -> None:
        answer = client.post("/users", {**ACCOUNT, "code": code}, status=400).json
        assert answer["code"] == "invalid_invite"
        assert answer["response"] == "Invite code must be a 24 character string."

    @pytest.mark.one_backend
    @pytest.mark.parametrize("code", [5, True, ["x" * 24], "x" * 65, "x" * 23 + "\0"])
    def test_no_text(self, client: Client, code: Any) -> None:
        answer = client.post("/users", {**ACCOUNT, "code": code}, status=400).json
        assert list(answer["errors"]) == ["code"]

    @pytest.mark.parametrize("state", ["used", "revoked", "expired"])
    def test_dead(self, client: Client, db: Session, invite: Make, state: str) -> None:
        past = utcnow() - timedelta(seconds=1)
        code = invite(**{"expires" if state == "expired" else state: past}).code
        answer = client.post("/users", {**ACCOUNT, "code": code}, status=400).json
        assert answer["code"] == "invalid_invite"
        assert answer["errors"] == {"code": [f"{code} is not a valid invite code."]}
        assert newcomers(db) == 0

    @pytest.mark.parametrize("code", ["x" * 24, "é" * 24, "' OR 1=1 --" + "x" * 13])
    def test_unknown(self, client: Client, invite: Make, code: str) -> None:
        invite()
        answer = client.post("/users", {**ACCOUNT, "code": code}, status=400).json
        assert answer["response"] == f"{code} is not a valid invite code."

    def test_wrong_case(self, client: Client, invite: Make) -> None:
        code = "abcdefghijklmnopqrstuvwX"
        invite(code=code)
        client.post("/users", {**ACCOUNT, "code": code.swapcase()}, status=400)
        client.post("/users", {**ACCOUNT, "code": code}, status=201)


class TestOtherModes:
    def test_closed(
        self,
        client: Client,
        db: Session,
        invite: Make,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.registration", "closed")
        new_invite = invite()
        answer = client.post("/users", {**ACCOUNT, "code": new_invite.code}, status=403).json
        assert answer["code"] == "registration_closed"
        assert newcomers(db) == 0
        db.refresh(new_invite)
        assert new_invite.used is None

    @pytest.mark.parametrize("code", [None, "", "anything", "x" * 24])
    def test_open_sites_ignore_codes(
        self, client: Client, registry: Any, monkeypatch: pytest.MonkeyPatch, code: str | None
    ) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.registration", "open")
        client.post("/users", {**ACCOUNT, "code": code}, status=201)


class TestRace:
    """Concurrent registrations with the same invite."""

    def test_one_comes_in(self, make_site: Any, together: Callable[..., list[Any]]) -> None:
        site = make_site(**{"pulsar.registration": "invite"})
        database = site.registry.getUtility(IDatabase)
        with database.session(True) as session:
            sender = Factory(session).user("sender")
            invite = Invite(
                code="x" * 24,
                inviter_id=sender.id,
                email="friend@example.org",
                from_ip="",
                expires=utcnow() + timedelta(days=1),
            )
            session.add(invite)
            session.commit()

        def register(name: str) -> int:
            account = {**ACCOUNT, "username": name, "code": "x" * 24}
            status: int = Client(site).post("/users", account).status_int
            return status

        names = [f"newcomer{number}" for number in range(4)]
        statuses = together(*[lambda name=name: register(name) for name in names])
        assert Counter(statuses) == {201: 1, 400: 3}
        with database.session() as session:
            came = session.scalars(select(User).where(User.id != sender.id)).one()
            assert came.inviter_id == sender.id
            assert session.scalars(select(Invite.invitee_id)).one() == came.id
