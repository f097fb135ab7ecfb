"""Examples of accounts, for tests that walk the API."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp

from ..interfaces import ITwoFactor
from ..testing.examples import Examples
from ..testing.factories import PASSWORD
from ..testing.site_model import Person, World
from ..users.models import User
from . import tokens

examples = Examples()


def _token(world: World, purpose: str) -> str:
    user = world.owner.user
    token = tokens.issue(world.registry.settings, world.db, user.id, purpose, user.email)
    world.db.commit()
    return token or ""


def _begin(world: World, user: User) -> str:
    """The code of a new secret, for the next time step, so that it stays valid for a while."""
    secret = world.registry.getUtility(ITwoFactor).begin(world.db, user.id)
    world.db.commit()
    return pyotp.TOTP(secret).at(datetime.now(UTC), counter_offset=1)


def _secured(world: World) -> tuple[Person, list[str]]:
    """A person with a second factor, and the recovery codes."""
    person = world.person()
    code = _begin(world, person.user)
    codes = world.registry.getUtility(ITwoFactor).confirm(world.db, person.user.id, code)
    world.db.commit()
    return person, codes


@examples.body("POST /confirm_email")
def confirmation(world: World) -> dict[str, str]:
    return {"token": _token(world, tokens.CONFIRM)}


@examples.body("POST /password_reset")
def lost_password(world: World) -> dict[str, str]:
    return {"email": world.owner.user.email}


@examples.body("POST /password_reset/confirm")
def reset(world: World) -> dict[str, str]:
    return {"token": _token(world, tokens.RESET), "password": f"new {PASSWORD}"}


@examples.body("PUT /users/settings")
def settings(world: World) -> dict[str, str]:
    """Another password and address."""
    return {
        "existing_password": PASSWORD,
        "new_password": f"new {PASSWORD}",
        "email": "elsewhere@example.org",
    }


@examples.body("POST /users/me/two_factor")
def beginning(world: World) -> dict[str, str]:
    """The password that all test members have."""
    return {"password": PASSWORD}


@examples.body("POST /users/me/two_factor/confirm")
def first_code(world: World) -> dict[str, str]:
    """The code of the secret that staff receives."""
    return {"code": _begin(world, world.staff.user)}


@examples.caller("POST /users/me/two_factor/turn_off")
@examples.caller("POST /users/me/two_factor/recovery_codes")
def secured(world: World) -> Person:
    """A person with a second factor."""
    person, _ = world.once(_secured)
    return person


@examples.body("POST /users/me/two_factor/turn_off")
@examples.body("POST /users/me/two_factor/recovery_codes")
def proof(world: World) -> dict[str, str]:
    """Their password and a recovery code."""
    _, codes = world.once(_secured)
    return {"password": PASSWORD, "code": codes[0]}
