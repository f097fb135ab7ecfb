"""The core's sample data: linked, consistent, and shown by the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.classes.models import UserClass, UserClassPermission
from pulsar.classes.populate_members import NAMED, PASSWORD
from pulsar.db import Base
from pulsar.interfaces import IDatabase
from pulsar.invites.models import Invite
from pulsar.moderation.models import StatusChange, UserWarning
from pulsar.notifications.models import Notification
from pulsar.populate.rebuild import count_members, rebuild
from pulsar.populate.running import populate
from pulsar.testing.client import Client
from pulsar.users.models import User


@pytest.fixture
def session(populated: Any) -> Iterator[Session]:
    """A session of the populated site."""
    with populated.registry.getUtility(IDatabase).session() as session:
        yield session


@pytest.fixture
def login(populated: Any) -> Any:
    """``login("admin")``: a client with a key of the member."""
    nobody = Client(populated)

    def make(username: str) -> Client:
        answer = nobody.post("/api_keys", {"username": username, "password": PASSWORD}, status=201)
        return nobody.as_key(answer.json["response"]["key"])

    return make


class TestLinks:
    def test_no_orphans(self, session: Session) -> None:
        """Every foreign key of every row exists, even if the database did not check it."""
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                parent = key.column.table.alias()
                orphans = (
                    select(func.count())
                    .select_from(table.outerjoin(parent, key.parent == parent.c[key.column.name]))
                    .where(key.parent.is_not(None), parent.c[key.column.name].is_(None))
                )
                assert session.scalar(orphans) == 0, key


class TestMembers:
    def test_named(self, login: Any) -> None:
        for username, class_name in NAMED:
            user = login(username).get("/users/me", status=200).json["response"]
            assert (user["username"], user["user_class"]) == (username, class_name)

    def test_of_every_class(self, session: Session) -> None:
        counts = dict(
            session.execute(
                select(UserClass.name, func.count(User.id))
                .join(User, User.user_class_id == UserClass.id)
                .group_by(UserClass.name)
            )
            .tuples()
            .all()
        )
        assert {"Staff", "Moderator", "User", "Power User"} <= counts.keys()
        assert sum(counts.values()) == 25

    def test_classes_carry_what_members_may_do(self, session: Session) -> None:
        rows = session.execute(
            select(UserClass.name, UserClassPermission.permission).join(UserClass)
        ).all()
        held = {name: {row.permission for row in rows if row.name == name} for name, _ in rows}
        for name in ("Power User", "Elite", "Veteran", "Moderator"):
            assert held["User"] <= held[name], name

    def test_inviters(self, session: Session) -> None:
        members = {member.id: member for member in session.scalars(select(User))}
        used = session.scalars(select(Invite).where(Invite.invitee_id.is_not(None))).all()
        by_invitee = {invite.invitee_id: invite for invite in used}
        assert len(used) == len(members) - 3
        for member in members.values():
            assert (member.inviter_id is not None) == (member.id in by_invitee)
            if member.inviter_id is not None:
                invite = by_invitee[member.id]
                assert invite.inviter_id == member.inviter_id
                assert invite.email == member.email
                inviter = members[member.inviter_id]
                assert inviter.created <= invite.time_sent <= member.created == invite.used
                assert invite.used <= invite.expires

    def test_keys(self, session: Session) -> None:
        keys = session.scalars(select(APIKey).where(APIKey.ip != "")).all()
        assert len(keys) > 10
        for key in keys:
            assert key.created <= key.last_used <= (key.revoked or key.last_used)


class TestModeration:
    def test_standing(self, session: Session) -> None:
        """Members who are disabled or locked have a record of it."""
        out = session.scalars(select(User.id).where(~User.enabled | User.locked)).all()
        kinds = StatusChange.kind.in_(("disabled", "locked"))
        assert sorted(session.scalars(select(StatusChange.user_id).where(kinds))) == sorted(out)

    def test_warnings(self, session: Session, login: Any) -> None:
        warned = session.scalars(select(UserWarning)).all()
        assert warned
        for warning in warned:
            told = session.scalars(
                select(Notification).where(
                    Notification.user_id == warning.user_id, Notification.type == "user_warned"
                )
            ).all()
            assert warning.reason in {notification.contents["reason"] for notification in told}
        answer = login("moderator").get(f"/users/{warned[0].user_id}/warnings", status=200)
        assert answer.json["response"]["total"] >= 1

    def test_site_log(self, login: Any) -> None:
        response = login("admin").get("/site_log?q=user_warned", status=200).json["response"]
        assert response["items"]
        assert {entry["action"] for entry in response["items"]} == {"user_warned"}

    @pytest.mark.parametrize(
        "path", ["/ip_bans", "/user_classes", "/secondary_classes", "/users/3/addresses"]
    )
    def test_lists(self, login: Any, path: str) -> None:
        response = login("admin").get(path, status=200).json["response"]
        assert response.get("total", len(response)) >= 1


class TestRepetition:
    @pytest.fixture
    def registry(self, make_site: Any) -> Any:
        """The registry of a site that can be populated repeatedly."""
        return make_site().registry

    def test_same_data(self, registry: Any) -> None:
        def dump() -> dict[str, list[Any]]:
            with registry.getUtility(IDatabase).session() as session:
                return {
                    table.name: sorted(map(repr, session.execute(_unsalted(table))))
                    for table in Base.metadata.sorted_tables
                }

        dumps = []
        for _ in range(2):
            with time_machine.travel(datetime(2026, 5, 4, tzinfo=UTC), tick=False):
                rebuild(registry)
                populate(registry, 0.01, lambda *told: None)
            dumps.append(dump())
        assert dumps[0] == dumps[1]
        assert count_members(registry) == 5

    def test_next_id(self, registry: Any) -> None:
        """The database assigns ids after those of the inserted rows."""
        populate(registry, 0.01, lambda *told: None)
        with registry.getUtility(IDatabase).session(True) as session:
            session.add(UserClass(name="Another"))
            session.flush()


def _unsalted(table: Table) -> Select[Any]:
    """Return a query of all columns except for the salted one."""
    return select(*(column for column in table.columns if column.name != "passhash"))
