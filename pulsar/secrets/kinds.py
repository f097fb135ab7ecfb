"""Kinds of member secrets."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from ..interfaces import ISecretKind


@implementer(ISecretKind)
@dataclass(frozen=True, slots=True)
class SecretKind:
    """A declared kind of secret."""

    name: str
    title: str
