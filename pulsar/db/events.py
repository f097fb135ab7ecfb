"""Events of the database as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from ..interfaces import ISchemaUpgraded
from ..registry import Registry


@implementer(ISchemaUpgraded)
@dataclass(frozen=True, slots=True)
class SchemaUpgraded:
    """Migrations ran."""

    registry: Registry
