"""Applications on a database of their own, for tests that need real commits."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from .. import main
from ..interfaces import IDatabase
from ..lifecycle import AppClosing
from .backends import Backend, create_database, drop_database, forget_redis


class Sites:
    """Copies the migrated test database once, and makes applications on the copy."""

    def __init__(self, backend: Backend, settings: dict[str, Any], folder: Path) -> None:
        self._backend = backend
        self._settings = settings
        self._apps: list[Any] = []
        self.url = backend.url.set(database=f"{backend.url.database}-site")
        if backend.url.get_backend_name() == "sqlite":
            self.url = backend.url.set(database=str(folder / "site.sqlite"))

    def make(self, **settings: Any) -> Any:
        """Another process of the site, with settings of its own."""
        if not self._apps:
            self._copy()
        prefix = f"pulsar-testing:{self._backend.worker}:site:"
        app = main(
            {},
            **{
                **self._settings,
                **self._backend.settings,
                "sqlalchemy.url": self.url.render_as_string(hide_password=False),
                "pulsar.redis_prefix": prefix,
                **settings,
            },
        )
        self._apps.append(app)
        return app

    def close(self) -> None:
        """Stop the applications and drop their database."""
        for app in self._apps:
            app.registry.notify(AppClosing(app.registry))
            app.registry.getUtility(IDatabase).engine.dispose()
        if self._apps:
            forget_redis(self._backend)
            drop_database(self.url)

    def _copy(self) -> None:
        if self.url.get_backend_name() == "postgresql":
            # A template must have no connection, and the rolled-back tests hold one.
            self._migrate_anew()
        else:
            shutil.copyfile(str(self._backend.url.database), str(self.url.database))

    def _migrate_anew(self) -> None:
        from ..configuration import make_configurator
        from ..db import migrations

        create_database(self.url)
        url = self.url.render_as_string(hide_password=False)
        settings = {**self._settings, **self._backend.settings, "sqlalchemy.url": url}
        config = make_configurator(settings)
        config.commit()
        migrations.upgrade(config.registry)
        config.registry.getUtility(IDatabase).engine.dispose()
