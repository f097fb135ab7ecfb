"""The input of endpoints about members."""

from __future__ import annotations

import re
from typing import Any

import colander

from ..validation import Email, Nullable, Paging, Schema, String
from ..validation.nodes import StringType, field
from .password_rules import COMMON, PERSONAL, is_common, is_personal
from .passwords import MAX_LENGTH, MAX_SPELLED, normalise

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", re.ASCII)
_RESERVED = frozenset({"0", "1"})


def username(node: colander.SchemaNode, value: str) -> None:
    """Allow at most 32 characters of a safe alphabet."""
    if not _USERNAME.fullmatch(value) or value in _RESERVED:
        raise colander.Invalid(
            node,
            "usernames must start with an alphanumeric character; can only contain alphanumeric "
            "characters, underscores, hyphens, and periods; and be 32 characters or less",
        )


def password(node: colander.SchemaNode, value: str) -> None:
    """Require 12 to 512 characters of three kinds."""
    if not (
        12 <= len(value) <= MAX_LENGTH
        and re.search(r"[A-Za-z]", value)
        and re.search(r"[0-9]", value)
        and re.search(r"[^A-Za-z0-9\s]", value)
    ):
        raise colander.Invalid(
            node,
            "Password must be between 12 and 512 characters and contain at least 1 letter, "
            "1 number, and 1 special character",
        )


def uncommon(node: colander.SchemaNode, value: str) -> None:
    """Refuse the passwords that are guessed first."""
    if is_common(value):
        raise colander.Invalid(node, COMMON)


def Password(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """A new password, which is normalised before it is validated."""
    return field(StringType(), password, uncommon, preparer=_normalised, **kwargs)


def ExistingPassword(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """A password to compare with an account's, in any Unicode form."""
    return String(1, MAX_SPELLED, **kwargs)


def _normalised(value: Any) -> Any:
    return normalise(value) if isinstance(value, str) else value


class FindUsers(Paging):
    """A search for members by name."""

    username = String(1, 32, description="What the name begins with, whatever its case.")


class Register(Schema):
    """A new account."""

    example = {"username": "alice", "password": "Violet tractor 42!", "email": "alice@example.org"}

    username = field(StringType(), username, required=True)
    password = Password(required=True)
    email = Email(required=True)
    code = Nullable(
        String(0, 64), description="Of an invite, of 24 characters; where none is needed, anything."
    )

    def validator(self, node: colander.SchemaNode, value: dict[str, Any]) -> None:
        """Refuse a password that contains the username or the address."""
        if is_personal(value["password"], value["username"], value["email"]):
            error = colander.Invalid(node)
            error.add(colander.Invalid(node["password"], PERSONAL))
            raise error
