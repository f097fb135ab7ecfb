"""Background tasks start once in each process that serves the application, and only there."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
import requests
import structlog
from pyramid.scripts import prequest, proutes, pshell, pviews
from sqlalchemy import delete, select

from pulsar import main
from pulsar.db import utcnow
from pulsar.interfaces import IDatabase, ILifecycle, ISecrets
from pulsar.jobs.models import JobRun, JobState
from pulsar.lifecycle import AppClosing
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.testing.processes import Process, free_port, wait_for
from pulsar.users.models import User
from torrents.models import Group, Torrent
from tracker.interfaces import ITracker

BIN = Path(sys.executable).parent
OURS = {"jobs", "tracker flusher", "deferred"}
#: Intervals that are short enough for a test.
QUICK = {
    "pulsar.plugins": "torrents tracker",
    "pulsar.job_runner": "thread",
    "pulsar.job_poll": "0.1",
    "pulsar.deferred": "thread",
    "tracker.flush_interval": "0.2",
}
FLUSHED = 30


def our_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name in OURS}


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def make_app(make_site: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """``make_app()``: the result of ``main`` on its own database, without further calls."""
    apps = []
    site = make_site(**{"pulsar.plugins": "torrents tracker"})

    def make(**settings: str) -> Any:
        app = main({}, **{**site.registry.settings, **QUICK, **settings})
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.registry.notify(AppClosing(app.registry))
        app.registry.getUtility(IDatabase).engine.dispose()


@pytest.fixture
def restored_sigterm() -> Iterator[None]:
    """Set SIGTERM to its default, and restore its handler afterwards."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


class TestMaking:
    def test_starts_nothing(self, make_app: Callable[..., Any]) -> None:
        before = our_threads()
        app = make_app()
        assert our_threads() == before
        assert app.registry.getUtility(ITracker)._loaded is False
        assert app.registry.getUtility(IDatabase).engine.pool.checkedin() == 0

    def test_leaves_signals_alone(
        self, make_app: Callable[..., Any], restored_sigterm: None
    ) -> None:
        app = make_app()
        app.begin_serving()
        Client(app).get("/health", status=200)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    @pytest.mark.parametrize("runner", ["thread", "queue", "none"])
    def test_writes_nothing(self, make_app: Callable[..., Any], runner: str) -> None:
        with make_app().registry.getUtility(IDatabase).session(True) as session:
            session.execute(delete(JobState))
            session.commit()
        app = make_app(**{"pulsar.job_runner": runner})
        with app.registry.getUtility(IDatabase).session() as session:
            assert session.scalars(select(JobState)).all() == []

    @pytest.mark.parametrize(
        "tool", [proutes.PRoutesCommand, pviews.PViewsCommand, prequest.PRequestCommand]
    )
    def test_tools_start_nothing(
        self, make_site: Callable[..., Any], write_ini: Callable[..., Path], tool: Any
    ) -> None:
        site = make_site(**{"pulsar.plugins": "torrents tracker"})
        before = our_threads()
        ini = str(write_ini(site, **QUICK))
        words = [tool.script_name if hasattr(tool, "script_name") else "proutes", ini]
        if tool is not proutes.PRoutesCommand:
            words.append("/health")
        command = tool(words)
        command.script_name = tool.__module__.rpartition(".")[2]
        command.out = lambda *said, **options: None
        command.run()
        assert our_threads() == before

    def test_the_shell_starts_nothing(
        self, make_site: Callable[..., Any], write_ini: Callable[..., Path]
    ) -> None:
        site = make_site(**{"pulsar.plugins": "torrents tracker"})
        before = our_threads()
        seen: list[set[threading.Thread]] = []
        command = pshell.PShellCommand(["pshell", str(write_ini(site, **QUICK))])
        command.run(lambda env, help: seen.append(our_threads()))
        assert seen == [before]


