"""A migrated SQLite file, stored for later runs until a revision changes."""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from alembic import command

from ..configuration import make_configurator
from ..db import migrations
from ..db.events import SchemaUpgraded
from ..db.locations import enabled_branches, folder
from ..interfaces import IDatabase
from ..registry import Registry
from .backends import Backend, create_database


def migrate(backend: Backend, settings: dict[str, Any], cache: Path | None) -> None:
    """Migrate the backend's database, and create its template.

    An SQLite file is copied from ``cache``, or stored there. Several processes may do so at once.
    """
    config = make_configurator({**settings, **backend.settings})
    config.commit()
    if backend.url.get_backend_name() != "sqlite" or cache is None:
        migrations.upgrade(config.registry)
    else:
        file = Path(str(backend.url.database))
        template = cache / f"{_digest(config.registry)}.sqlite"
        try:
            shutil.copyfile(template, file)
        except FileNotFoundError:
            _run_revisions(config.registry)
            _replace(template, file)
        # The template excludes the data that subscribers store, which depends on the current code.
        config.registry.notify(SchemaUpgraded(config.registry))
    config.registry.getUtility(IDatabase).engine.dispose()
    create_database(backend.template, backend.url)


def _run_revisions(registry: Registry) -> None:
    config = migrations.make_config(registry)
    for target in migrations.targets(registry):
        command.upgrade(config, target)
    registry.getUtility(IDatabase).engine.dispose()


def _digest(registry: Registry) -> str:
    """A digest that changes whenever a revision, or the code that runs the revisions, changes."""
    digest = sha256(f"{version('sqlalchemy')} {version('alembic')}".encode())
    runner = Path(migrations.__file__).parent
    for place in [runner, *(folder(branch) for branch in enabled_branches(registry))]:
        for file in sorted(place.rglob("*.py")):
            digest.update(f"\0{file.relative_to(place)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _replace(template: Path, file: Path) -> None:
    """Replace the template atomically by a copy of the file; delete those of other revisions."""
    for stale in template.parent.glob("*.sqlite"):
        stale.unlink(missing_ok=True)
    with NamedTemporaryFile(dir=template.parent, delete=False) as copy:
        copy.write(file.read_bytes())
    os.replace(copy.name, template)
