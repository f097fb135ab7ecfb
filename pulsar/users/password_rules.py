"""Rules against passwords that attackers guess first."""

from __future__ import annotations

from functools import cache
from importlib import resources

from ..errors import Invalid

COMMON = "This password is too common."
PERSONAL = "The password must not contain the username or the name of the e-mail address."

#: Shorter names occur in many passwords by chance.
_SHORTEST = 4


@cache
def _common() -> frozenset[str]:
    """Return the list that scripts/make_password_list.py creates."""
    text = resources.files("pulsar.users").joinpath("common_passwords.txt").read_text("ascii")
    return frozenset(text.split())


def is_common(password: str) -> bool:
    """Return whether the password is on the list, regardless of case."""
    return password.casefold() in _common()


def is_personal(password: str, username: str, email: str) -> bool:
    """Return whether it contains the username or the part of the address before the @."""
    folded = password.casefold()
    names = (username.casefold(), email.casefold().rpartition("@")[0])
    return any(len(name) >= _SHORTEST and name in folded for name in names)


def require_impersonal(password: str, username: str, email: str, path: str = "password") -> None:
    """Raise Invalid for a personal password; ``path`` is the name of its input field."""
    if is_personal(password, username, email):
        raise Invalid({path: [PERSONAL]})
