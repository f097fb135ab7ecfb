"""``pulsar serve``: what ``pserve`` does, with every mistake in one sentence."""

from __future__ import annotations

import click
import plaster

from ..lifecycle import exit_on_sigterm
from .application import Application


@click.command()
@click.pass_obj
def serve(application: Application) -> None:
    """Serve the site, like pserve; explain mistakes in one sentence.

    The server is what [server:main] of the ini file says. pserve does the same, but shows a
    traceback where the ini file itself cannot be read.
    """
    application.require_file()
    loader = plaster.get_loader(application.uri, protocols=["wsgi"])
    loader.setup_logging(application.variables)
    server = loader.get_wsgi_server(defaults=application.variables)
    exit_on_sigterm()
    server(loader.get_wsgi_app(defaults=application.variables))
