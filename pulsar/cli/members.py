"""Functions that the commands about members share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..background import background_request
from ..classes.models import UserClass
from ..errors import ApiError
from ..request import Request
from ..users.models import User
from ..users.services import find_by_name
from .application import Application


@contextmanager
def sentences() -> Iterator[None]:
    """Convert errors of services to errors of the command, without a traceback."""
    try:
        yield
    except ApiError as error:
        reasons = (
            reason
            for sentences_of_field in (error.errors or {}).values()
            for reason in sentences_of_field
        )
        raise click.ClickException("; ".join(reasons) or error.message) from error


@contextmanager
def changing(application: Application, username: str) -> Iterator[tuple[Request, User]]:
    """A request without a caller, and the member to change; the operator outranks everyone."""
    with sentences(), background_request(application.migrated()) as request:
        user = find_member(request.db, username)
        # No other change to the same member may happen in between.
        request.db.refresh(user, with_for_update={"of": User})
        yield request, user


def find_member(session: Session, username: str) -> User:
    """Find the member with this name, ignoring case."""
    user = find_by_name(session, username)
    if user is None:
        raise click.ClickException(f"There is no member {username!r}.")
    return user


def find_class(session: Session, name: str) -> UserClass:
    """Find the primary class with this name, ignoring case."""
    user_class = session.scalar(select(UserClass).where(func.lower(UserClass.name) == name.lower()))
    if user_class is None:
        names = ", ".join(session.scalars(select(UserClass.name).order_by(UserClass.id)))
        raise click.ClickException(f"There is no class {name!r}; there are: {names}.")
    return user_class
