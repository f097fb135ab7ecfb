"""``pulsar jobs``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import delete, update

from pulsar.cli import main
from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.jobs.models import JobState
from pulsar.jobs.runner import JobRunner


@pytest.fixture
def site(make_site: Callable[..., Any]) -> Any:
    """A site whose jobs have not run yet."""
    return make_site()


@pytest.fixture
def pulsar(site: Any, ini: Callable[[Any], Path]) -> Iterator[Callable[..., Result]]:
    """``pulsar("jobs", "list")``: run the command and return its result."""
    before = structlog.get_config()
    file = str(ini(site))

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["-c", file, *words])

    yield run
    structlog.configure(**before)


def fail(registry: Any) -> None:
    raise ValueError("no such luck")


class TestList:
    def test_before_and_after_a_run(self, pulsar: Any) -> None:
        words = self.line(pulsar).split()
        assert words[:4] == ["promotion", "every", "1:00:00", "due"]
        assert words[4].endswith("+00:00")
        assert len(words) == 5
        pulsar("jobs", "run", "promotion")
        assert self.line(pulsar).endswith("+00:00 last succeeded")

    def test_of_which_no_process_knows(self, pulsar: Any, site: Any) -> None:
        with site.registry.getUtility(IDatabase).session(True) as session:
            session.execute(delete(JobState))
            session.commit()
        assert self.line(pulsar).endswith("due not run yet")

    def test_overdue(self, pulsar: Any, site: Any) -> None:
        with site.registry.getUtility(IDatabase).session(True) as session:
            late = utcnow() - timedelta(hours=3)
            session.execute(
                update(JobState).where(JobState.name == "promotion").values(next_run=late)
            )
            session.commit()
        assert self.line(pulsar).endswith("+00:00 OVERDUE")
        assert "OVERDUE" not in self.line(pulsar, "notification_digest")

    @staticmethod
    def line(pulsar: Any, name: str = "promotion") -> str:
        """Return the line of the job in the list."""
        result = pulsar("jobs", "list")
        assert result.exit_code == 0
        return next(line for line in result.output.splitlines() if line.startswith(name))


class TestWorker:
    def test_where_threads_run_jobs(self, pulsar: Any) -> None:
        result = pulsar("jobs", "worker")
        assert result.exit_code == 1
        assert "pulsar.job_runner = queue" in result.output


class TestRun:
    def test_by_name(self, pulsar: Any) -> None:
        for _ in range(2):
            result = pulsar("jobs", "run", "promotion", "notification_digest")
            assert result.exit_code == 0
            said = result.stdout.splitlines()
            assert said == ["promotion: succeeded", "notification_digest: succeeded"]

    def test_what_is_due(self, pulsar: Any, site: Any) -> None:
        with site.registry.getUtility(IDatabase).session(True) as session:
            session.execute(update(JobState).values(next_run=utcnow() + timedelta(hours=1)))
            session.commit()
        result = pulsar("jobs", "run")
        assert (result.exit_code, result.stdout) == (0, "No job is due.\n")
        with site.registry.getUtility(IDatabase).session(True) as session:
            due = update(JobState).where(JobState.name == "promotion").values(next_run=utcnow())
            session.execute(due)
            session.commit()
        result = pulsar("jobs", "run")
        assert (result.exit_code, result.stdout) == (0, "promotion: succeeded\n")

    def test_unknown(self, pulsar: Any) -> None:
        result = pulsar("jobs", "run", "promotion", "nonsense")
        assert result.exit_code == 1
        assert "There is no job 'nonsense'; there are: " in result.output
        assert "notification_digest" in result.output
        assert "succeeded" not in result.output

    def test_one_that_fails(self, pulsar: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pulsar.moderation.promote_and_demote", fail)
        result = pulsar("jobs", "run", "promotion", "notification_digest")
        assert result.exit_code == 1
        assert "promotion: ValueError: no such luck" in result.stderr
        assert result.stdout == "notification_digest: succeeded\n"
        assert "last failed" in pulsar("jobs", "list").output

    def test_one_that_another_process_runs(self, pulsar: Any, site: Any) -> None:
        runner = JobRunner(site.registry)
        (job,) = (job for job in runner.jobs() if job.name == "promotion")
        with site.registry.getUtility(IDatabase).session(True) as session:
            runner._know(session, job)
            assert runner._take(session, job, True)
        result = pulsar("jobs", "run", "promotion", "notification_digest")
        assert result.exit_code == 1
        assert result.stdout == "notification_digest: succeeded\n"
        assert "promotion is being run by another process." in result.stderr

    def test_mails_are_sent_before_it_ends(
        self, pulsar: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A thread sends mails, and would end with the process."""
        stopped: list[Any] = []
        monkeypatch.setattr("pulsar.deferred.Deferred.stop", lambda self: stopped.append(self))
        pulsar("jobs", "run", "promotion")
        assert len(stopped) == 1

    def test_a_database_that_is_not_migrated(
        self, empty: dict[str, Any], tmp_path: Path, pulsar: Any
    ) -> None:
        file = tmp_path / "empty.ini"
        lines = [f"{name} = {value}" for name, value in empty.items() if "tracker" not in name]
        file.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines, ""]))
        result = CliRunner().invoke(main, ["-c", str(file), "jobs", "run"])
        assert result.exit_code == 1
        assert "db upgrade" in result.output
