"""``pulsar jobs worker``, in separate processes."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pulsar.interfaces import IDatabase, IJob
from pulsar.testing.processes import free_port, wait_for
from pulsar.testing.servers import RedisServer

from .test_concurrency import EVERY_MINUTE, make_due, recorded

pytestmark = pytest.mark.parametrize("backend", ["production"], indirect=True)

PULSAR = Path(sys.executable).with_name("pulsar")
Start = Callable[..., "subprocess.Popen[str]"]

#: The command with a job that creates a file at its start, and ends when another file exists.
SLOW = """
import sys, time
from pathlib import Path
import pulsar.moderation
begun, go_on = map(Path, sys.argv[1:3])
def wait(registry):
    begun.touch()
    while not go_on.exists():
        time.sleep(0.02)
pulsar.moderation.promote_and_demote = wait
from pulsar.cli import main
main(sys.argv[3:])
"""


@pytest.fixture
def site(make_site: Callable[..., Any]) -> Any:
    """A site that leaves jobs to workers."""
    return make_site(**{"pulsar.job_runner": "queue", "pulsar.job_poll": "1"})


@pytest.fixture
def start(ini: Callable[[Any], Path]) -> Iterator[Start]:
    """``start(site)``: a running worker of the site, or another command."""
    with ExitStack() as running:

        def begin(site: Any, *command: str) -> subprocess.Popen[str]:
            command = command or (str(PULSAR),)
            child = subprocess.Popen(
                [*command, "-c", str(ini(site)), "jobs", "worker"],
                stderr=subprocess.PIPE,
                text=True,
            )
            running.callback(child.communicate)
            running.callback(child.kill)
            assert child.stderr is not None
            assert any('"worker started"' in line for line in child.stderr)
            return child

        yield begin


def core_jobs(site: Any) -> list[str]:
    """The jobs of the core, since the ini file enables no plugin."""
    return [
        name
        for name, job in site.registry.getUtilitiesFor(IJob)
        if job.work.__module__.startswith("pulsar.") and name != EVERY_MINUTE
    ]


def ended(site: Any) -> list[tuple[str, str]]:
    """Return the finished runs, by job and status."""
    return [run for run in recorded(site) if run[1] != "running"]


def stop(worker: subprocess.Popen[str]) -> None:
    """Ask the worker to end, and check that it succeeds."""
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=40)
    assert worker.returncode == 0, said
    assert '"worker stopped"' in said
    assert "Traceback" not in said


class TestWorkers:
    def test_two_run_each_due_job_once(self, site: Any, start: Start) -> None:
        workers = [start(site) for _ in range(2)]
        make_due(site)
        due = set(core_jobs(site))
        wait_for(lambda: {name for name, _ in ended(site)} >= due, 60, "running every job")
        for worker in workers:
            stop(worker)
        assert recorded(site) == dict.fromkeys(((name, "succeeded") for name in due), 1)

    def test_a_running_job_is_waited_for(self, site: Any, start: Start, tmp_path: Path) -> None:
        begun, go_on = tmp_path / "begun", tmp_path / "go_on"
        worker = start(site, sys.executable, "-c", SLOW, str(begun), str(go_on))
        make_due(site)
        wait_for(begun.exists, 60, "the beginning of the job")
        worker.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(0.5)
        go_on.touch()
        _, said = worker.communicate(timeout=40)
        assert worker.returncode == 0, said
        assert recorded(site)["promotion", "succeeded"] == 1

    def test_redis_may_be_away(
        self, make_site: Callable[..., Any], start: Start, server: RedisServer
    ) -> None:
        settings = {"pulsar.job_runner": "queue", "pulsar.job_poll": "1"}
        site = make_site(**settings, **{"pulsar.redis_url": server.url})
        worker = start(site)
        server.stop()
        assert worker.stderr is not None
        assert any("Redis cannot be used: " in line for line in worker.stderr)
        server.lose()
        server.start()
        make_due(site)
        wait_for(lambda: ("promotion", "succeeded") in ended(site), 60, "running a job")
        stop(worker)

    def test_redis_is_away_from_the_start(
        self, make_site: Callable[..., Any], start: Start, server: RedisServer
    ) -> None:
        """It is logged once, however often the worker tries; then the worker runs jobs."""
        settings = {"pulsar.job_runner": "queue", "pulsar.job_poll": "1"}
        site = make_site(**settings, **{"pulsar.redis_url": server.url})
        server.stop()
        with socket.create_server(("127.0.0.1", server.port)) as listener:
            worker = start(site)
            for _ in range(6):
                listener.accept()[0].close()
        server.start()
        make_due(site)
        wait_for(lambda: ("promotion", "succeeded") in ended(site), 60, "running a job")
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=40)
        assert said.count("Redis cannot be used: ") == 1
        assert "correct pulsar.redis_url in " in said
        assert "Traceback" not in said

    def test_postgresql_is_away(self, site: Any, ini: Callable[[Any], Path]) -> None:
        """One sentence and a failing exit status, so that the supervisor restarts the worker."""
        file = ini(site)
        url = site.registry.getUtility(IDatabase).engine.url
        text = file.read_text()
        away = url.set(host="127.0.0.1", port=free_port()).render_as_string(hide_password=False)
        file.write_text(text.replace(url.render_as_string(hide_password=False), away))
        assert file.read_text() != text
        ended = subprocess.run(
            [str(PULSAR), "-c", str(file), "jobs", "worker"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 1
        (sentence,) = ended.stderr.splitlines()
        assert "Connection refused. Start the database server, or correct" in sentence
        assert str(file) in sentence
