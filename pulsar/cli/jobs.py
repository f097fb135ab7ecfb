"""``pulsar jobs``: list, run and work."""

from __future__ import annotations

import click
from sqlalchemy import func, select

from ..interfaces import IDatabase
from ..jobs.models import JobRun, JobState
from ..jobs.runner import JobRunner
from ..jobs.watch import is_overdue
from ..registry import Registry
from ..settings import CoreSettings
from .application import Application


@click.group()
def jobs() -> None:
    """List and run jobs."""


@jobs.command("list")
@click.pass_obj
def list_jobs(application: Application) -> None:
    """List the jobs, when each is due, whether it is late, and how its last run ended."""
    registry = application.migrated()
    with registry.getUtility(IDatabase).session() as session:
        states = {state.name: state for state in session.scalars(select(JobState))}
        for job in JobRunner(registry).jobs():
            last = session.scalar(
                select(JobRun).where(JobRun.name == job.name).order_by(JobRun.id.desc()).limit(1)
            )
            state = states.get(job.name)
            due = state.next_run.isoformat(timespec="seconds") if state else "not run yet"
            late = "OVERDUE" if state and is_overdue(job, state) else ""
            ended = f"last {last.status}" if last else ""
            words = (f"{job.name:<28} {job.schedule!s:<18} due {due}", ended, late)
            click.echo(" ".join(filter(None, words)))


@jobs.command()
@click.argument("names", nargs=-1)
@click.pass_obj
def run(application: Application, names: tuple[str, ...]) -> None:
    """Run the named jobs, or those that are due. The command fails if a job fails."""
    registry = application.migrated()
    runner = JobRunner(registry)
    job_by_name = {job.name: job for job in runner.jobs()}
    for name in names:
        if name not in job_by_name:
            raise click.ClickException(
                f"There is no job {name!r}; there are: {', '.join(job_by_name)}."
            )
    if names:
        ran = [name for name in names if runner.run(job_by_name[name], force=True)]
    else:
        ran = runner.run_due()
    failed = _failures(registry, runner, ran)
    for name in ran:
        click.echo(f"{name}: {failed.get(name, 'succeeded')}", err=name in failed)
    busy = sorted(set(names) - set(ran))
    for name in busy:
        click.echo(f"{name} is being run by another process.", err=True)
    if failed or busy:
        raise click.exceptions.Exit(1)
    if not ran:
        click.echo("No job is due.")


@jobs.command()
@click.option(
    "--threads",
    type=click.IntRange(1, 32),
    default=2,
    show_default=True,
    help="Jobs that it runs at the same time.",
)
@click.pass_obj
def worker(application: Application, threads: int) -> None:
    """Run due jobs until the process is stopped; for pulsar.job_runner = queue."""
    from ..jobs.worker import work  # no other command needs huey

    registry = application.migrated()
    if CoreSettings.job_runner.of(registry) != "queue":
        raise click.ClickException("A worker needs pulsar.job_runner = queue in the ini file.")
    work(registry, threads, application.uri)


def _failures(registry: Registry, runner: JobRunner, names: list[str]) -> dict[str, str]:
    """The errors of the runner's last runs of the jobs."""
    with registry.getUtility(IDatabase).session() as session:
        last = select(func.max(JobRun.id)).where(
            JobRun.name.in_(names), JobRun.holder == runner.holder
        )
        runs = session.scalars(
            select(JobRun).where(
                JobRun.id.in_(last.group_by(JobRun.name)), JobRun.status == "failed"
            )
        )
        return {run.name: run.error for run in runs}
