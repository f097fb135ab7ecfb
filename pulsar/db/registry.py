"""What the core knows of an alembic branch."""

from __future__ import annotations

from dataclasses import dataclass

from zope.interface import implementer

from ..interfaces import IMigrations


@implementer(IMigrations)
@dataclass(frozen=True, slots=True)
class Migrations:
    """An alembic branch: its label and the package that holds its revisions."""

    label: str
    package: str

    @property
    def package_root(self) -> str:
        """The import package of the plugin, by which its tables are tagged."""
        return self.package.partition(".")[0]
