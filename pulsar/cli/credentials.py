"""``pulsar user password|key|two-factor-off|end-credentials``: members' credentials."""

from __future__ import annotations

import click

from ..accounts import credentials as ending
from ..accounts.changes import tell
from ..apikeys.services import create_key
from ..background import background_request
from ..interfaces import ISiteLog, ITwoFactor
from ..moderation.editing import edit_user
from ..moderation.schemas import EditUser
from ..security.permissions import find_permission
from ..settings import CoreSettings
from ..validation.deriver import check
from .application import Application
from .asking import Asked
from .members import changing, sentences


@click.command()
@click.argument("username")
@click.option("--password", cls=Asked, prompt=True, hide_input=True, confirmation_prompt=True)
@click.pass_obj
def password(application: Application, username: str, password: str) -> None:
    """Set a member's password, and revoke all their API keys."""
    with sentences():
        values = check(EditUser(), {"password": password})
    with changing(application, username) as (request, user):
        edit_user(request, user, values)
    click.echo(f"{user.username} has a new password; their API keys are revoked.")


@click.command()
@click.argument("username")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    metavar="NAME",
    help="Restrict the key to this permission; repeat it for several.",
)
@click.option(
    "--timeout",
    type=click.IntRange(60, 2**31 - 1),
    metavar="SECONDS",
    help="End the key after so long without use; otherwise it is permanent.",
)
@click.pass_obj
def key(
    application: Application, username: str, permissions: tuple[str, ...], timeout: int | None
) -> None:
    """Create an API key for a member, and print it; it is never shown again."""
    with changing(application, username) as (request, user):
        for name in permissions:
            if find_permission(request.registry, name) is None:
                raise click.ClickException(f"{name} is not a valid permission")
        settings = request.registry.settings
        row, whole = create_key(
            request.db,
            user.id,
            timeout=timeout or CoreSettings.key_timeout.read(settings),
            permanent=timeout is None,
            permissions=list(permissions) or None,
        )
        request.find_service(ISiteLog).record(
            request, "api_key_made", user.username, target=user, after={"hash": row.hash}
        )
    click.echo(whole)


@click.command("two-factor-off")
@click.argument("username")
@click.pass_obj
def two_factor_off(application: Application, username: str) -> None:
    """Turn off the second factor of a member who lost the device and the recovery codes."""
    with changing(application, username) as (request, user):
        service = request.find_service(ITwoFactor)
        if service.state(request.db, user.id) is None:
            raise click.ClickException(f"{user.username} has no second factor.")
        service.turn_off(request.db, user.id)
        request.find_service(ISiteLog).record(
            request, "user_two_factor_off", user.username, target=user
        )
        tell(request, user.username, user.email, "second factor", confirmed=True)
    click.echo(f"{user.username} logs in without a code now.")


@click.command("end-credentials")
@click.argument("username", required=False)
@click.option("--all", "everybody", is_flag=True, help="Those of all members.")
@click.pass_obj
def end_credentials(application: Application, username: str | None, everybody: bool) -> None:
    """Revoke a member's API keys, feed key, passkey and mailed tokens, or everyone's."""
    if everybody == (username is not None):
        raise click.UsageError("Say either the name of a member or --all.")
    if username is None:
        with background_request(application.migrated()) as request:
            ending.end_all_credentials(request)
        click.echo("All credentials of all members have ended.")
        return
    with changing(application, username) as (request, user):
        ending.end_credentials(request, user)
    click.echo(f"All credentials of {user.username} have ended.")


COMMANDS: tuple[click.Command, ...] = (password, key, two_factor_off, end_credentials)
