"""``pulsar user``: members."""

from __future__ import annotations

import click
from sqlalchemy import func, select

from ..apikeys.services import create_key
from ..classes.models import UserClass
from ..errors import ApiError, Invalid
from ..interfaces import IDatabase
from ..users.schemas import Register
from ..users.services import create_user, hash_password
from ..validation.deriver import check
from .application import Application


@click.group()
def user() -> None:
    """Manage members."""


@user.command()
@click.option("--username", required=True)
@click.option("--email", required=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.option("--class", "user_class", default="User", show_default=True, help="A primary class.")
@click.option("--api-key", is_flag=True, help="Also make a permanent API key and print it last.")
@click.pass_obj
def add(
    application: Application,
    username: str,
    email: str,
    password: str,
    user_class: str,
    api_key: bool,
) -> None:
    """Add a member, whatever the site's registration setting."""
    registry = application.migrated()
    try:
        wanted = check(Register(), {"username": username, "email": email, "password": password})
        with registry.getUtility(IDatabase).session(True) as session:
            found = session.scalar(
                select(UserClass).where(func.lower(UserClass.name) == user_class.lower())
            )
            if found is None:
                names = ", ".join(session.scalars(select(UserClass.name).order_by(UserClass.id)))
                raise click.ClickException(f"There is no class {user_class!r}; there are: {names}.")
            made = create_user(
                registry,
                session,
                username=wanted["username"],
                passhash=hash_password(registry, wanted["password"]),
                email=wanted["email"],
                user_class_id=found.id,
            )
            key = None
            if api_key:
                timeout = registry.settings["pulsar.key_timeout"]
                _, key = create_key(session, made.id, timeout=timeout, permanent=True)
            session.commit()
    except Invalid as error:
        reasons = "; ".join(
            f"{name}: {reason}" for name, found in (error.errors or {}).items() for reason in found
        )
        raise click.ClickException(reasons) from error
    except ApiError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Added {made.username}, id {made.id}, class {found.name}.")
    if key:
        click.echo(key)
