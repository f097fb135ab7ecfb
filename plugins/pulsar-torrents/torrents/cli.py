"""``pulsar category``: the categories of torrents."""

from __future__ import annotations

import click

from pulsar.background import background_request
from pulsar.cli.application import Application
from pulsar.cli.members import sentences
from pulsar.request import Request
from pulsar.validation.deriver import check

from .categories import services
from .categories.models import TorrentCategory
from .categories.schemas import OTHER, CreateCategory, EditCategory


@click.group()
def category() -> None:
    """List and change the categories of torrents."""


_title = click.option("--title", help="What people call it; by default its name.")
_torznab = click.option(
    "--torznab", type=int, help=f"Newznab and Torznab number; {OTHER} is other.", metavar="NUMBER"
)
_position = click.option("--position", type=int, help="Lower ones come first in the list.")


@category.command("list")
@click.pass_obj
def list_categories(application: Application) -> None:
    """List the categories by position."""
    with background_request(application.migrated()) as request:
        for row in services.all_categories(request.db):
            click.echo(f"{row.position:>7}  {row.name:<32}  {row.torznab:>6}  {row.title}")


@category.command()
@click.argument("name")
@_title
@_torznab
@_position
@click.pass_obj
def add(
    application: Application,
    name: str,
    title: str | None,
    torznab: int | None,
    position: int | None,
) -> None:
    """Add a category. NAME is lowercase and cannot be changed later."""
    values = {"name": name, **_given_options(title or name, torznab, position)}
    with sentences(), background_request(application.migrated()) as request:
        services.create(request, check(CreateCategory(), values))
    click.echo(f"Added {name}.")


@category.command()
@click.argument("name")
@_title
@_torznab
@_position
@click.pass_obj
def edit(
    application: Application,
    name: str,
    title: str | None,
    torznab: int | None,
    position: int | None,
) -> None:
    """Change a category's title, number or position."""
    values = _given_options(title, torznab, position)
    if not values:
        raise click.UsageError("Nothing to change: use --title, --torznab or --position.")
    with sentences(), background_request(application.migrated()) as request:
        services.edit(request, _find(request, name), check(EditCategory(), values))
    click.echo(f"Changed {name}.")


@category.command()
@click.argument("name")
@click.pass_obj
def remove(application: Application, name: str) -> None:
    """Remove a category that no torrent and no request uses."""
    with sentences(), background_request(application.migrated()) as request:
        services.delete(request, _find(request, name))
    click.echo(f"Removed {name}.")


def _given_options(
    title: str | None, torznab: int | None, position: int | None
) -> dict[str, object]:
    """Return the options that were given, by their names in the API."""
    options = {"title": title, "torznab": torznab, "position": position}
    return {name: value for name, value in options.items() if value is not None}


def _find(request: Request, name: str) -> TorrentCategory:
    row = services.find_category(request.db, name)
    if row is None:
        names = ", ".join(row.name for row in services.all_categories(request.db))
        raise click.ClickException(f"There is no category {name!r}; there are: {names}.")
    return row
