"""Alembic branches, and the revisions in them."""

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
        """The import package of the plugin, with which its tables are tagged."""
        return self.package.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Applied:
    """A revision that was applied or reverted, and the first line of its docstring."""

    revision: str
    title: str
