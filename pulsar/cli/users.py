"""``pulsar user``: members."""

from __future__ import annotations

import click
from sqlalchemy import select

from ..apikeys.services import create_key
from ..background import background_request
from ..interfaces import IDatabase
from ..moderation.fields import active_warnings, secondary_classes
from ..settings import CoreSettings
from ..users.models import User
from ..users.schemas import Register
from ..users.services import create_user, hash_password
from ..validation.deriver import check
from . import credentials, standing
from .application import Application
from .asking import Asked
from .members import find_class, find_member, sentences


@click.group()
def user() -> None:
    """Manage members. Changes take effect at their next request.

    A running site with a cache in memory may use its copies for pulsar.cache_ttl seconds.
    """


for command in (*standing.COMMANDS, *credentials.COMMANDS):
    user.add_command(command)


@user.command()
@click.option("--username", required=True)
@click.option("--email", required=True)
@click.option("--password", cls=Asked, prompt=True, hide_input=True, confirmation_prompt=True)
@click.option("--class", "user_class", help="A primary class; by default that for new members.")
@click.option("--api-key", is_flag=True, help="Also make a permanent API key and print it last.")
@click.pass_obj
def add(
    application: Application,
    username: str,
    email: str,
    password: str,
    user_class: str | None,
    api_key: bool,
) -> None:
    """Add a member, regardless of the site's registration setting."""
    registry = application.migrated()
    with sentences():
        values = check(Register(), {"username": username, "email": email, "password": password})
        with registry.getUtility(IDatabase).session(True) as session:
            class_id = find_class(session, user_class).id if user_class else None
            member = create_user(
                registry,
                session,
                username=values["username"],
                passhash=hash_password(registry, values["password"]),
                email=values["email"],
                user_class_id=class_id,
            )
            key = None
            if api_key:
                timeout = CoreSettings.key_timeout.of(registry)
                _, key = create_key(session, member.id, timeout=timeout, permanent=True)
            class_name = member.user_class.name
            session.commit()
    click.echo(f"Added {member.username}, id {member.id}, class {class_name}.")
    if key:
        click.echo(key)


@user.command("list")
@click.option("--class", "user_class", help="Only those of a primary class.")
@click.option("--disabled", is_flag=True, help="Only those who are disabled.")
@click.option("--locked", is_flag=True, help="Only those who are locked.")
@click.pass_obj
def list_users(
    application: Application, user_class: str | None, disabled: bool, locked: bool
) -> None:
    """List members by id: name, class, address and status."""
    query = select(User).order_by(User.id)
    with application.migrated().getUtility(IDatabase).session() as session:
        if user_class is not None:
            query = query.where(User.user_class_id == find_class(session, user_class).id)
        if disabled:
            query = query.where(~User.enabled)
        if locked:
            query = query.where(User.locked)
        for member in session.scalars(query.execution_options(yield_per=1_000)):
            line = f"{member.id:>8}  {member.username:<32}  {member.user_class.name:<24}  "
            click.echo(f"{line}{member.email} {_state(member)}".rstrip())


@user.command()
@click.argument("username")
@click.pass_obj
def show(application: Application, username: str) -> None:
    """Show a member."""
    with background_request(application.migrated()) as request:
        member = find_member(request.db, username)
        inviter = request.db.get(User, member.inviter_id) if member.inviter_id else None
        secondary = ", ".join(secondary_classes(request, [member]).get(member.id, ()))
        rows = {
            "id": member.id,
            "username": member.username,
            "email": member.email + ("" if member.email_confirmed else ", not confirmed"),
            "class": member.user_class.name,
            "secondary classes": secondary or "none",
            "standing": _state(member) or "good",
            "warnings": active_warnings(request, [member]).get(member.id, 0),
            "uploaded": f"{member.uploaded} bytes",
            "downloaded": f"{member.downloaded} bytes",
            "owes": f"{member.upload_debt} bytes of upload",
            "invites": member.invites,
            "invited by": inviter.username if inviter else "nobody",
            "joined": member.created.isoformat(timespec="seconds"),
            "last seen": member.last_seen.isoformat(timespec="seconds")
            if member.last_seen
            else "-",
        }
    for title, value in rows.items():
        click.echo(f"{title + ':':<20}{value}")


def _state(user: User) -> str:
    """The reasons that the member cannot use the site."""
    return " ".join(
        word for word, holds in (("disabled", not user.enabled), ("locked", user.locked)) if holds
    )
