"""``/jobs`` and ``/jobs/runs``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.jobs.models import JobRun, JobState
from pulsar.jobs.runner import JobRunner
from pulsar.jobs.schedule import HOURLY
from pulsar.testing.client import Client


class TestList:
    def test_every_job(self, staff: Client, declare: Any, runner: JobRunner) -> None:
        declare("counting", HOURLY)
        jobs_by_name = {job["name"]: job for job in staff.get("/jobs", status=200).json["response"]}
        assert jobs_by_name["counting"] == {
            "name": "counting",
            "title": "An example",
            "schedule": "every 1:00:00",
            "next_run": None,
            "running": False,
            "overdue": False,
        }
        assert {"promotion", "notification_digest"} <= set(jobs_by_name)

    def test_when_it_is_due(
        self, staff: Client, declare: Any, runner: JobRunner, db: Session
    ) -> None:
        job, _ = declare("counting", HOURLY)
        assert runner._know(db, job) is None
        runner._take(db, job, True)
        (counting,) = (
            job for job in staff.get("/jobs").json["response"] if job["name"] == "counting"
        )
        assert counting["running"] is True
        assert counting["next_run"].endswith(":00:00Z")

    def test_overdue(self, staff: Client, declare: Any, runner: JobRunner, db: Session) -> None:
        job, _ = declare("counting", HOURLY)
        runner._know(db, job)
        db.get_one(JobState, "counting").next_run = utcnow() - timedelta(hours=3)
        db.commit()
        (counting,) = (
            job for job in staff.get("/jobs").json["response"] if job["name"] == "counting"
        )
        assert counting["overdue"] is True

    def test_without_the_permission(self, member: Client) -> None:
        member.get("/jobs", status=403)
        member.get("/jobs/runs", status=403)


class TestRuns:
    @pytest.fixture
    def run_ids(self, db: Session) -> list[int]:
        """Runs of two jobs, newest first."""
        rows = [
            JobRun(name=name, holder="somebody", status=status)
            for name, status in (
                ("counting", "succeeded"),
                ("other", "failed"),
                ("counting", "failed"),
                ("counting", "running"),
            )
        ]
        db.add_all(rows)
        db.commit()
        return [row.id for row in rows][::-1]

    @pytest.mark.parametrize(
        ("query", "places"),
        [
            ("", [0, 1, 2, 3]),
            ("name=counting", [0, 1, 3]),
            ("status=failed", [1, 2]),
            ("name=counting&status=failed", [1]),
            ("name=nonsense", []),
        ],
    )
    def test_filters(
        self, staff: Client, run_ids: list[int], query: str, places: list[int]
    ) -> None:
        items = staff.get(f"/jobs/runs?{query}", status=200).json["response"]["items"]
        assert [item["id"] for item in items] == [run_ids[place] for place in places]

    def test_paged_by_key(self, staff: Client, run_ids: list[int]) -> None:
        answer = staff.get("/jobs/runs?limit=3", status=200)
        assert answer.json["response"]["after"] == run_ids[2]
        assert f"after={run_ids[2]}" in answer.headers["Link"]
        rest = staff.get(f"/jobs/runs?after={run_ids[2]}").json["response"]
        assert [item["id"] for item in rest["items"]] == run_ids[3:]
        assert rest["after"] is None

    @pytest.mark.parametrize("query", ["status=done", "limit=0", "after=x", "page=1"])
    def test_refused(self, staff: Client, query: str) -> None:
        answer = staff.get(f"/jobs/runs?{query}", status=400).json
        assert set(answer["errors"]) == {query.partition("=")[0]}
