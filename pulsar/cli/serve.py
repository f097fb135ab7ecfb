"""``pulsar serve``: like ``pserve``, with one sentence for every mistake."""

from __future__ import annotations

import click
import plaster

from ..lifecycle import exit_on_sigterm
from .application import Application


@click.command()
@click.pass_obj
def serve(application: Application) -> None:
    """Serve the site, like pserve; explain mistakes in one sentence.

    The section [server:main] of the ini file selects the server. pserve does the same, but shows a
    traceback if the ini file itself cannot be read.
    """
    application.require_file()
    loader = plaster.get_loader(application.uri, protocols=["wsgi"])
    loader.setup_logging(application.variables)
    server = loader.get_wsgi_server(defaults=application.variables)
    exit_on_sigterm()
    server(loader.get_wsgi_app(defaults=application.variables))
