"""The daily mail of unread notifications."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.orm import Session
from zope.interface import implementer

from pulsar.db import utcnow
from pulsar.interfaces import IJob, IMailer
from pulsar.jobs.runner import JobRunner
from pulsar.notifications.digest import send_digests
from pulsar.notifications.models import Notification, NotificationChoice
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@implementer(IMailer)
class FakeMailer:
    """Collects mails when the transaction has committed."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def send(self, request: Any, to: str, subject: str, body: str) -> None:
        if to.startswith("trouble"):
            raise ValueError("not one bare address")

        def keep(success: bool) -> None:
            if success:
                self.sent.append((to, subject, body))

        request.tm.get().addAfterCommitHook(keep)


@pytest.fixture
def mailer(registry: Any) -> Iterator[FakeMailer]:
    """The mailer of the site."""
    before = registry.getUtility(IMailer)
    fake_mailer = FakeMailer()
    registry.registerUtility(fake_mailer, IMailer)
    yield fake_mailer
    registry.registerUtility(before, IMailer)


@pytest.fixture(autouse=True)
def types(declare: Any) -> None:
    """Two types."""
    declare("post")
    declare("quote")


@pytest.fixture
def want(db: Session) -> Any:
    """``want(user, "post", ...)``: choose mail for the types."""

    def store(user: User, *names: str, is_wanted: bool = True) -> None:
        for name in names:
            chosen = {"type": name, "channel": "mail", "wanted": is_wanted}
            db.merge(NotificationChoice(user_id=user.id, **chosen))
        db.commit()

    return store


@pytest.fixture
def send(registry: Any, mailer: FakeMailer) -> Any:
    """``send()``: run the job, and return the recipients of mails."""

    def run() -> list[str]:
        before = len(mailer.sent)
        send_digests(registry)
        return [to for to, _, _ in mailer.sent[before:]]

    return run


class TestMail:
    def test_what_is_in_it(
        self, send: Any, mailer: FakeMailer, want: Any, notify: Any, user: User
    ) -> None:
        want(user, "post", "quote")
        for name in ("post", "quote", "post"):
            notify(name, user)
        assert send() == ["somebody@example.org"]
        _, subject, body = mailer.sent[0]
        assert subject == "Pulsar: unread notifications"
        lines = body.splitlines()
        assert lines[0] == "Unread on Pulsar:"
        assert lines[2:4] == ["2 x Title of post.", "1 x Title of quote."]
        assert lines[-1].endswith("/notifications")

    def test_once(self, send: Any, want: Any, notify: Any, user: User, stored: Any) -> None:
        want(user, "post")
        notify("post", user)
        assert len(send()) == 1
        assert stored(user)[0].mailed is not None
        assert stored(user)[0].read is None
        assert send() == []
        notify("post", user)
        assert len(send()) == 1

    def test_it_is_a_job(
        self, registry: Any, mailer: FakeMailer, want: Any, notify: Any, user: User
    ) -> None:
        want(user, "post")
        notify("post", user)
        job = registry.getUtility(IJob, "notification_digest")
        assert str(job.schedule) == "every 1 day, 0:00:00"
        JobRunner(registry).run(job, force=True)
        assert len(mailer.sent) == 1


class TestLeftOut:
    def test_an_address_that_is_not_confirmed(
        self,
        send: Any,
        want: Any,
        notify: Any,
        user: User,
        db: Session,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(registry.settings, "pulsar.mail", "smtp")
        want(user, "post")
        notify("post", user)
        assert send() == []
        user.email_confirmed = utcnow()
        db.commit()
        assert send() == ["somebody@example.org"]

    def test_whoever_does_not_want_it(
        self, send: Any, want: Any, notify: Any, user: User, factory: Factory
    ) -> None:
        other = factory.user()
        want(other, "post", is_wanted=False)
        want(user, "quote")
        notify("post", user, other)
        assert send() == []

    def test_what_was_read(
        self, send: Any, want: Any, notify: Any, user: User, caller: Client
    ) -> None:
        want(user, "post")
        notify("post", user)
        caller.put("/notifications", {"read": True}, status=200)
        assert send() == []

    def test_what_is_old(self, send: Any, want: Any, notify: Any, user: User) -> None:
        want(user, "post")
        notify("post", user)
        with time_machine.travel(utcnow() + timedelta(days=8)):
            assert send() == []
        with time_machine.travel(utcnow() + timedelta(days=6)):
            assert len(send()) == 1

    def test_disabled_members(
        self, send: Any, want: Any, notify: Any, user: User, db: Session
    ) -> None:
        want(user, "post")
        notify("post", user)
        db.execute(update(User).where(User.id == user.id).values(enabled=False))
        db.commit()
        assert send() == []

    def test_what_may_not_be_known_any_more(
        self, send: Any, want: Any, declare: Any, notify: Any, user: User, mailer: FakeMailer
    ) -> None:
        pairs = {(user.id, 1), (user.id, 2)}
        declare("secret", lambda request, user_ids, subject_ids: pairs)
        want(user, "secret")
        notify("secret", user, subject_id=1)
        notify("secret", user, subject_id=2)
        pairs.discard((user.id, 1))
        assert len(send()) == 1
        assert "1 x Title of secret." in mailer.sent[0][2]
        notify("secret", user, subject_id=2)
        pairs.clear()
        assert send() == []

    def test_types_of_disabled_plugins(self, send: Any, want: Any, user: User, db: Session) -> None:
        want(user, "gone")
        db.add(Notification(user_id=user.id, type="gone", contents={}))
        db.commit()
        assert send() == []

    def test_whoever_wants_the_mail_only_gets_it(
        self, send: Any, want: Any, notify: Any, caller: Client, user: User
    ) -> None:
        want(user, "post")
        choices = [{"type": "post", "channel": "site", "wanted": False}]
        caller.put("/notifications/choices", {"choices": choices}, status=200)
        notify("post", user)
        assert len(send()) == 1


class TestTrouble:
    def test_with_one_does_not_keep_the_others_from_their_mail(
        self, send: Any, want: Any, notify: Any, factory: Factory, mailer: FakeMailer, stored: Any
    ) -> None:
        users = [factory.user(name, email=f"{name}@example.org") for name in ("ann", "bob", "cid")]
        users[1].email = "trouble@example.org"
        factory.session.commit()
        for user in users:
            want(user, "post")
        notify("post", *users)
        with pytest.raises(RuntimeError, match="1 of 3 digests failed"):
            send()
        assert [to for to, _, _ in mailer.sent] == ["ann@example.org", "cid@example.org"]
        # Notifications that were not mailed are tried again; others are not.
        assert stored(users[1])[0].mailed is None
        users[1].email = "bob@example.org"
        factory.session.commit()
        assert send() == ["bob@example.org"]
