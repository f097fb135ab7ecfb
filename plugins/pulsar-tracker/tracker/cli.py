"""``pulsar tracker``: announces and scrapes in a process of their own."""

from __future__ import annotations

import click
import plaster

from pulsar.cli.application import Application


@click.command()
@click.pass_obj
def tracker(application: Application) -> None:
    """Serve announces and scrapes until the process is stopped.

    tracker.listen, tracker.unix_socket and tracker.udp_listen of the ini file say where. The site
    itself is served by "pulsar serve".
    """
    from .fronts.assembly import front_options, run_tracker

    application.require_file()
    plaster.get_loader(application.uri, protocols=["wsgi"]).setup_logging(application.variables)
    registry = application.migrated()
    run_tracker(registry, front_options(registry.settings))
