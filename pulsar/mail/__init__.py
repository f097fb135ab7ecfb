"""Mail: text to one address, stored in the request's transaction and sent after its commit."""

from __future__ import annotations

from functools import partial

from ..config import Configurator
from ..interfaces import IMailer, IMailLimits, IRateLimiter
from ..jobs.schedule import MINUTELY
from ..secrets.cipher import site_cipher
from ..secrets.site import site_secrets
from ..settings import CoreSettings
from .delivery import delivery
from .mailer import Mailer
from .models import WaitingMail
from .outbox import PURPOSE, Outbox
from .unconfirmed import MailLimits


def includeme(config: Configurator) -> None:
    """Provide the mailer with the delivery of the settings, and the job that retries mails."""
    settings = config.registry.settings
    outbox = Outbox(config.registry, site_cipher(site_secrets(settings).keys, PURPOSE))
    config.add_encrypted_column(PURPOSE, WaitingMail.content, "Waiting mails")
    mailer = Mailer(CoreSettings.mail_sender.read(settings), delivery(settings), outbox)
    config.add_service(IMailer, mailer)
    limits = MailLimits(
        partial(config.registry.getUtility, IRateLimiter),
        CoreSettings.mail_limit_address.read(settings),
        CoreSettings.mail_limit_network.read(settings),
    )
    config.add_service(IMailLimits, limits)
    config.add_job("try_mails", MINUTELY, ".mailer.try_waiting", title="Try again to send mails.")