class TestFirstRequest:
    def test_begins_once(self, make_app: Callable[..., Any]) -> None:
        before = our_threads()
        client = Client(make_app())
        for _ in range(2):
            client.get("/", status=200)
            started = our_threads() - before
            assert sorted(thread.name for thread in started) == ["jobs", "tracker flusher"]

    def test_begins_once_for_many_at_once(self, make_app: Callable[..., Any]) -> None:
        app = make_app()
        before = our_threads()
        start = threading.Barrier(8, timeout=20)

        def ask() -> None:
            start.wait()
            Client(app).get("/", status=200)

        callers = [threading.Thread(target=ask) for _ in range(8)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(60)
        names = sorted(thread.name for thread in our_threads() - before)
        assert names == ["jobs", "tracker flusher"]

    def test_what_cannot_start_is_told_and_tried_again(
        self, make_app: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = make_app(**{"pulsar.log_level": "ERROR"})
        tracker = app.registry.getUtility(ITracker)
        monkeypatch.setattr("pulsar.lifecycle._PAUSE", 0)
        client = Client(app)
        with monkeypatch.context() as broken:
            broken.setattr(tracker, "load", fail)
            answer = client.get("/health", status=503)
            assert answer.json["checks"]["background"] == "failed"
            assert b"not available" in client.get("/announce/x", status=200).body
        assert client.get("/health", status=200).json["response"]["background"] == "ok"


class TestHealth:
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    @pytest.mark.parametrize(
        ("name", "work"),
        [
            ("jobs", "pulsar.jobs.scheduler.Scheduler._run_due"),
            ("tracker flusher", "tracker.flusher.Flusher._flush_and_reap"),
        ],
    )
    def test_a_thread_that_ended(
        self,
        make_app: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        work: str,
    ) -> None:
        # SystemExit ends a thread without a log line.
        monkeypatch.setattr(work, leave)
        before = our_threads()
        client = Client(make_app())
        client.get("/", status=200)
        for thread in our_threads() - before:
            if thread.name == name:
                thread.join(20)
        answer = client.get("/health", status=503)
        assert answer.json["checks"]["background"] == "failed"

    def test_reaping_that_fails_does_not_end_it(
        self, make_app: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = make_app(**{"tracker.flush_interval": "0.02"})
        tried = threading.Semaphore(0)

        def reap() -> None:
            tried.release()
            raise RuntimeError("trouble")

        monkeypatch.setattr("tracker.flusher._REAP_SECONDS", 0.01)
        Client(app).get("/", status=200)
        monkeypatch.setattr(app.registry.getUtility(ITracker), "reap", reap)
        for _ in range(3):
            assert tried.acquire(timeout=20)
        Client(app).get("/health", status=200)


def fail() -> None:
    raise RuntimeError("trouble")


def leave(task: Any) -> None:
    raise SystemExit


@pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
class TestServers:
    """Servers in separate processes."""

    def test_jobs_run_where_nobody_asks_anything(
        self,
        make_site: Callable[..., Any],
        write_ini: Callable[..., Path],
        pserve: Callable[..., Any],
    ) -> None:
        site = make_site(**{"pulsar.plugins": "torrents tracker"})
        with site.registry.getUtility(IDatabase).session(True) as session:
            for state in session.scalars(select(JobState)):
                state.next_run = utcnow()
            session.commit()
        served = pserve(write_ini(site, **QUICK), ask="")

        def ran() -> set[str]:
            with site.registry.getUtility(IDatabase).session() as session:
                return set(session.scalars(select(JobRun.name)))

        served.process.wait_for(lambda: "promotion" in ran(), 120, "a due job")

    @pytest.mark.parametrize("server", ["pulsar-core", "waitress#main"])
    @pytest.mark.parametrize("command", ["pserve", "pulsar"])
    def test_sigterm_ends_it_in_order(
        self,
        make_site: Callable[..., Any],
        write_ini: Callable[..., Path],
        run: Callable[..., Any],
        command: str,
        server: str,
    ) -> None:
        ini = write_ini(make_site(**{"pulsar.plugins": "torrents tracker"}), **QUICK)
        application, _, serving = ini.read_text().partition("[server:main]")
        serving = serving.replace("egg:pulsar-core", f"egg:{server}")
        port = free_port()
        ini.write_text(f"{application}[server:main]{serving}".replace("6543", str(port)))
        words = [str(ini)] if command == "pserve" else ["-c", str(ini), "serve"]
        process: Process = run([str(BIN / command), *words], port).process
        process.terminate()
        process.wait_end(FLUSHED)

    @pytest.mark.parametrize("words", [["--preload"], []])
    def test_gunicorn_writes_credit(
        self,
        make_site: Callable[..., Any],
        write_ini: Callable[..., Path],
        gunicorn: Callable[..., Any],
        words: list[str],
    ) -> None:
        site = make_site(**{"pulsar.plugins": "torrents tracker"})
        served = gunicorn(write_ini(site, **QUICK), *words)
        with site.registry.getUtility(IDatabase).session(True) as session:
            user = Factory(session).user("seeder")
            passkey = site.registry.getUtility(ISecrets).current(session, user.id, "passkey")
            torrent = Torrent(
                group=Group(category="other", title="x"),
                info_hash=sha1(b"x").digest(),
                version="v1",
                name="x",
                size=1000,
                file_count=1,
                piece_length=2**14,
                private=True,
            )
            session.add(torrent)
            session.commit()
            info_hash = quote_from_bytes(torrent.info_hash, safe="")
        # One connection uses one process; the swarms of the other process do not have the client.
        with requests.Session() as connection:
            for uploaded in (0, 5000):
                answer = connection.get(
                    f"{served.url}/announce/{passkey}?info_hash={info_hash}"
                    f"&peer_id=-TR4060-{'x' * 12}&port=6881&uploaded={uploaded}"
                    "&downloaded=0&left=0",
                    timeout=60,
                )
                assert b"interval" in answer.content
            health = connection.get(f"{served.url}/health", timeout=60).json()
        assert health["response"]["background"] == "ok"

        def credited() -> int:
            with site.registry.getUtility(IDatabase).session() as session:
                return session.get_one(User, user.id).uploaded

        process: Process = served.process
        process.wait_for(lambda: credited() == 5000, FLUSHED, "credit")
        wait_for(lambda: served.get("/health").ok, FLUSHED, "health")


class TestFork:
    def test_a_forked_process_begins_anew(self, make_app: Callable[..., Any]) -> None:
        app = make_app()
        lifecycle = app.registry.getUtility(ILifecycle)
        app.begin_serving()
        before = our_threads()
        closed: list[Any] = []
        app.registry.registerHandler(closed.append, [AppClosing])
        # The function that os.fork calls in the child.
        running = lifecycle._running
        lifecycle.after_fork()
        assert not lifecycle.serving
        lifecycle.at_exit()
        assert closed == []
        app.begin_serving()
        assert len(our_threads()) == len(before) + 2
        lifecycle.at_exit()
        assert len(closed) == 1
        for task in running.values():
            task.stop()
