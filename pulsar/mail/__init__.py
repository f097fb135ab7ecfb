"""Mail: text to one address, kept with the request's transaction and sent after its commit."""

from __future__ import annotations

from pyramid.config import Configurator

from ..interfaces import IMailer
from ..jobs.schedule import MINUTELY
from ..secrets.cipher import site_cipher
from ..secrets.site import site_secret
from .delivery import delivery
from .mailer import Mailer
from .outbox import Outbox


def includeme(config: Configurator) -> None:
    """Provide the mailer, delivering as the settings say, and the job that tries again."""
    settings = config.registry.settings
    outbox = Outbox(config.registry, site_cipher(site_secret(settings), "mail"))
    mailer = Mailer(settings["pulsar.mail_sender"], delivery(settings), outbox)
    config.add_service(IMailer, mailer)
    config.add_job("try_mails", MINUTELY, ".mailer.try_waiting", title="Try again to send mails.")
