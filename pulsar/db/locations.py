"""Where the revisions are: of every installed plugin, and of the enabled ones."""

from __future__ import annotations

from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..interfaces import IMigrations
from ..plugins import installed
from .registry import Migrations


def installed_branches() -> list[Migrations]:
    """The core's branch and that of every installed plugin which has one.

    Disabled plugins count: their applied revisions must be found when the database is read.
    """
    found = [Migrations("pulsar", "pulsar.versions")]
    for name, entry in installed().items():
        package = f"{entry.module}.versions"
        if find_spec(package) is not None:
            found.append(Migrations(name, package))
    return found


def enabled_branches(registry: Any) -> list[Migrations]:
    """The branches that ``config.add_migrations`` declared."""
    return [branch for _, branch in sorted(registry.getUtilitiesFor(IMigrations))]


def folder(branch: Migrations) -> Path:
    """The folder of a branch's revision files."""
    return Path(str(resources.files(branch.package)))
