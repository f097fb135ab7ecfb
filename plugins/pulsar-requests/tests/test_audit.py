"""The statistics, and the audit of books that disagree."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from pulsar.interfaces import IJob
from pulsar.jobs.runner import JobRunner
from pulsar.metrics.statistics import figures
from pulsar.testing.client import Client
from pulsar.users.models import User
from torrent_requests.audit import count_requests, held, owed, unbalanced
from torrent_requests.models import Movement, TorrentRequest, Vote

MIB = 2**20


@pytest.fixture
def request_id(ann: Any, bob: Any, ask: Any) -> int:
    """A request of ann with 300 MiB of ann and 100 MiB of bob."""
    request_id: int = ask(ann)["id"]
    bob.post(f"/requests/{request_id}/votes", {"amount": 100 * MIB}, status=200)
    return request_id


class TestStatistics:
    def test_figures(
        self, ann: Any, bob: Any, ask: Any, request_id: int, upload: Any, db: Session
    ) -> None:
        ann.delete(f"/requests/{ask(ann)['id']}", status=200)
        filled = ask(bob)["id"]
        bob.post(f"/requests/{filled}/fill", {"torrent_id": upload(bob)}, status=200)
        assert (count_requests(db), held(db), unbalanced(db)) == (2, 400 * MIB, 0)

    def test_shown(self, staff: Any, registry: Any, request_id: int) -> None:
        statistics = figures(registry)
        assert (statistics["requests"], statistics["requests_bounty"]) == (1, 400 * MIB)
        assert statistics["requests_unbalanced"] == 0

    def test_none(self, db: Session) -> None:
        assert (count_requests(db), held(db), unbalanced(db)) == (0, 0, 0)

    def test_more_than_a_column_holds(self, join: Any, ask: Any, db: Session) -> None:
        for _ in range(3):
            ask(join(uploaded=2**63 - 1), bounty=2**62)
        assert (held(db), unbalanced(db)) == (2**63 - 1, 0)


class TestDebts:
    def test_of_all_members(self, ann: Any, bob: Any, db: Session) -> None:
        assert owed(db) == 0
        for member, debt in ((ann, 5 * MIB), (bob, 2**62)):
            db.execute(update(User).where(User.id == member.user_id).values(upload_debt=debt))
        assert owed(db) == 2**62 + 5 * MIB


class TestUnbalanced:
    @pytest.mark.parametrize(
        "statement",
        [
            update(TorrentRequest).values(bounty=TorrentRequest.bounty + 1),
            update(TorrentRequest).values(bounty=TorrentRequest.bounty - 1),
            update(TorrentRequest).values(vote_count=1),
            update(Vote).values(amount=Vote.amount + 1),
            update(Movement).values(amount=Movement.amount - 1),
            delete(Vote),
            delete(Movement).where(Movement.kind == "vote"),
        ],
        ids=str,
    )
    def test_found(self, request_id: int, db: Session, statement: Any) -> None:
        assert unbalanced(db) == 0
        db.execute(statement.execution_options(synchronize_session=False))
        assert unbalanced(db) == 1

    def test_paid_twice(
        self, ann: Any, bob: Any, request_id: int, upload: Any, db: Session
    ) -> None:
        bob.post(f"/requests/{request_id}/fill", {"torrent_id": upload(bob)}, status=200)
        row = {"request_id": request_id, "user_id": ann.user_id, "kind": "fill"}
        db.execute(insert(Movement).values(row | {"amount": -400 * MIB}))
        assert unbalanced(db) == 1


class TestJob:
    def test_the_site_is_not_healthy_where_books_disagree(self, site: Any) -> None:
        site.ask(site.join("ann"))
        registry = site.app.registry
        runner, job = JobRunner(registry), registry.getUtility(IJob, "requests_audit")
        client = Client(site.app)
        runner.run(job, force=True)
        client.get("/health", status=200)
        with site.session() as session:
            session.execute(update(TorrentRequest).values(bounty=TorrentRequest.bounty + 1))
            session.commit()
        runner.run(job, force=True)
        answer = client.get("/health", status=503)
        assert answer.json["checks"]["jobs"] == "failed"
