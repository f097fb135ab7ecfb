"""``pulsar permissions``: the permissions of the site and of members."""

from __future__ import annotations

import difflib

import click

from ..background import background_request
from ..classes.effective import class_permissions, effective_permissions
from ..interfaces import IPermission, IPermissionPattern
from ..moderation.granting import own_permissions, reset_permissions, set_permissions
from ..request import Request
from ..security.permissions import find_permission
from ..settings import CoreSettings
from .application import Application
from .members import changing, find_member


@click.group()
def permissions() -> None:
    """List permissions, and grant or deny them to members."""


@permissions.command("list")
@click.argument("username", required=False)
@click.pass_obj
def list_permissions(application: Application, username: str | None) -> None:
    """List all permissions, or a member's classes, grants and denials of them."""
    with background_request(application.migrated()) as request:
        if username is not None:
            _list_of_member(request, username)
            return
        permissions = request.registry.getUtilitiesFor(IPermission)
        patterns = request.registry.getUtilitiesFor(IPermissionPattern)
        rows = [(name, permission.plugin, permission.title) for name, permission in permissions]
        rows += [(f"{prefix}ID", pattern.plugin, pattern.title) for prefix, pattern in patterns]
        for name, plugin, title in sorted(rows):
            click.echo(f"{name:<36}  {plugin:<16}  {title}")


def _list_of_member(request: Request, username: str) -> None:
    user = find_member(request.db, username)
    own = own_permissions(request, user)
    from_class = class_permissions(request.db, user)
    locked = CoreSettings.lock_permissions.of(request.registry)
    effective = effective_permissions(request.db, user, locked)
    for name in sorted({*own, *from_class, *effective}):
        held = "yes" if name in effective else "no"
        why = "class" if name in from_class else ""
        if name in own:
            why = "granted" if own[name].granted else "denied"
        click.echo(f"{name:<36}  {held:<3}  {why}".rstrip())
    if user.locked:
        click.echo(f"{user.username} is locked.")


@permissions.command()
@click.argument("username")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.pass_obj
def grant(application: Application, username: str, names: tuple[str, ...]) -> None:
    """Grant a permission that the member's classes do not have."""
    with changing(application, username) as (request, user):
        for name in names:
            _require_known(request, name)
        set_permissions(request, user, dict.fromkeys(names, True))
    click.echo(f"{user.username} holds {', '.join(names)} now.")


@permissions.command()
@click.argument("username")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.pass_obj
def deny(application: Application, username: str, names: tuple[str, ...]) -> None:
    """Deny a permission to a member, even if their classes have it."""
    with changing(application, username) as (request, user):
        set_permissions(request, user, dict.fromkeys(names, False))
    click.echo(f"{user.username} does not hold {', '.join(names)} any more.")


@permissions.command()
@click.argument("username")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.pass_obj
def reset(application: Application, username: str, names: tuple[str, ...]) -> None:
    """Undo a grant or a denial, so that the member's classes decide again."""
    with changing(application, username) as (request, user):
        reset_permissions(request, user, names)
    click.echo(f"{user.username}'s classes decide on {', '.join(names)} again.")


def _require_known(request: Request, name: str) -> None:
    if find_permission(request.registry, name) is None:
        permission_names = [
            permission_name for permission_name, _ in request.registry.getUtilitiesFor(IPermission)
        ]
        near = difflib.get_close_matches(name, permission_names, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise click.ClickException(f"{name} is not a valid permission.{hint}")
