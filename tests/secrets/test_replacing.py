"""``pulsar secret add|replace|forget``: second factors, passkeys and mails stay valid."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
import structlog
from click.testing import CliRunner, Result
from pyramid.paster import get_appsettings
from sqlalchemy import Engine, event, select, update
from webtest import TestResponse

from pulsar import main as make_app
from pulsar.accounts.models import TwoFactor
from pulsar.cli import main
from pulsar.interfaces import IDatabase, IMailer, ITwoFactor
from pulsar.lifecycle import AppClosing
from pulsar.mail.models import WaitingMail
from pulsar.secrets.site import parse
from pulsar.sitelog.models import LogEntry
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory

OLD = "the secret that the site had first."
SECOND_FACTORS, MAILS = "Second factors", "Waiting mails"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


class Process:
    """A process of the site, with the secrets that the ini file had when the process started."""

    def __init__(self, ini: Path, clock: Any) -> None:
        self._clock = clock
        self.app = make_app({}, **get_appsettings(str(ini)))
        self.client = Client(self.app)
        self.mailer = self.app.registry.getUtility(IMailer)

    def close(self) -> None:
        self.app.registry.notify(AppClosing(self.app.registry))
        self.app.registry.getUtility(IDatabase).engine.dispose()

    def session(self) -> Any:
        return self.app.registry.getUtility(IDatabase).session(True)

    def join(self, name: str) -> str:
        """Add a member with a second factor, and return the factor's secret."""
        service = self.app.registry.getUtility(ITwoFactor)
        with self.session() as session:
            user = Factory(session).user(name)
            totp = str(service.begin(session, user.id))
            code = pyotp.TOTP(totp).at(datetime.now(UTC))
            service.confirm(session, user.id, code)
            session.commit()
        return totp

    def log_in(self, name: str, totp: str) -> TestResponse:
        """Request an API key, with the next code of the device."""
        self._clock.shift(60)
        code = pyotp.TOTP(totp).at(datetime.now(UTC))
        body = {"username": name, "password": PASSWORD, "code": code}
        return self.client.post("/api_keys", body)

    def member_secrets(self, name: str, totp: str) -> dict[str, str]:
        """Return the passkey and the feed key that the site shows."""
        key = self.log_in(name, totp).json["response"]["key"]
        listed = self.client.as_key(key).get("/users/me/secrets", status=200).json["response"]
        return {secret["kind"]: secret["value"] for secret in listed}

    def send(self, subject: str) -> None:
        """Send a mail while no server accepts it."""
        with self.session() as session:
            self.mailer.post(session, "bob@example.org", subject, "Hello.")
            session.commit()

    def send_waiting(self) -> list[str]:
        """Send the waiting mails, and return their subjects."""
        sent: list[str] = []
        with self.session() as session:
            session.execute(update(WaitingMail).values(next_try=datetime.now(UTC)))
            session.commit()
        self.mailer.deliver = lambda message: sent.append(message.subject)
        self.mailer.try_waiting()
        return sorted(sent)


class Site:
    """A site, its ini file, and the commands of its operator."""

    def __init__(self, folder: Path, url: str, clock: Any) -> None:
        self.folder, self.url, self.clock = folder, url, clock
        self.ini = folder / "site.ini"
        self.file = folder / "secret"

    def write(self, **settings: str) -> None:
        """Write the ini file."""
        options = {
            "sqlalchemy.url": self.url,
            "pulsar.plugins": "torrents tracker",
            "pulsar.rate_limits": "false",
            "pulsar.job_runner": "none",
            "pulsar.deferred": "inline",
            "pulsar.mail": "folder",
            "pulsar.mail_folder": f"{self.folder}/mail",
            "pulsar.mail_sender": "site@example.org",
            "tracker.flush_interval": "0",
            **settings,
        }
        lines = [f"{name} = {value}" for name, value in options.items()]
        self.ini.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines, ""]))

    def run(self, *words: str, **options: Any) -> Result:
        """Run ``pulsar secret``."""
        return CliRunner().invoke(main, ["-c", str(self.ini), "secret", *words], **options)

    def succeed(self, *words: str, **options: Any) -> str:
        result = self.run(*words, **options)
        assert result.exit_code == 0, result.output
        assert OLD not in result.output
        return result.stdout

    def fail(self, *words: str, **options: Any) -> str:
        result = self.run(*words, **options)
        assert result.exit_code == 1, result.output
        assert len(result.stderr.splitlines()) == 1
        return result.stderr


