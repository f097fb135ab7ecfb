"""Each job has exactly one runner, among threads, processes and the scheduler."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyramid.config import Configurator
from sqlalchemy import select, update

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase, IJob
from pulsar.jobs.models import JobRun, JobState
from pulsar.jobs.runner import JobRunner
from pulsar.jobs.schedule import HOURLY
from pulsar.lifecycle import AppClosing
from pulsar.testing.client import Client

SCHEDULER = {"pulsar.job_runner": "thread", "pulsar.job_poll": "0.05"}
NAMES = [f"job{number}" for number in range(5)]
#: This job may become due again during a test.
EVERY_MINUTE = "try_mails"
#: The number of runs of the jobs below, in all threads.
calls: Counter[str] = Counter()
begun, go_on, all_done = threading.Event(), threading.Event(), threading.Event()


def count(name: str) -> Callable[[Any], None]:
    """Return the work of a job, which counts its runs."""

    def work(registry: Any) -> None:
        calls[name] += 1
        if calls.keys() >= set(NAMES):
            all_done.set()

    return work


def linger(registry: Any) -> None:
    """Wait until the test continues."""
    calls["lingering"] += 1
    begun.set()
    assert go_on.wait(20)


def with_jobs(config: Configurator) -> None:
    """A plugin with five jobs."""
    for name in NAMES:
        config.add_job(name, HOURLY, count(name))


def with_slow_job(config: Configurator) -> None:
    """A plugin with a slow job."""
    config.add_job("lingering", HOURLY, linger)


def make_due(app: Any) -> None:
    """Make every job of the site due."""
    for _, job in app.registry.getUtilitiesFor(IJob):
        with app.registry.getUtility(IDatabase).session(True) as session:
            JobRunner(app.registry)._know(session, job)
            session.commit()
    with app.registry.getUtility(IDatabase).session(True) as session:
        session.execute(update(JobState).values(next_run=utcnow() - timedelta(seconds=1)))
        session.commit()


def recorded(app: Any) -> Counter[tuple[str, str]]:
    """Return the number of runs by job and status, without the job of every minute."""
    runs = select(JobRun.name, JobRun.status).where(JobRun.name != EVERY_MINUTE)
    with app.registry.getUtility(IDatabase).session() as session:
        return Counter(session.execute(runs).tuples())


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Start without counted runs."""
    calls.clear()
    for happened in (begun, go_on, all_done):
        happened.clear()


class TestThreads:
    def test_each_due_job_runs_once(self, lab_site: Any) -> None:
        site = lab_site(with_jobs)
        make_due(site)
        start = threading.Barrier(4, timeout=20)
        ran: list[str] = []

        def run() -> None:
            runner = JobRunner(site.registry)
            start.wait()
            ran.extend(runner.run_due())

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert {name: calls[name] for name in NAMES} == dict.fromkeys(NAMES, 1)
        every = [name for name, _ in site.registry.getUtilitiesFor(IJob)]
        assert Counter(name for name in ran if name != EVERY_MINUTE) == Counter(
            name for name in every if name != EVERY_MINUTE
        )
        assert set(recorded(site).values()) == {1}

    def test_nobody_waits_for_a_slow_one(self, lab_site: Any) -> None:
        site = lab_site(with_slow_job)
        make_due(site)
        job = site.registry.getUtility(IJob, "lingering")
        slow = threading.Thread(target=lambda: JobRunner(site.registry).run(job))
        slow.start()
        assert begun.wait(20)
        runner = JobRunner(site.registry)
        assert not runner.run(job, force=True)
        assert "lingering" not in runner.run_due()
        assert recorded(site)["lingering", "running"] == 1
        go_on.set()
        slow.join(20)
        assert calls["lingering"] == 1
        assert recorded(site)["lingering", "succeeded"] == 1


class TestScheduler:
    def test_it_runs_what_is_due_and_stops(self, lab_site: Any) -> None:
        make_due(lab_site(with_slow_job))
        before = set(threading.enumerate())
        site = lab_site(with_slow_job, **SCHEDULER)
        (thread,) = {thread for thread in threading.enumerate() if thread.name == "jobs"} - before
        assert begun.wait(10)
        go_on.set()
        site.registry.notify(AppClosing(site.registry))
        assert not thread.is_alive()
        assert recorded(site)["lingering", "succeeded"] == 1
        assert calls["lingering"] == 1

    def test_it_outlives_trouble(self, lab_site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        failed = threading.Event()
        run_due = JobRunner.run_due

        def fail_once(runner: JobRunner) -> list[str]:
            if not failed.is_set():
                failed.set()
                raise RuntimeError("trouble")
            return run_due(runner)

        make_due(lab_site(with_slow_job))
        monkeypatch.setattr(JobRunner, "run_due", fail_once)
        go_on.set()
        lab_site(with_slow_job, **SCHEDULER)
        assert failed.wait(10)
        assert begun.wait(10)

    @pytest.mark.parametrize("runner", ["queue", "none"])
    def test_not_where_others_run_jobs(self, lab_site: Any, runner: str) -> None:
        before = set(threading.enumerate())
        lab_site(with_slow_job, **{"pulsar.job_runner": runner})
        assert not {thread for thread in threading.enumerate() if thread.name == "jobs"} - before

    def test_in_each_of_two_processes(self, lab_site: Any) -> None:
        make_due(lab_site(with_jobs))
        sites = [lab_site(with_jobs, **SCHEDULER) for _ in range(2)]
        assert all_done.wait(20)
        for site in sites:
            site.registry.notify(AppClosing(site.registry))
        assert {name: calls[name] for name in NAMES} == dict.fromkeys(NAMES, 1)


class TestProcesses:
    def test_each_due_job_runs_once(self, make_site: Any, ini: Any) -> None:
        site = make_site()
        make_due(site)
        command = [Path(sys.executable).with_name("pulsar"), "-c", ini(site), "jobs", "run"]
        children = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        try:
            ended = [child.communicate(timeout=60) for child in children]
        finally:
            for child in children:
                child.kill()
        assert [child.returncode for child in children] == [0, 0], ended
        said = "".join(output for output, _ in ended)
        runs = recorded(site)
        # Only the core's jobs run, because the file enables no plugin.
        assert ("promotion", "succeeded") in runs
        assert set(runs.values()) == {1}
        assert said.count("promotion: succeeded") == 1
        answer = Client(site).get("/health", status=200).json
        assert answer["response"]["jobs"] == "ok"
