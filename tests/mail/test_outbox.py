"""Mails wait in the database until a mail server has accepted them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import select, update

from pulsar.errors import Conflict
from pulsar.interfaces import IDatabase, IDeferred, IJob, IMailer, IRoot
from pulsar.jobs.models import JobRun
from pulsar.jobs.runner import JobRunner
from pulsar.mail.models import WaitingMail
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD

ADDRESS = "bob@example.org"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def send_news(context: Any, request: Request) -> str:
    request.find_service(IMailer).send(request, ADDRESS, "News", "Hello, token.")
    if "fail" in request.GET:
        raise Conflict
    return "sent"


def news(config: Configurator) -> None:
    """A plugin whose endpoint sends a mail."""
    config.add_view(send_news, context=IRoot, name="news", request_method="POST", permission=PUBLIC)


@pytest.fixture
def clock(time_machine: Any) -> Any:
    """A frozen clock; ``clock.shift(time)`` moves it."""
    time_machine.move_to(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False)
    return time_machine


@pytest.fixture
def server(mail_server: Callable[..., Any]) -> Any:
    """A mail server that accepts no mail until ``server.refuse = ()``."""
    return mail_server("RCPT")


@pytest.fixture
def process(lab_site: Callable[..., Any], server: Any, clock: Any) -> Callable[..., Any]:
    """``process(**settings)``: a process of a site with this mail server."""

    def start(**settings: Any) -> Any:
        mail = {
            "pulsar.mail": "smtp",
            "pulsar.mail_sender": "pulsar@example.org",
            "pulsar.mail_port": str(server.port),
        }
        return lab_site(news, **{**mail, **settings})

    return start


@pytest.fixture
def site(process: Callable[..., Any]) -> Any:
    """A process that answers requests and runs jobs."""
    return process()


def waiting(site: Any) -> list[WaitingMail]:
    """Return the waiting mails."""
    with site.registry.getUtility(IDatabase).session() as session:
        return list(session.scalars(select(WaitingMail).order_by(WaitingMail.id)))


def mailer(site: Any) -> Any:
    """Return the mailer of the process."""
    return site.registry.getUtility(IMailer)


def run_job(site: Any) -> JobRun:
    """Run the job that retries mails, and return its record."""
    runner = JobRunner(site.registry)
    assert runner.run(site.registry.getUtility(IJob, "try_mails"), force=True)
    with site.registry.getUtility(IDatabase).session() as session:
        return session.scalars(select(JobRun).order_by(JobRun.id.desc()).limit(1)).one()


def token_in(mail: bytes) -> str:
    """Return the token in a mail."""
    (token,) = re.findall(r"[A-Za-z0-9_-]{43}", mail.decode())
    return str(token)


class TestFirstTry:
    def test_what_is_taken_does_not_wait(self, site: Any, server: Any) -> None:
        server.refuse = ()
        Client(site).post("/news", status=200)
        assert len(server.mails) == 1
        assert waiting(site) == []
        assert mailer(site).counts == {"sent": 1, "failed": 0, "given_up": 0}

    def test_what_is_refused_waits(self, site: Any, server: Any) -> None:
        Client(site).post("/news", status=200)
        (mail,) = waiting(site)
        assert (mail.tries, mail.next_try - mail.created) == (1, 5 * MINUTE)
        assert mailer(site).waiting() == 1
        assert mailer(site).counts == {"sent": 0, "failed": 1, "given_up": 0}

    def test_a_request_that_fails_leaves_nothing(self, site: Any, server: Any) -> None:
        Client(site).post("/news?fail", status=409)
        assert waiting(site) == []
        assert not server.commands

    def test_without_mail_nothing_is_kept(self, process: Any) -> None:
        site = process(**{"pulsar.mail": "none"})
        Client(site).post("/news", status=200)
        assert waiting(site) == []


class TestAgain:
    def test_refused_then_taken(self, site: Any, server: Any, clock: Any) -> None:
        account = {"username": "bob", "password": PASSWORD, "email": ADDRESS}
        Client(site).post("/users", account, status=201)
        server.refuse = ()
        assert run_job(site).status == "succeeded"
        assert not server.mails
        clock.shift(5 * MINUTE)
        run_job(site)
        (mail,) = server.mails
        assert waiting(site) == []
        Client(site).post("/confirm_email", {"token": token_in(mail)}, status=200)
        run_job(site)
        assert len(server.mails) == 1

    def test_a_lost_password(self, site: Any, server: Any, clock: Any) -> None:
        account = {"username": "bob", "password": PASSWORD, "email": ADDRESS}
        server.refuse = ()
        Client(site).post("/users", account, status=201)
        server.refuse = ("RCPT",)
        server.mails.clear()
        Client(site).post("/password_reset", {"email": ADDRESS}, status=200)
        server.refuse = ()
        clock.shift(5 * MINUTE)
        run_job(site)
        (mail,) = server.mails
        body = {"token": token_in(mail), "password": "another horse 2!"}
        Client(site).post("/password_reset/confirm", body, status=200)

    def test_every_try_sends_the_same(self, site: Any, server: Any, clock: Any) -> None:
        server.refuse = ()
        deliver, sent = mailer(site).deliver, []

        def lose_the_answer(message: Any) -> None:
            deliver(message)
            sent.append(message)
            if len(sent) == 1:
                raise TimeoutError

        mailer(site).deliver = lose_the_answer
        Client(site).post("/news", status=200)
        clock.shift(5 * MINUTE)
        run_job(site)
        first, second = server.mails
        assert first == second
        assert b"Message-Id: <" in first

    def test_pauses_grow(self, site: Any, clock: Any) -> None:
        Client(site).post("/news", status=200)
        pauses = []
        for _ in range(6):
            (mail,) = waiting(site)
            now = datetime.now(UTC)
            pauses.append((mail.next_try - now) // MINUTE)
            clock.shift(mail.next_try - now - timedelta(seconds=1))
            run_job(site)
            assert waiting(site)[0].tries == mail.tries
            clock.shift(1)
            run_job(site)
        assert pauses == [5, 10, 20, 40, 60, 60]

    def test_given_up_after_a_day(self, site: Any, server: Any, clock: Any) -> None:
        Client(site).post("/news", status=200)
        clock.shift(24 * HOUR)
        run_job(site)
        assert len(waiting(site)) == 1
        clock.shift(HOUR)
        server.refuse = ()
        run = run_job(site)
        assert (run.status, run.error) == ("failed", "RuntimeError: 1 mails were given up")
        assert waiting(site) == []
        assert not server.mails
        assert mailer(site).counts["given_up"] == 1
        assert run_job(site).status == "succeeded"

    def test_one_that_cannot_be_sent_holds_up_no_other(
        self, site: Any, server: Any, clock: Any
    ) -> None:
        for _ in range(2):
            Client(site).post("/news", status=200)
        server.refuse = ()
        deliver, tried = mailer(site).deliver, []

        def stumble(message: Any) -> None:
            tried.append(message)
            if len(tried) == 1:
                raise UnicodeError
            deliver(message)

        mailer(site).deliver = stumble
        clock.shift(5 * MINUTE)
        run_job(site)
        assert len(tried) == 2
        assert len(server.mails) == 1
        assert len(waiting(site)) == 1

    def test_a_round_ends(self, site: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A slow mail server must not make the job exceed its maximum duration."""
        for _ in range(3):
            Client(site).post("/news", status=200)
        clock.shift(5 * MINUTE)
        tried: list[Any] = []
        elapsed = SimpleNamespace(monotonic=lambda: 200 * len(tried))
        monkeypatch.setattr("pulsar.mail.mailer.time", elapsed)
        mailer(site).deliver = tried.append
        run_job(site)
        assert len(tried) == 2
        assert len(waiting(site)) == 1


