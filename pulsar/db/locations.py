"""The locations of revisions, of every installed plugin and of the enabled ones."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from ..interfaces import IMigrations
from ..plugins import installed
from ..registry import Registry
from .registry import Migrations


def installed_branches() -> list[IMigrations]:
    """The core's branch and the branch of every installed plugin that has one.

    Disabled plugins are included: their applied revisions must be found when the database is read.
    """
    branches: list[IMigrations] = [Migrations("pulsar", "pulsar.versions")]
    for name, entry in installed().items():
        package = f"{entry.module}.versions"
        if _spec(package) is not None:
            branches.append(Migrations(name, package))
    return branches


def enabled_branches(registry: Registry) -> list[IMigrations]:
    """The branches that ``config.add_migrations`` declared."""
    return [branch for _, branch in sorted(registry.getUtilitiesFor(IMigrations))]


def folder(branch: IMigrations) -> Path:
    """The folder of a branch's revision files."""
    spec = _spec(branch.package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No package named {branch.package!r}.")
    return Path(spec.origin).parent


def _spec(package: str) -> ModuleSpec | None:
    """Return the location of a package.

    Unlike ``find_spec``, it does not import the parent, which may be a plugin that is not enabled.
    """
    parent = find_spec(package.rpartition(".")[0])
    path = parent.submodule_search_locations if parent is not None else None
    specs = (finder.find_spec(package, path) for finder in sys.meta_path)
    return next((spec for spec in specs if spec is not None), None)
