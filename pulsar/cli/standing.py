"""``pulsar user class|enable|disable|lock|unlock``: changing members' class and status."""

from __future__ import annotations

import click

from ..moderation.standing import change_class, change_status
from .application import Application
from .asking import Asked
from .members import changing, find_class

_reason = click.option(
    "--reason", cls=Asked, prompt=True, help="Why; it is kept with the change, for staff to read."
)


@click.command("class")
@click.argument("username")
@click.argument("user_class", metavar="CLASS")
@_reason
@click.pass_obj
def put_class(application: Application, username: str, user_class: str, reason: str) -> None:
    """Change a member's primary class."""
    with changing(application, username) as (request, user):
        target = find_class(request.db, user_class)
        if target.id == user.user_class_id:
            raise click.ClickException(f"{user.username} is of class {target.name} already.")
        before = user.user_class.name
        change_class(request, user, target, reason)
    click.echo(f"{user.username}: {before} to {target.name}.")


def _status(name: str, field: str, value: bool, word: str, doc: str) -> click.Command:
    """Create a command that sets ``enabled`` or ``locked``."""

    @click.command(name, help=doc)
    @click.argument("username")
    @_reason
    @click.pass_obj
    def put_status(application: Application, username: str, reason: str) -> None:
        with changing(application, username) as (request, user):
            if getattr(user, field) == value:
                raise click.ClickException(f"{user.username} is {word} already.")
            change_status(request, user, field, value, reason)
        click.echo(f"{user.username} is {word} now.")

    return put_status


COMMANDS: tuple[click.Command, ...] = (
    put_class,
    _status("enable", "enabled", True, "enabled", "Let a disabled member in again."),
    _status("disable", "enabled", False, "disabled", "Keep a member out of everything."),
    _status("lock", "locked", True, "locked", "Leave a member pulsar.lock_permissions only."),
    _status("unlock", "locked", False, "unlocked", "Give a locked member everything back."),
)
