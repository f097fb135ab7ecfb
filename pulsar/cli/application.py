"""The application that a command works on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click
from pyramid.decorator import reify
from pyramid.exceptions import ConfigurationError
from pyramid.paster import get_appsettings
from pyramid.request import Request

from ..configuration import make_configurator
from ..db.guard import require_current_schema
from ..interfaces import IDatabase
from ..lifecycle import AppClosing
from ..request import blank


class Application:
    """Configured when it is first needed, so that ``--help`` is quick."""

    def __init__(self, uri: str, variables: dict[str, Any]) -> None:
        self.uri = uri
        self.variables = variables

    @reify
    def registry(self) -> Any:
        """The registry; the database may still be of any version."""
        try:
            settings = get_appsettings(self.uri, options=self.variables)
            config = make_configurator(settings)
            config.commit()
        except (ConfigurationError, FileNotFoundError, LookupError) as error:
            raise click.ClickException(str(error)) from error
        return config.registry

    def migrated(self) -> Any:
        """The registry of an application whose database is up to date."""
        try:
            require_current_schema(self.registry)
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from error
        return self.registry

    def close(self) -> None:
        """Let background workers finish, e.g. send the mails that the command caused."""
        if "registry" in vars(self):
            self.registry.notify(AppClosing(self.registry))
            self.registry.getUtility(IDatabase).engine.dispose()

    def request(self) -> Request:
        """A request for code that wants one; nobody makes it."""
        return blank(self.migrated())


def variables(overrides: Iterable[str]) -> dict[str, Any]:
    """What ``--set NAME=VALUE`` says of the ini file's variables."""
    pairs: dict[str, Any] = {}
    for override in overrides:
        name, equals, value = override.partition("=")
        if not equals:
            raise click.BadParameter(f"{override!r} is not NAME=VALUE", param_hint="--set")
        pairs[name] = value
    return pairs
