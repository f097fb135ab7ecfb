"""Applications on their own database, for tests that need real commits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import main
from ..interfaces import IDatabase
from ..lifecycle import AppClosing
from .backends import Backend, create_database, drop_database, forget_redis


class Sites:
    """Copies the migrated test database once, and makes applications on the copy."""

    def __init__(
        self, backend: Backend, settings: dict[str, Any], folder: Path, name: str = "site"
    ) -> None:
        self._backend = backend
        self._settings = settings
        self._name = name
        self._apps: list[Any] = []
        self.url = backend.url.set(database=f"{backend.url.database}-{name}")
        if backend.url.get_backend_name() == "sqlite":
            self.url = backend.url.set(database=str(folder / f"{name}.sqlite"))

    def make(self, **settings: Any) -> Any:
        """Start another process of the site, with its own settings."""
        if not self._apps:
            create_database(self.url, self._backend.template)
        prefix = f"pulsar-testing:{self._backend.worker}:{self._name}:"
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
        app.begin_serving()
        return app

    def close(self) -> None:
        """Stop the applications and drop their database."""
        for app in self._apps:
            app.registry.notify(AppClosing(app.registry))
            app.registry.getUtility(IDatabase).engine.dispose()
        if self._apps:
            forget_redis(self._backend)
            drop_database(self.url)
