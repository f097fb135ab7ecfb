"""The group of all commands: imports the command that is run, and explains mistakes."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import click

from ..collector import paused
from ..mistakes import explain

#: The commands of the core, with their text in ``pulsar --help``.
COMMANDS = {
    "backup": ("pulsar.cli.archive", "Write the database, the secret and the ini file to FILE."),
    "db": ("pulsar.cli.db", "Migrate the database."),
    "jobs": ("pulsar.cli.jobs", "List and run jobs."),
    "openapi": ("pulsar.cli.site", "Print the OpenAPI description."),
    "permissions": (
        "pulsar.cli.permissions",
        "List permissions, and grant or deny them to members.",
    ),
    "plugin": ("pulsar.cli.plugin", "Generate plugins."),
    "plugins": ("pulsar.cli.site", "List the installed plugins and which are enabled."),
    "restore": (
        "pulsar.cli.archive",
        "Restore FILE's database and secret to a site whose database is empty.",
    ),
    "secret": (
        "pulsar.cli.secret",
        "Replace the site's secret in steps: add, replace, and later forget.",
    ),
    "serve": ("pulsar.cli.serve", "Serve the site, like pserve; explain mistakes in one sentence."),
    "user": ("pulsar.cli.users", "Manage members."),
}


class Commands(click.Group):
    """Imports a command when it is run, since most of Pulsar takes a second to import."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The core's commands, and those of installed distributions (``pulsar.commands``)."""
        return sorted({*COMMANDS, *self.commands, *entry_points(group="pulsar.commands").names})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command, imported."""
        if name in COMMANDS:
            command: click.Command = getattr(import_module(COMMANDS[name][0]), name)
            return command
        for entry in entry_points(group="pulsar.commands", name=name):
            loaded: click.Command = entry.load()
            return loaded
        return super().get_command(context, name)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them; a plugin's command shows its distribution."""
        rows = {name: said for name, (_, said) in COMMANDS.items()}
        for entry in entry_points(group="pulsar.commands"):
            rows[entry.name] = f"Added by {entry.dist.name if entry.dist else 'a plugin'}."
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows.items()))

    def invoke(self, context: click.Context) -> Any:
        """Run the command; a mistake of the operator is an error without a traceback."""
        try:
            # The pause ends when the application exists, since commands may run for long.
            with paused(permanent=True):
                return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            sentence = explain(error, context.params.get("uri"))
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error
