"""Fill a site with sample members, torrents and the sample data of its plugins.

    python scripts/dummy_test_data.py -c development.ini [--scale 0.1] [--set var=/tmp/site]

Everything in the database is dropped first, so stop the site before. A database with more than ten
members is considered a real site, and left unchanged unless --yes-drop-everything is given.
"""

from __future__ import annotations

from typing import Any

import click
from alembic.util import CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed
from sqlalchemy.exc import SQLAlchemyError

from pulsar.classes.populate_members import NAMED, PASSWORD
from pulsar.cli.application import Application, variables
from pulsar.cli.db import make_folder
from pulsar.populate.rebuild import count_members, rebuild
from pulsar.populate.running import populate

MOST_MEMBERS = 10
SURE = "--yes-drop-everything"


@click.command(help=__doc__)
@click.option("-c", "--config", "uri", default="development.ini", show_default=True)
@click.option("--set", "overrides", multiple=True, metavar="NAME=VALUE")
@click.option(
    "--scale",
    type=click.FloatRange(0, 100, min_open=True),
    default=1.0,
    show_default=True,
    help="1 is 500 members and 2,000 torrents.",
)
@click.option(SURE, "sure", is_flag=True, help="Also where it looks like a real site.")
@click.pass_context
def main(
    context: click.Context, uri: str, overrides: tuple[str, ...], scale: float, sure: bool
) -> None:
    """Run the script."""
    application = Application(uri, variables(overrides))
    context.call_on_close(application.close)
    registry = application.registry
    make_folder(registry.settings["sqlalchemy.url"])
    try:
        members = count_members(registry)
        if members > MOST_MEMBERS and not sure:
            raise click.ClickException(
                f"The database has {members} members, more than {MOST_MEMBERS}: it may be a real "
                f"site's. To drop everything in it all the same, add {SURE}."
            )
        with Bars() as bars:
            bars("Tables", 0, 1)
            rebuild(registry)
            bars("Tables", 1, 1)
            populate(registry, scale, bars)
    except (CommandError, SQLAlchemyError) as error:
        raise click.ClickException(str(error)) from error
    names = ", ".join(username for username, _ in NAMED)
    click.echo(f"Done. Everybody's password is {PASSWORD!r}; names to log in with: {names}.")


class Bars:
    """A progress bar for each title."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            Elapsed(),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._bars.stop()

    def __call__(self, title: str, done: int, total: int) -> None:
        """Show the progress of the title."""
        if title not in self._tasks:
            self._tasks[title] = self._bars.add_task(title)
        self._bars.update(self._tasks[title], completed=done, total=total)


if __name__ == "__main__":
    main()