@pytest.fixture
def clock(time_machine: Any) -> Any:
    """The clock, frozen in the middle of a time step of the second factor."""
    time_machine.move_to(datetime(2026, 5, 4, 12, 0, 15, tzinfo=UTC), tick=False)
    return time_machine


@pytest.fixture
def site(make_site: Callable[..., Any], tmp_path: Path, clock: Any) -> Site:
    """A site with a secret file of one line."""
    url = make_site().registry.settings["sqlalchemy.url"]
    site = Site(tmp_path, url, clock)
    site.file.write_text(OLD + "\n")
    site.file.chmod(0o600)
    site.write(**{"pulsar.secret_file": str(site.file)})
    return site


@pytest.fixture
def start(clock: Any) -> Iterator[Callable[[Site], Process]]:
    """``start(site)``: a process of the site."""
    with ExitStack() as running:

        def make(site: Site) -> Process:
            process = Process(site.ini, clock)
            running.callback(process.close)
            return process

        yield make


def told(output: str, title: str) -> int:
    """Return the number of encrypted values of a column in the command's output."""
    (line,) = (line for line in output.splitlines() if line.startswith(title))
    return int(line.split()[title.count(" ") + 1])


class TestFile:
    def test_from_beginning_to_end(self, site: Site, start: Any) -> None:
        before = start(site)
        alice = before.join("alice")
        secrets = before.member_secrets("alice", alice)
        before.send("first")

        said = site.succeed("add")
        assert "restart every process of the site, then: pulsar -c" in said
        upcoming = parse(site.file.read_text(), "secret").next
        assert upcoming
        assert upcoming not in said
        assert stat.S_IMODE(site.file.stat().st_mode) == 0o600
        assert before.member_secrets("alice", alice) == secrets
        restarted = start(site)
        assert restarted.member_secrets("alice", alice) == secrets
        before.close()

        said = site.succeed("replace", "--yes")
        assert (told(said, SECOND_FACTORS), told(said, MAILS)) == (1, 1)
        assert "restart every process of the site, then run this again" in said
        assert site.file.read_text() == f"{upcoming}\n{OLD}\n"
        assert stat.S_IMODE(site.file.stat().st_mode) == 0o600
        assert restarted.member_secrets("alice", alice) == secrets
        # A process that was not restarted since it wrote with the old secret.
        bob = restarted.join("bob")
        restarted.send("second")

        after = start(site)
        assert after.member_secrets("alice", alice) == secrets
        carol = after.join("carol")
        assert after.log_in("bob", bob).status_int == 201
        assert restarted.log_in("carol", carol).status_int == 201
        of_carol = after.member_secrets("carol", carol)
        assert restarted.member_secrets("carol", carol) == of_carol
        restarted.close()

        said = site.fail("forget", "--yes")
        assert "second factors: 1, waiting mails: 1" in said
        assert "secret replace" in said
        said = site.succeed("replace")
        assert (told(said, SECOND_FACTORS), told(said, MAILS)) == (1, 1)
        said = site.succeed("replace")
        assert (told(said, SECOND_FACTORS), told(said, MAILS)) == (0, 0)

        said = site.fail("forget")
        assert "--yes" in said
        said = site.succeed("forget", "--yes")
        assert "feed: 1, passkey: 1" in said
        assert site.file.read_text() == f"{upcoming}\n"
        end = start(site)
        assert end.send_waiting() == ["first", "second"]
        for name, totp in (("alice", alice), ("bob", bob), ("carol", carol)):
            assert end.log_in(name, totp).status_int == 201
        assert end.member_secrets("carol", carol) == of_carol
        assert end.member_secrets("alice", alice) != secrets
        with end.session() as session:
            actions = session.scalars(select(LogEntry.action).order_by(LogEntry.id)).all()
        assert actions == ["secret_replaced", "old_secrets_forgotten"]

    def test_old_keys_open_what_they_did(self, site: Site, start: Any) -> None:
        before = start(site)
        alice = before.join("alice")
        secrets = before.member_secrets("alice", alice)
        site.succeed("add")
        site.succeed("replace", "--yes")
        after = start(site)
        passkey, feed = secrets["passkey"], secrets["feed"]
        assert b"not valid" not in after.client.get(f"/announce/{passkey}", status=200).body
        after.client.get(f"/torrents?feed_key={feed}", status=200)

    def test_add_again_is_the_same_one(self, site: Site) -> None:
        site.succeed("add")
        content = site.file.read_text()
        assert "There is a next secret already" in site.succeed("add")
        assert site.file.read_text() == content

    def test_asks_whether_processes_were_restarted(self, site: Site) -> None:
        site.succeed("add")
        content = site.file.read_text()
        assert "Nothing was done" in site.run("replace", input="n\n").stderr
        assert site.file.read_text() == content
        site.succeed("replace", input="y\n")
        assert site.file.read_text() != content

    def test_twice(self, site: Site, start: Any) -> None:
        """Old secrets may stay, however often the current one is replaced."""
        before = start(site)
        alice = before.join("alice")
        secrets = before.member_secrets("alice", alice)
        for _ in range(2):
            site.succeed("add")
            site.succeed("replace", "--yes")
        assert len(site.file.read_text().splitlines()) == 3
        assert start(site).member_secrets("alice", alice) == secrets

    def test_a_link_stays(self, site: Site) -> None:
        link = site.folder / "link"
        link.symlink_to(site.file)
        site.write(**{"pulsar.secret_file": str(link)})
        site.succeed("add")
        assert link.is_symlink()
        assert "next:" in site.file.read_text()

    def test_nothing_to_do(self, site: Site) -> None:
        assert "There is no next secret" in site.fail("replace", "--yes")
        assert "There are no old secrets." in site.fail("forget", "--yes")

    @pytest.mark.parametrize("content", ["short\n", f"{OLD}\n{OLD}\n", f"{OLD}\nnext: short\n"])
    @pytest.mark.parametrize("command", ["add", "replace", "forget"])
    def test_mistakes(self, site: Site, content: str, command: str) -> None:
        site.file.write_text(content)
        said = site.fail(command)
        assert str(site.file) in said
        assert OLD not in said
        assert site.file.read_text() == content

    def test_a_file_that_cannot_be_read(self, site: Site) -> None:
        site.file.unlink()
        site.file.mkdir()
        assert str(site.file) in site.fail("add")

    def test_what_no_secret_decrypts(self, site: Site, start: Any) -> None:
        before = start(site)
        before.join("alice")
        before.join("bob")
        with before.session() as session:
            session.execute(
                update(TwoFactor).where(TwoFactor.user_id == 1).values(secret=b"broken")
            )
            session.commit()
        site.succeed("add")
        said = site.succeed("replace", "--yes")
        assert told(said, SECOND_FACTORS) == 1
        assert "1 are readable with no secret of the site" in said
        site.succeed("forget", "--yes")


