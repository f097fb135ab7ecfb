"""Mail: text to one address, sent after the commit."""

from __future__ import annotations

from pyramid.config import Configurator

from ..interfaces import IMailer
from .delivery import delivery
from .mailer import Mailer


def includeme(config: Configurator) -> None:
    """Provide the mailer, delivering as the settings say."""
    settings = config.registry.settings
    config.add_service(IMailer, Mailer(settings["pulsar.mail_sender"], delivery(settings)))
