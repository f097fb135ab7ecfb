"""The command ``pulsar``."""

from __future__ import annotations

import click

from ..installation import require_own_package

require_own_package()

from .application import Application, variables
from .group import Commands


@click.group(cls=Commands)
@click.version_option(package_name="pulsar-core", prog_name="pulsar")
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
