"""The application that a command uses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..collector import paused

if TYPE_CHECKING:
    from pyramid.request import Request


class Application:
    """Loads the application when it is first needed, so that ``--help`` is quick."""

    def __init__(self, uri: str, variables: dict[str, Any]) -> None:
        self.uri = uri
        self.variables = variables
        self._registry: Any = None

    @property
    def registry(self) -> Any:
        """The registry; the database may be at any revision.

        Raises errors that :func:`pulsar.mistakes.explain` converts to sentences.
        """
        if self._registry is None:
            self.require_file()
            with paused():
                from pyramid.paster import get_appsettings

                from ..configuration import make_configurator

                config = make_configurator(get_appsettings(self.uri, options=self.variables))
                config.commit()
            self._registry = config.registry
        return self._registry

    def settings(self) -> dict[str, Any]:
        """The core's settings, read without creating the secret or using the database."""
        from pyramid.paster import get_appsettings

        from ..settings import CoreSettings, derive

        self.require_file()
        settings = dict(get_appsettings(self.uri, options=self.variables))
        CoreSettings.parse(settings)
        derive(settings)
        return settings

    @property
    def file(self) -> Path | None:
        """The ini file."""
        path = Path(self.uri.partition("#")[0].partition("://")[2] or self.uri.partition("#")[0])
        return path if path.is_file() else None

    def require_file(self) -> None:
        """Raise ClickException if the ini file is missing."""
        path = self.uri.partition("#")[0]
        if "://" not in path and not Path(path).is_file():
            raise click.ClickException(
                f"There is no file {path}. Name the site's ini file: pulsar -c FILE ..."
            )

    def migrated(self) -> Any:
        """The registry of an application whose database is up to date."""
        from ..db.guard import require_current_schema

        require_current_schema(self.registry)
        return self.registry

    def close(self) -> None:
        """Let background workers finish, e.g. send the mails that the command caused."""
        if self._registry is not None:
            from ..interfaces import IDatabase
            from ..lifecycle import AppClosing

            self._registry.notify(AppClosing(self._registry))
            self._registry.getUtility(IDatabase).engine.dispose()

    def request(self) -> Request:
        """A request for code that needs one; it has no caller."""
        from ..background import make_request

        return make_request(self.migrated())


def variables(overrides: Iterable[str]) -> dict[str, Any]:
    """The variables of the ini file that ``--set NAME=VALUE`` overrides."""
    pairs: dict[str, Any] = {}
    for override in overrides:
        name, equals, value = override.partition("=")
        if not equals:
            raise click.BadParameter(f"{override!r} is not NAME=VALUE", param_hint="--set")
        pairs[name] = value
    return pairs
