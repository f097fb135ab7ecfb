"""Events of rules."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from pulsar.request import Request

from .interfaces import IRulesEdited
from .models import RuleRevision


@implementer(IRulesEdited)
@dataclass(frozen=True, slots=True)
class RulesEdited:
    """A section has a new revision."""

    request: Request
    model: RuleRevision
