"""``pulsar backup`` and ``pulsar restore``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..backup import BackupError
from ..backup import backup as write_backup
from ..backup import restore as restore_backup
from .application import Application


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(application: Application, file: Path) -> None:
    """Write the database, the secret and the ini file to FILE.

    The site may run at the same time. FILE contains everything, including secrets: it is readable
    by its owner only, and should be kept on another machine.
    """
    registry = application.migrated()
    with _sentences():
        write_backup(registry.settings, application.file, file)
    click.echo(f"Wrote {file}, {file.stat().st_size} bytes.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the archived ini file to this path.",
)
@click.pass_obj
def restore(application: Application, file: Path, settings: Path | None) -> None:
    """Restore FILE's database and secret to a site whose database is empty."""
    with _sentences():
        restore_backup(application.settings(), file, settings)
    click.echo(f"Restored {file}. Then: pulsar -c {application.uri} db upgrade")


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except BackupError as error:
        raise click.ClickException(str(error)) from error
