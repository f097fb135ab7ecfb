"""``pulsar db``: migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.util import CommandError
from sqlalchemy import make_url

from ..db import migrations
from ..db.locations import enabled_branches, folder, installed_branches
from ..db.registry import Applied
from .application import Application


@click.group()
def db() -> None:
    """Migrate the database."""


@db.command()
@click.argument("revision", required=False)
@click.option("--quiet", is_flag=True, help="Do not list the revisions.")
@click.pass_obj
def upgrade(application: Application, revision: str | None, quiet: bool) -> None:
    """Bring the database up to date: the core and every enabled plugin."""
    registry = application.registry
    make_folder(registry.settings["sqlalchemy.url"])
    missing = migrations.missing_heads(registry)
    if missing or revision:
        with _sentences():
            applied = migrations.upgrade(registry, revision)
        click.echo(f"Migrated {registry.settings['sqlalchemy.url'].rpartition('@')[2]}.")
        if not quiet:
            _echo_revisions(applied)
    elif not quiet:
        click.echo("The database is up to date.")


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask before data is lost.")
@click.pass_obj
def downgrade(application: Application, revision: str, yes: bool) -> None:
    """Downgrade the database to REVISION, e.g. PLUGIN@base. Asks first, since data may be lost.

    The lost data is found by a downgrade that is rolled back. Stop the site first.
    """
    registry = application.registry
    with _sentences():
        revisions, losses = migrations.rehearse_downgrade(registry, revision)
    if not revisions:
        click.echo("There is nothing to take back.")
        return
    click.echo(f"This takes back {len(revisions)} revision{'s' if len(revisions) > 1 else ''}:")
    _echo_revisions(revisions)
    click.echo("What is lost:" if losses else "No data is lost.")
    for loss in losses:
        click.echo(f"  {loss}")
    if not yes:
        try:
            click.confirm("Continue?", abort=True)
        except click.Abort:
            raise click.ClickException("Nothing was done; --yes does it without asking.") from None
    with _sentences():
        migrations.downgrade(registry, revision)
    click.echo("Taken back.")


@db.command()
@click.pass_obj
def current(application: Application) -> None:
    """Show the revisions that the database has."""
    command.current(migrations.make_config(application.registry), verbose=False)


@db.command()
@click.pass_obj
def history(application: Application) -> None:
    """Show the revisions of all installed plugins."""
    command.history(migrations.make_config(application.registry))


@db.command()
@click.option("--plugin", required=True, help="The plugin whose branch grows; pulsar is the core.")
@click.option("--autogenerate", is_flag=True, help="Compare the plugin's models to the database.")
@click.option("-m", "--message", required=True, help="What the revision does.")
@click.pass_obj
def revision(application: Application, plugin: str, autogenerate: bool, message: str) -> None:
    """Create a revision file; the first one of a plugin starts its branch."""
    branches = {branch.label: branch for branch in installed_branches()}
    if plugin not in branches:
        raise click.ClickException(f"{plugin!r} has no versions package; there are {[*branches]}.")
    registry = application.registry
    if plugin not in {branch.label for branch in enabled_branches(registry)}:
        # Its models are not loaded, and its requirements are not known.
        raise click.ClickException(f"{plugin} is not enabled: add it to pulsar.plugins.")
    missing = migrations.missing_heads(registry)
    place = folder(branches[plugin])
    has_revisions = any(place.glob("[!_]*.py"))
    if autogenerate and missing:
        raise click.ClickException(
            f"The database lacks {', '.join(sorted(missing))}. Run: pulsar db upgrade"
        )
    # Alembic compares with a database that has the heads of all known branches.
    branch_by_label = {branch.label: branch for branch in migrations.present_branches(registry)}
    branch_by_label[plugin] = branches[plugin]
    config = migrations.make_config(registry, branch_by_label.values())
    config.attributes["plugin"] = "pulsar" if plugin == "pulsar" else branches[plugin].package_root
    options: dict[str, Any] = {"head": f"{plugin}@head"}
    if not has_revisions:
        options = {"head": "base", "branch_label": plugin, "version_path": str(place)}
    with _sentences():
        command.revision(config, message, autogenerate=autogenerate, **options)


def _echo_revisions(revisions: list[Applied]) -> None:
    """Print one line for each revision."""
    for revision in revisions:
        click.echo(f"  {revision.revision}  {revision.title}")


def make_folder(url: str) -> None:
    """Create the folder of an SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


class _sentences:  # noqa: N801  # reads as a keyword
    """Convert Alembic's errors to sentences without tracebacks."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, CommandError):
            raise click.ClickException(str(error)) from error