class TestIniFile:
    def test_from_beginning_to_end(self, site: Site, start: Any) -> None:
        site.write(**{"pulsar.secret": OLD})
        before = start(site)
        alice = before.join("alice")
        secrets = before.member_secrets("alice", alice)
        before.send("first")

        said, line = site.succeed("add").splitlines()
        assert f"Put this line into [app:main] of {site.ini}" in said
        name, _, upcoming = line.partition(" = ")
        site.write(**{"pulsar.secret": OLD, name: upcoming})
        assert "There is a next secret already" in site.succeed("add")
        restarted = start(site)
        said = site.succeed("replace", "--yes")
        assert (told(said, SECOND_FACTORS), told(said, MAILS)) == (1, 1)
        assert "put the value of pulsar.secret into pulsar.old_secrets" in said
        assert upcoming not in said
        assert restarted.member_secrets("alice", alice) == secrets
        bob = restarted.join("bob")

        site.write(**{"pulsar.secret": upcoming, "pulsar.old_secrets": f"\n    {OLD}"})
        after = start(site)
        assert after.member_secrets("alice", alice) == secrets
        assert after.log_in("bob", bob).status_int == 201
        assert after.send_waiting() == ["first"]
        assert "second factors: 1" in site.fail("forget")
        assert told(site.succeed("replace"), SECOND_FACTORS) == 1
        said = site.succeed("forget")
        assert "feed: 1, passkey: 1" in said
        assert f"take pulsar.old_secrets out of {site.ini}" in said

        site.write(**{"pulsar.secret": upcoming})
        end = start(site)
        assert end.log_in("alice", alice).status_int == 201
        assert end.log_in("bob", bob).status_int == 201

    def test_same_secret_twice(self, site: Site) -> None:
        site.write(**{"pulsar.secret": OLD, "pulsar.old_secrets": OLD})
        assert "one is there twice" in site.fail("replace")


