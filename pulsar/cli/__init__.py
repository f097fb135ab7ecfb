"""The command ``pulsar``."""

from __future__ import annotations

from importlib.metadata import entry_points

import click

from .application import Application, variables
from .db import db
from .jobs import jobs
from .permissions import permissions
from .plugin import plugin
from .site import openapi, plugins
from .users import user


@click.group()
@click.option(
    "-c", "--config", "uri", default="development.ini", show_default=True, help="The ini file."
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="NAME=VALUE",
    help="Override a variable of the ini file's [DEFAULT] section.",
)
@click.pass_context
def main(context: click.Context, uri: str, overrides: tuple[str, ...]) -> None:
    """Operate a Pulsar site."""
    context.obj = Application(uri, variables(overrides))
    context.call_on_close(context.obj.close)


for command in (db, jobs, plugins, plugin, openapi, permissions, user):
    main.add_command(command)
for entry in entry_points(group="pulsar.commands"):
    main.add_command(entry.load())
