"""Running jobs: each due job runs once, no matter how many processes try."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from datetime import timedelta

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..db import utcnow
from ..db.rows import changed_rows
from ..interfaces import IDatabase, IJob
from ..logs import describe
from ..registry import Registry
from .models import JobRun, JobState

log = structlog.get_logger(__name__)

#: Number of runs that are kept for each job.
_KEPT = 200


def holder_name() -> str:
    """The name of this runner: machine, process, thread, and a unique random word."""
    host = socket.gethostname()[:60]
    return f"{host}:{os.getpid()}:{threading.get_ident()}:{uuid.uuid4().hex[:8]}"


class JobRunner:
    """Claims due jobs with an UPDATE that only one process can match, and records their runs."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._database = registry.getUtility(IDatabase)
        self.holder = holder_name()

    def jobs(self) -> list[IJob]:
        """The declared jobs by name."""
        return [job for _, job in sorted(self._registry.getUtilitiesFor(IJob))]

    def know(self) -> None:
        """Record when each job is first due, so that a job that never runs becomes overdue."""
        states = self._states()
        for job in self.jobs():
            if job.name not in states:
                with self._database.session(True) as session:
                    self._know(session, job)
                    session.commit()

    def due(self) -> list[IJob]:
        """The jobs that are due, or that have no row yet."""
        states, now = self._states(), utcnow()
        return [job for job in self.jobs() if job.name not in states or states[job.name].due <= now]

    def run_due(self) -> list[str]:
        """Run every job that is due and that nobody else is running; return their names."""
        # Looked at first, since taking locks: most of the time nothing is due.
        return [job.name for job in self.due() if self.run(job)]

    def run(self, job: IJob, *, force: bool = False) -> bool:
        """Run the job if it is due (or forced) and free. A failure is recorded, not raised."""
        with self._database.session(True) as session:
            self._know(session, job)
            if not self._take(session, job, force):
                return False
            run_id = self._record(session, job)
        log.info("job started", job=job.name)
        error = ""
        try:
            job(self._registry)
        except Exception as raised:  # whatever a job raises is its failure
            log.exception("job failed", job=job.name)
            error = storable(describe(raised))
        self._finish(job, run_id, error)
        return True

    def _states(self) -> dict[str, JobState]:
        with self._database.session() as session:
            return {state.name: state for state in session.scalars(select(JobState))}

    def _know(self, session: Session, job: IJob) -> None:
        """Create the job's row, due at the next time of its schedule."""
        if session.get(JobState, job.name) is not None:
            return
        try:
            with session.begin_nested():
                session.add(JobState(name=job.name, next_run=job.schedule.after(utcnow())))
                session.flush()
        except IntegrityError:
            log.debug("job known", job=job.name)

    def _take(self, session: Session, job: IJob, force: bool) -> bool:
        """Become the holder if the job is due and free; the run of a dead holder is due again."""
        now = utcnow()
        dead = JobState.held_until < now
        statement = update(JobState).where(
            JobState.name == job.name, or_(JobState.holder.is_(None), dead)
        )
        if not force:
            statement = statement.where(or_(JobState.next_run <= now, dead))
        taken = session.execute(
            statement.values(
                holder=self.holder,
                held_until=now + timedelta(seconds=job.seconds),
                next_run=job.schedule.after(now),
            ),
            execution_options={"synchronize_session": False},
        )
        session.commit()
        return changed_rows(taken) > 0

    def _record(self, session: Session, job: IJob) -> int:
        """Record that the run began, and that a dead holder's run failed; return the run's id."""
        session.execute(
            update(JobRun)
            .where(JobRun.name == job.name, JobRun.status == "running")
            .values(
                finished=utcnow(),
                status="failed",
                error=f"The process died, or took longer than {job.seconds} seconds.",
            )
        )
        record = JobRun(name=job.name, holder=self.holder)
        session.add(record)
        session.commit()
        return record.id

    def _finish(self, job: IJob, run_id: int, error: str) -> None:
        with self._database.session(True) as session:
            session.execute(
                update(JobRun)
                .where(JobRun.id == run_id)
                .values(finished=utcnow(), status="failed" if error else "succeeded", error=error)
            )
            session.execute(
                update(JobState)
                .where(JobState.name == job.name, JobState.holder == self.holder)
                .values(holder=None, held_until=None)
            )
            oldest = session.scalar(
                select(JobRun.id)
                .where(JobRun.name == job.name)
                .order_by(JobRun.id.desc())
                .offset(_KEPT)
                .limit(1)
            )
            if oldest is not None:
                session.execute(delete(JobRun).where(JobRun.name == job.name, JobRun.id <= oldest))
            session.commit()


def storable(error: str) -> str:
    """The beginning of an error's text, without characters that a database cannot store."""
    return error.encode(errors="backslashreplace").decode().replace("\0", "\\0")[:2000]
