"""The job that returns expired invites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase, IJob
from pulsar.invites import expiry
from pulsar.invites.expiry import expire_invites
from pulsar.invites.models import Invite
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

Make = Callable[..., Invite]
LONG_AGO = timedelta(hours=1)


class TestJob:
    def test_it_is_declared(self, registry: Any) -> None:
        job = registry.getUtility(IJob, "expire_invites")
        assert (job.work, job.schedule.seconds) == (expire_invites, 3600)

    def test_gives_back(
        self, registry: Any, invite: Make, sender: User, left: Callable[[User], int], db: Session
    ) -> None:
        for _ in range(3):
            invite(expires=utcnow() - LONG_AGO)
        expire_invites(registry)
        assert left(sender) == 5
        assert db.scalar(select(func.count()).where(Invite.revoked.is_(None))) == 0

    def test_not_what_cost_none(
        self, registry: Any, invite: Make, sender: User, left: Callable[[User], int], db: Session
    ) -> None:
        for cost in (True, False, False):
            invite(expires=utcnow() - LONG_AGO, cost=cost)
        expire_invites(registry)
        assert left(sender) == 3
        assert db.scalar(select(func.count()).where(Invite.revoked.is_(None))) == 0

    def test_once(
        self, registry: Any, invite: Make, sender: User, left: Callable[[User], int]
    ) -> None:
        invite(expires=utcnow() - LONG_AGO)
        for _ in range(3):
            expire_invites(registry)
        assert left(sender) == 3

    @pytest.mark.parametrize("state", ["live", "used", "revoked"])
    def test_leaves_others_alone(
        self,
        registry: Any,
        invite: Make,
        sender: User,
        left: Callable[[User], int],
        db: Session,
        state: str,
    ) -> None:
        past = utcnow() - LONG_AGO
        new_invite = invite(**({} if state == "live" else {state: past, "expires": past}))
        before = (new_invite.used, new_invite.revoked)
        expire_invites(registry)
        db.refresh(new_invite)
        assert (new_invite.used, new_invite.revoked) == before
        assert left(sender) == 2

    def test_the_profile_shows_it(self, registry: Any, inviting: Client, invite: Make) -> None:
        assert inviting.get("/users/me").json["response"]["invites"] == 2
        invite(expires=utcnow() - LONG_AGO)
        expire_invites(registry)
        assert inviting.get("/users/me").json["response"]["invites"] == 3

    def test_more_than_one_batch(
        self,
        registry: Any,
        invite: Make,
        sender: User,
        left: Callable[[User], int],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(expiry, "_BATCH", 2)
        for _ in range(5):
            invite(expires=utcnow() - LONG_AGO)
        expire_invites(registry)
        assert left(sender) == 7


class TestRace:
    """Several processes expire invites at the same moment."""

    def test_each_is_given_back_once(
        self, make_site: Any, together: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(expiry, "_BATCH", 5)
        sites = [make_site(**{"pulsar.registration": "invite"}) for _ in range(2)]
        database = sites[0].registry.getUtility(IDatabase)
        with database.session(True) as session:
            factory = Factory(session)
            senders = [factory.user() for _ in range(3)]
            session.add_all(
                Invite(
                    code=f"{number:024}",
                    inviter_id=senders[number % 3].id,
                    email="friend@example.org",
                    from_ip="",
                    expires=utcnow() - LONG_AGO,
                )
                for number in range(30)
            )
            session.commit()
        together(*[lambda site=site: expire_invites(site.registry) for site in sites * 2])
        # A process skips rows that another one has locked; the next run handles the rest.
        expire_invites(sites[0].registry)
        with database.session() as session:
            assert session.scalars(select(User.invites)).all() == [10, 10, 10]
