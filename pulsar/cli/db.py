"""``pulsar db``: migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.util import CommandError
from sqlalchemy import make_url

from ..db import migrations
from ..db.locations import folder, installed_branches
from .application import Application


@click.group()
def db() -> None:
    """Migrate the database."""


@db.command()
@click.argument("revision", required=False)
@click.option("--quiet", is_flag=True, help="Say nothing unless something is done.")
@click.pass_obj
def upgrade(application: Application, revision: str | None, quiet: bool) -> None:
    """Bring the database up to date: the core and every enabled plugin."""
    registry = application.registry
    make_folder(registry.settings["sqlalchemy.url"])
    missing = migrations.missing_heads(registry)
    if missing or revision:
        with _sentences():
            migrations.upgrade(registry, revision)
        click.echo(f"Migrated {registry.settings['sqlalchemy.url'].rpartition('@')[2]}.")
    elif not quiet:
        click.echo("The database is up to date.")


@db.command()
@click.argument("revision")
@click.pass_obj
def downgrade(application: Application, revision: str) -> None:
    """Take the database back to REVISION, e.g. PLUGIN@base; data is lost."""
    with _sentences():
        migrations.downgrade(application.registry, revision)


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
    """Make a revision file; the first of a plugin starts its branch."""
    branches = {branch.label: branch for branch in installed_branches()}
    if plugin not in branches:
        raise click.ClickException(f"{plugin!r} has no versions package; there are {[*branches]}.")
    # Alembic compares with a database that has the heads of all branches it knows of.
    known = {branch.label: branch for branch in migrations.present_branches(application.registry)}
    known[plugin] = branches[plugin]
    config = migrations.make_config(application.registry, known.values())
    config.attributes["plugin"] = "pulsar" if plugin == "pulsar" else branches[plugin].package_root
    place = folder(branches[plugin])
    options: dict[str, Any] = {"head": f"{plugin}@head"}
    if not any(place.glob("[!_]*.py")):
        options = {"head": "base", "branch_label": plugin, "version_path": str(place)}
    with _sentences():
        command.revision(config, message, autogenerate=autogenerate, **options)


def make_folder(url: str) -> None:
    """Make the folder of an SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


class _sentences:  # noqa: N801  # reads as a keyword
    """Alembic's errors as sentences instead of tracebacks."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, CommandError):
            raise click.ClickException(str(error)) from error
