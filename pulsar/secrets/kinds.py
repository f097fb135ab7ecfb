"""Kinds of member secrets."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from zope.interface import implementer

from ..interfaces import ISecretKind

#: Number of hexadecimal digits of a secret, see :mod:`pulsar.secrets.service`.
_SECRET = re.compile(r"[0-9a-f]{32}", re.ASCII)


@implementer(ISecretKind)
@dataclass(frozen=True, slots=True)
class SecretKind:
    """A declared kind of secret."""

    name: str
    title: str


def is_secret(text: str) -> bool:
    """Whether the text has the form of a member's secret; other texts need not be looked up."""
    return _SECRET.fullmatch(text) is not None


def credential(kind: str, value: str) -> str:
    """A name for a secret whose value must not be stored, such as in limits of guesses."""
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()}"