class Killed(SystemExit):
    """Ends the process."""


class TestKilled:
    def test_at_any_statement_and_run_again(
        self, site: Site, start: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pulsar.secrets.encrypted.BATCH", 2)
        process = start(site)
        totps = {name: process.join(name) for name in ("alice", "bob", "carol", "dave", "eve")}
        for number in range(3):
            process.send(f"mail {number}")
        site.succeed("add")
        accepting = start(site)
        left = [0]

        def kill(*_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed(9)

        kills = 0
        event.listen(Engine, "before_cursor_execute", kill)
        try:
            for number in range(1, 100):
                left[0] = number
                result = site.run("replace", "--yes")
                left[0] = 0
                if result.exit_code == 0:
                    break
                assert result.exit_code == 9
                kills += 1
                name = list(totps)[number % len(totps)]
                assert accepting.log_in(name, totps[name]).status_int == 201
        finally:
            event.remove(Engine, "before_cursor_execute", kill)
        assert kills > 5
        site.succeed("forget", "--yes")
        after = start(site)
        for name, totp in totps.items():
            assert after.log_in(name, totp).status_int == 201
        assert after.send_waiting() == ["mail 0", "mail 1", "mail 2"]

    @pytest.mark.parametrize("function", ["os.fsync", "pathlib.Path.replace"])
    def test_while_the_file_is_written(
        self, site: Site, monkeypatch: pytest.MonkeyPatch, function: str
    ) -> None:
        def kill(*_: Any) -> None:
            raise Killed(9)

        with monkeypatch.context() as patch:
            patch.setattr(function, kill)
            assert site.run("add").exit_code == 9
        assert site.file.read_text() == OLD + "\n"
        site.succeed("add")
        content = site.file.read_text()
        with monkeypatch.context() as patch:
            patch.setattr(function, kill)
            assert site.run("replace", "--yes").exit_code == 9
        assert site.file.read_text() == content
        site.succeed("replace", "--yes")


class TestAtOnce:
    def test_a_login_while_its_second_factor_is_encrypted_again(
        self, backend: Backend, site: Site, start: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The value is encrypted again after the process has read it, before the code is used."""
        if backend.name == "embedded":
            pytest.skip("SQLite lets one write at a time, so that nobody comes in between.")
        before = start(site)
        alice = before.join("alice")
        site.succeed("add")
        process = start(site)
        service = process.app.registry.getUtility(ITwoFactor)
        counter = type(service)._counter
        replaced: list[str] = []

        def replace_meanwhile(self: Any, encrypted: bytes, code: str) -> int | None:
            if not replaced:
                replaced.append("")
                replaced[0] = site.succeed("replace", "--yes")
            step: int | None = counter(self, encrypted, code)
            return step

        monkeypatch.setattr(type(service), "_counter", replace_meanwhile)
        site.clock.shift(60)
        code = pyotp.TOTP(alice).at(datetime.now(UTC))
        with process.session() as session:
            user_id = session.scalar(select(TwoFactor.user_id))
            assert service.accept(session, user_id, code)
            session.commit()
        assert told(replaced[0], SECOND_FACTORS) == 1
