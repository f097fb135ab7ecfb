"""Statements of the operating guide, with two processes that share PostgreSQL and Redis."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, update

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase, IJob
from pulsar.jobs.models import JobRun, JobState
from pulsar.mail.models import WaitingMail
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.testing.processes import free_port, wait_equal, wait_for

SETTINGS = {
    "pulsar.registration": "open",
    "pulsar.job_runner": "thread",
    "pulsar.job_poll": "0.1",
}
#: This job may become due again during a test.
EVERY_MINUTE = "try_mails"
PATIENCE = 60


class Mails(socketserver.ThreadingTCPServer):
    """Accepts all mails."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.recipients: list[str] = []
        super().__init__(("127.0.0.1", port), Conversation)


class Conversation(socketserver.StreamRequestHandler):
    server: Mails

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            verb = line.decode().partition(" ")[0].strip().upper()
            if verb == "RCPT":
                self.server.recipients.append(line.decode().partition(":")[2].strip())
            if verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            if verb == "QUIT":
                return


@pytest.fixture
def site(make_site: Callable[..., Any]) -> Any:
    return make_site(**{"pulsar.plugins": "torrents tracker"})


@pytest.fixture
def two(
    site: Any, write_ini: Callable[..., Path], pserve: Callable[..., Any]
) -> Callable[..., Any]:
    """``two(**settings)``: two processes of the site."""

    def start(**settings: str) -> tuple[Any, Any]:
        ini = write_ini(site, **(SETTINGS | settings))
        return pserve(ini), pserve(ini)

    return start


@pytest.fixture
def mail_port() -> Iterator[int]:
    return free_port()


def member_key(site: Any) -> str:
    with site.registry.getUtility(IDatabase).session(True) as session:
        factory = Factory(session)
        return factory.key(factory.user("alice"))


def tried(database: Any) -> list[int]:
    """Return the number of tries of each waiting mail."""
    with database.session() as session:
        return list(session.scalars(select(WaitingMail.tries)))


@pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
class TestTwoProcesses:
    def test_each_due_job_runs_once(self, site: Any, two: Callable[..., Any]) -> None:
        two()
        database = site.registry.getUtility(IDatabase)
        names = {name for name, _ in site.registry.getUtilitiesFor(IJob)} - {EVERY_MINUTE}
        for number in range(1, 4):
            with database.session(True) as session:
                session.execute(update(JobState).values(next_run=utcnow() - timedelta(seconds=1)))
                session.commit()

            def runs() -> Counter[str]:
                with database.session() as session:
                    ended = select(JobRun.name).where(
                        JobRun.status == "succeeded", JobRun.name.in_(names)
                    )
                    return Counter(session.scalars(ended))

            wait_equal(lambda: runs().total(), number * len(names), PATIENCE, "runs")
            assert runs() == dict.fromkeys(names, number)

    def test_a_change_by_one_is_seen_by_the_other(self, site: Any, two: Callable[..., Any]) -> None:
        first, second = two()
        key = member_key(site)

        def address(served: Any) -> str:
            email: str = served.get("/users/me", key).json()["response"]["email"]
            return email

        before = address(second)
        assert address(second) == before
        changed = requests.put(
            f"{first.url}/users/settings",
            json={"email": "new@example.org", "existing_password": PASSWORD},
            headers={"Authorization": f"Token {key}"},
            timeout=60,
        )
        assert changed.ok, changed.text
        seen = address(second)
        assert seen == address(first) != before

    def test_limits_count_both(self, two: Callable[..., Any]) -> None:
        limit = {"pulsar.rate_limit_anonymous": "6/600", "pulsar.rate_limits": "true"}
        processes = two(**limit)
        statuses = [processes[turn % 2].get("/").status_code for turn in range(8)]
        assert statuses == [200] * 6 + [429] * 2

    def test_a_mail_that_waits_is_sent_once(
        self, site: Any, two: Callable[..., Any], mail_port: int
    ) -> None:
        first, _ = two(
            **{
                "pulsar.mail": "smtp",
                "pulsar.mail_sender": "pulsar@example.org",
                "pulsar.mail_port": str(mail_port),
                "pulsar.rate_limits": "false",
            }
        )
        addresses = [f"member{number}@example.org" for number in range(5)]
        for number, address in enumerate(addresses):
            answer = requests.post(
                f"{first.url}/users",
                json={"username": f"m{number}", "email": address, "password": "Violet tractor 42!"},
                timeout=60,
            )
            assert answer.status_code == 201, answer.text
        database = site.registry.getUtility(IDatabase)
        # This number of tries has ended, none of which found a server.
        wait_for(
            lambda: first.process.log.read_text().count("mail not sent") == 5, PATIENCE, "tries"
        )
        assert tried(database) == [1] * len(addresses)
        with Mails(mail_port) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

            # Due only once, because a process that tries a mail postpones it for others.
            with database.session(True) as session:
                session.execute(update(WaitingMail).values(next_try=utcnow()))
                session.execute(update(JobState).values(next_run=utcnow()))
                session.commit()
            wait_for(lambda: tried(database) == [], PATIENCE, "sending the mails")
            server.shutdown()
        assert sorted(server.recipients) == [f"<{address}>" for address in addresses]
