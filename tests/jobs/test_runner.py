"""Running jobs: due times and records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase
from pulsar.jobs.models import JobRun, JobState
from pulsar.jobs.runner import JobRunner, storable
from pulsar.jobs.schedule import HOURLY
from pulsar.testing.client import Client

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class TestDue:
    def test_on_the_grid(self, declare: Any, runner: JobRunner, clock: Any) -> None:
        _, work = declare("counting", HOURLY)
        assert "counting" not in runner.run_due()
        for minute, calls in ((59, 0), (60, 1), (61, 1), (119, 1), (121, 2), (500, 3), (501, 3)):
            clock.move_to(NOON + timedelta(minutes=minute))
            before = work.calls
            ran = runner.run_due()
            assert work.calls == calls
            assert ("counting" in ran) is (calls > before)

    def test_what_was_missed_is_made_up_for_once(
        self, declare: Any, runner: JobRunner, clock: Any
    ) -> None:
        _, work = declare("counting", HOURLY)
        runner.run_due()
        clock.shift(timedelta(days=3))
        for _ in range(3):
            runner.run_due()
        assert work.calls == 1

    def test_forced(self, declare: Any, runner: JobRunner, clock: Any) -> None:
        job, work = declare("counting", HOURLY)
        assert not runner.run(job)
        assert runner.run(job, force=True)
        assert runner.run(job, force=True)
        assert work.calls == 2
        clock.move_to(NOON + timedelta(minutes=61))
        assert "counting" in runner.run_due()

    def test_nothing_due_locks_nothing(
        self, declare: Any, runner: JobRunner, clock: Any, count_sql: Any
    ) -> None:
        declare("counting")
        runner.run_due()
        with count_sql() as statements:
            assert runner.run_due() == []
        assert len(statements) == 1
        assert statements[0].startswith("SELECT")


class TestRecord:
    def test_success(
        self, declare: Any, runner: JobRunner, runs: Any, clock: Any, staff: Client
    ) -> None:
        job, _ = declare("counting")
        runner.run(job, force=True)
        (run,) = runs("counting")
        moment = NOON + timedelta(minutes=10)
        assert (run.started, run.finished) == (moment, moment)
        assert (run.status, run.error) == ("succeeded", "")
        assert run.holder == runner.holder

    def test_failure(self, declare: Any, runner: JobRunner, runs: Any) -> None:
        job, work = declare("counting")
        work.error = ValueError("no such thing")
        assert runner.run(job, force=True)
        (run,) = runs("counting")
        assert (run.status, run.error) == ("failed", "ValueError: no such thing")
        work.error = None
        assert runner.run(job, force=True)
        assert [run.status for run in runs("counting")] == ["failed", "succeeded"]

    def test_a_failure_keeps_no_other_job_from_running(
        self, declare: Any, runner: JobRunner, clock: Any
    ) -> None:
        jobs = [declare(name) for name in ("a_job", "b_job")]
        runner.run_due()
        jobs[0][1].error = ValueError("no")
        clock.shift(timedelta(minutes=2))
        assert {"a_job", "b_job"} <= set(runner.run_due())
        assert [work.calls for _, work in jobs] == [1, 1]

    @pytest.mark.parametrize("error", ["x" * 10_000, "NUL \0 inside", "\ud800"])
    def test_errors_that_no_database_stores(
        self, declare: Any, runner: JobRunner, runs: Any, error: str
    ) -> None:
        job, work = declare("counting")
        work.error = ValueError(error)
        runner.run(job, force=True)
        (run,) = runs("counting")
        assert run.status == "failed"
        assert run.error == storable(f"ValueError: {error}")
        assert len(run.error) <= 2_000

    def test_history_is_trimmed(
        self, declare: Any, runner: JobRunner, runs: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pulsar.jobs.runner._KEPT", 3)
        (job, _), (other, _) = declare("counting"), declare("other")
        runner.run(other, force=True)
        ids = []
        for _ in range(5):
            runner.run(job, force=True)
            ids.append(runs("counting")[-1].id)
        assert [run.id for run in runs("counting")] == ids[-3:]
        assert len(runs("other")) == 1


class TestHolder:
    """The lock is a row with a name and a deadline."""

    @pytest.fixture
    def held(self, declare: Any, runner: JobRunner, clock: Any, db: Session) -> Any:
        """A job that another process took at this moment, for 600 seconds."""
        job, work = declare("counting", HOURLY)
        other = JobRunner(runner._registry)
        with runner._registry.getUtility(IDatabase).session(True) as session:
            other._know(session, job)
            assert other._take(session, job, True)
            other._record(session, job)
        return job, work

    def test_nobody_else_runs_it(self, held: Any, runner: JobRunner) -> None:
        job, work = held
        assert not runner.run(job)
        assert not runner.run(job, force=True)
        assert "counting" not in runner.run_due()
        assert work.calls == 0

    def test_until_the_deadline(self, held: Any, runner: JobRunner, clock: Any) -> None:
        job, work = held
        clock.shift(599)
        assert not runner.run(job, force=True)
        clock.shift(2)
        assert runner.run(job, force=True)
        assert work.calls == 1

    def test_what_a_dead_holder_left_is_due_at_once(
        self, held: Any, runner: JobRunner, clock: Any, runs: Any
    ) -> None:
        clock.shift(601)
        assert "counting" in runner.run_due()
        dead, run = runs("counting")
        assert (dead.status, run.status) == ("failed", "succeeded")
        assert dead.error == "The process died, or took longer than 600 seconds."
        assert dead.finished is not None
        assert "counting" not in runner.run_due()

    def test_one_who_is_only_late_frees_nothing(
        self, declare: Any, runner: JobRunner, clock: Any, db: Session
    ) -> None:
        job, _ = declare("counting", HOURLY)
        other = JobRunner(runner._registry)
        late: list[Any] = []

        def be_late(registry: Any) -> None:
            clock.shift(601)
            late.append(other._take(db, job, True))

        object.__setattr__(job, "work", be_late)
        runner.run(job, force=True)
        assert late == [True]
        db.expire_all()
        assert db.get_one(JobState, "counting").holder == other.holder


class TestHealth:
    @pytest.fixture
    def health(self, client: Client) -> Any:
        """``health()``: the status, and the result of the check of jobs."""

        def ask() -> tuple[int, str]:
            answer = client.get("/health")
            checks = answer.json["response"] if answer.status_int == 200 else answer.json["checks"]
            return answer.status_int, checks["jobs"]

        return ask

    def test_a_failure_shows_until_the_next_success(
        self, declare: Any, runner: JobRunner, health: Any
    ) -> None:
        job, work = declare("counting")
        assert health() == (200, "ok")
        runner.run(job, force=True)
        assert health() == (200, "ok")
        work.error = ValueError("no")
        runner.run(job, force=True)
        for _ in range(2):
            assert health() == (503, "failed")
        work.error = None
        runner.run(job, force=True)
        assert health() == (200, "ok")

    def test_a_run_that_goes_on_hides_no_failure(
        self, declare: Any, runner: JobRunner, health: Any, db: Session
    ) -> None:
        job, work = declare("counting")
        work.error = ValueError("no")
        runner.run(job, force=True)
        db.add(JobRun(name="counting", holder="somebody"))
        db.commit()
        assert health() == (503, "failed")

    def test_of_a_job_that_is_gone(self, health: Any, db: Session) -> None:
        db.add(JobRun(name="gone", holder="somebody", status="failed"))
        db.commit()
        assert health() == (200, "ok")


class TestState:
    def test_rows_are_made_once(
        self, declare: Any, runner: JobRunner, clock: Any, db: Session
    ) -> None:
        declare("counting", HOURLY)
        for _ in range(2):
            runner.run_due()
        state = db.get_one(JobState, "counting")
        assert state.next_run == NOON + timedelta(hours=1)
        assert db.scalar(select(func.count()).where(JobState.name == "counting")) == 1

    def test_who_is_quicker_is_right(
        self, declare: Any, runner: JobRunner, clock: Any, db: Session
    ) -> None:
        job, work = declare("counting", HOURLY)
        runner.run_due()
        clock.shift(timedelta(hours=1))
        later = datetime.now(UTC) + timedelta(hours=5)
        db.execute(update(JobState).where(JobState.name == "counting").values(next_run=later))
        db.commit()
        assert not runner.run(job)
        assert work.calls == 0
