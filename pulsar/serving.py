"""The entry points of ``pserve``: the application, and the server that it runs on."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from .installation import require_own_package

require_own_package()

import structlog
from pyramid.exceptions import ConfigurationError
from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from . import main
from .collector import paused
from .interfaces import ILifecycle
from .lifecycle import exit_on_sigterm
from .middleware import BeginServing
from .mistakes import INI, mistakes_end_the_process

log = structlog.get_logger(__name__)

#: The command that sends one request to the application without serving it.
_ASKING = "prequest"
#: The command that serves the application, with the server that the ini file names.
_SERVING = "pserve"
_WHERE = ("listen", "host", "port", "unix_socket")


def app_factory(global_config: dict[str, str], **settings: Any) -> BeginServing:
    """``use = egg:pulsar-core`` in ``[app:main]``; a mistake ends the process with one sentence."""
    with mistakes_end_the_process(global_config.get("__file__")), paused(permanent=True):
        app = main(global_config, **settings)
    script = Path(global_config.get("__script__", "")).stem
    if script == _ASKING:
        app.registry.getUtility(ILifecycle).enabled = False
    elif script == _SERVING:
        exit_on_sigterm()
    return app


class Server:
    """waitress on sockets that are already bound; it listens once the application exists."""

    def __init__(self, options: dict[str, Any]) -> None:
        """Bind the sockets.

        Raises ConfigurationError for options that waitress refuses, and if a port is in use.
        """
        self._app: Any = None
        self._sockets: dict[int, Any] = {}
        named = (f"{name} = {options[name]}" for name in _WHERE if name in options)
        self._where = ", ".join(named) or "port = 8080"
        try:
            self._server = create_server(self._answer, self._sockets, _start=False, **options)
        except (ValueError, TypeError) as error:
            wasyncore.close_all(self._sockets)
            raise ConfigurationError(f"[server:main] in {INI}: {error}.") from error
        except OSError as error:
            wasyncore.close_all(self._sockets)
            raise ConfigurationError(
                f"Cannot listen at {self._where}: {error.strerror or error}. Stop the "
                f"process that listens there, or choose another address in [server:main] of {INI}."
            ) from error

    def __call__(self, app: Any) -> None:
        """Serve the application until the process is told to end.

        Background tasks start before the first request, so that the jobs of a site without visitors
        run too.
        """
        self._app = app
        if isinstance(app, BeginServing):
            app.begin_serving()
        for dispatcher in list(self._sockets.values()):
            if isinstance(dispatcher, BaseWSGIServer):
                dispatcher.accept_connections()
        log.info("serving", where=self._where)
        self._server.run()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self._app(environ, start_response)


def server_factory(global_config: dict[str, str], **options: str) -> Server:
    """``use = egg:pulsar-core`` in ``[server:main]``: waitress, with its options.

    The port is bound when the server is made, before the application is: ``pserve`` hides errors
    that end a running server.
    """
    # This does nothing if the ini file has configured logging.
    logging.basicConfig()
    with mistakes_end_the_process(global_config.get("__file__")):
        return Server(options)
