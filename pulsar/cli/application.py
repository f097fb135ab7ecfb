"""The application that a command works on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pyramid.request import Request


class Application:
    """Configured, and its modules imported, when it is first needed: ``--help`` is quick."""

    def __init__(self, uri: str, variables: dict[str, Any]) -> None:
        self.uri = uri
        self.variables = variables
        self._registry: Any = None

    @property
    def registry(self) -> Any:
        """The registry; the database may still be of any version.

        Raises what :func:`pulsar.mistakes.explain` makes a sentence of.
        """
        if self._registry is None:
            from pyramid.paster import get_appsettings

            from ..configuration import make_configurator

            self.require_file()
            config = make_configurator(get_appsettings(self.uri, options=self.variables))
            config.commit()
            self._registry = config.registry
        return self._registry

    def settings(self) -> dict[str, Any]:
        """The core's settings, read without making the secret and looking at the database."""
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
        """Raise ClickException where the ini file is missing."""
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
        """A request for code that wants one; nobody makes it."""
        from ..background import make_request

        return make_request(self.migrated())


def variables(overrides: Iterable[str]) -> dict[str, Any]:
    """What ``--set NAME=VALUE`` says of the ini file's variables."""
    pairs: dict[str, Any] = {}
    for override in overrides:
        name, equals, value = override.partition("=")
        if not equals:
            raise click.BadParameter(f"{override!r} is not NAME=VALUE", param_hint="--set")
        pairs[name] = value
    return pairs