class TestDeath:
    def test_before_the_first_try(
        self, site: Any, process: Any, server: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deferred = site.registry.getUtility(IDeferred)
        monkeypatch.setattr(deferred, "_do", lambda work: None)
        Client(site).post("/news", status=200)
        server.refuse = ()
        other = process()
        run_job(other)
        assert not server.mails
        clock.shift(MINUTE)
        run_job(other)
        assert len(server.mails) == 1
        assert waiting(site) == []

    def test_during_a_try(self, site: Any, process: Any, server: Any, clock: Any) -> None:
        def die(message: Any) -> None:
            raise KeyboardInterrupt

        mailer(site).deliver = die
        Client(site).post("/news", status=200)
        assert waiting(site)[0].tries == 1
        server.refuse = ()
        other = process()
        clock.shift(5 * MINUTE - timedelta(seconds=1))
        run_job(other)
        assert not server.mails
        clock.shift(1)
        run_job(other)
        assert len(server.mails) == 1


class TestTogether:
    def test_each_is_sent_once(
        self, site: Any, process: Any, server: Any, clock: Any, together: Any
    ) -> None:
        for _ in range(6):
            Client(site).post("/news", status=200)
        server.refuse = ()
        clock.shift(5 * MINUTE)
        mailers = [mailer(site), mailer(process())]
        together(*(mailer.try_waiting for mailer in mailers * 2))
        assert len(server.mails) == 6
        assert waiting(site) == []
        assert sum(mailer.counts["sent"] for mailer in mailers) == 6

    def test_first_try_and_job(
        self, site: Any, server: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        later: list[Callable[[], None]] = []
        monkeypatch.setattr(site.registry.getUtility(IDeferred), "_do", later.append)
        Client(site).post("/news", status=200)
        server.refuse = ()
        clock.shift(MINUTE)
        run_job(site)
        (work,) = later
        work()
        assert len(server.mails) == 1


class TestContent:
    def test_is_encrypted(self, site: Any) -> None:
        Client(site).post("/news", status=200)
        (mail,) = waiting(site)
        for word in (b"bob", b"example.org", b"News", b"token"):
            assert word not in mail.content

    def test_with_another_secret(self, site: Any, process: Any, server: Any, clock: Any) -> None:
        Client(site).post("/news", status=200)
        server.refuse = ()
        clock.shift(5 * MINUTE)
        other = process(**{"pulsar.secret": "quite another secret of the same site"})
        assert run_job(other).error == "RuntimeError: 1 mails were given up"
        assert waiting(site) == []
        assert not server.mails

    def test_that_was_changed(self, site: Any, server: Any, clock: Any) -> None:
        Client(site).post("/news", status=200)
        server.refuse = ()
        clock.shift(5 * MINUTE)
        with site.registry.getUtility(IDatabase).session(True) as session:
            session.execute(update(WaitingMail).values(content=b"something else"))
            session.commit()
        assert run_job(site).status == "failed"
        assert not server.mails


class TestLog:
    def test_tells_no_address(
        self, stderr: io.StringIO, process: Any, server: Any, clock: Any
    ) -> None:
        site = process(**{"pulsar.log_level": "INFO"})
        Client(site).post("/news", status=200)
        clock.shift(25 * HOUR)
        run_job(site)
        said = stderr.getvalue()
        assert '"mail not sent"' in said
        assert "SMTPRecipientsRefused 550" in said
        assert "1 mails were given up" in said
        assert "bob" not in said


class TestMetrics:
    def test_mails(self, process: Any) -> None:
        site = process(**{"pulsar.metrics_token": "*"})
        Client(site).post("/news", status=200)
        text = Client(site).get("/metrics", status=200).text
        assert 'pulsar_mails_total{result="failed"} 1.0' in text
        assert 'pulsar_mails_total{result="sent"} 0.0' in text
        assert "pulsar_mails_waiting 1.0" in text
