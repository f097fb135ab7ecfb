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
    """Create a secret; return its code for the next time step, which stays valid for a while."""
    secret = world.registry.getUtility(ITwoFactor).begin(world.db, user.id)
    world.db.commit()
    return pyotp.TOTP(secret).at(datetime.now(UTC), counter_offset=1)


def _secured(world: World) -> tuple[Person, list[str]]:
    """Return a person with a second factor, and the recovery codes."""
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
    """Return another password and address."""
    return {
        "existing_password": PASSWORD,
        "new_password": f"new {PASSWORD}",
        "email": "elsewhere@example.org",
    }


@examples.body("POST /users/me/two_factor")
def beginning(world: World) -> dict[str, str]:
    """Return the password of all test members."""
    return {"password": PASSWORD}


@examples.body("POST /users/me/two_factor/confirm")
def first_code(world: World) -> dict[str, str]:
    """Return a code of the secret that staff gets."""
    return {"code": _begin(world, world.staff.user)}


@examples.caller("POST /users/me/two_factor/turn_off")
@examples.caller("POST /users/me/two_factor/recovery_codes")
def secured(world: World) -> Person:
    """Return a person with a second factor."""
    person, _ = world.once(_secured)
    return person


@examples.body("POST /users/me/two_factor/turn_off")
@examples.body("POST /users/me/two_factor/recovery_codes")
def proof(world: World) -> dict[str, str]:
    """Return their password and a recovery code."""
    _, codes = world.once(_secured)
    return {"password": PASSWORD, "code": codes[0]}
