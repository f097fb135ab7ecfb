"""``pulsar plugins`` and ``pulsar openapi``."""

from __future__ import annotations

import click
import orjson

from ..openapi.describe import describe
from ..plugins import enabled, installed
from .application import Application


@click.command()
@click.pass_obj
def plugins(application: Application) -> None:
    """List the installed plugins and which are enabled."""
    active = enabled(application.registry)
    for name in installed():
        plugin = active.get(name)
        if plugin is None:
            click.echo(f"{name:<20} not enabled")
            continue
        needs = f", requires {', '.join(plugin.requires)}" if plugin.requires else ""
        click.echo(f"{name:<20} {plugin.version}, {plugin.title}{needs}")


@click.command()
@click.pass_obj
def openapi(application: Application) -> None:
    """Print the OpenAPI description."""
    click.echo(orjson.dumps(describe(application.registry), option=orjson.OPT_INDENT_2))
