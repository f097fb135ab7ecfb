"""Mails to unconfirmed addresses, which may belong to strangers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from redis.exceptions import RedisError
from zope.interface import implementer

from ..errors import RateLimited, Unavailable
from ..interfaces import IMailer, IMailLimits, IRateLimiter
from ..network import network_of
from ..request import Request
from ..settings import CoreSettings
from ..settings.limit import Limit


class TooManyMails(RateLimited):
    """The address got, or the network requested, the maximum of mails for now."""

    code = "too_many_mails"
    message = "Too many mails were sent to this address. Try again later."

    def __init__(self, message: str | None = None, seconds: int = 3600) -> None:
        super().__init__(message, headers={"Retry-After": str(seconds)})


@implementer(IMailLimits)
class MailLimits:
    """Counts mails by the network of the caller and by the target address.

    The store contains only digests of addresses. Each purpose is counted separately, so that nobody
    can prevent a member's password reset by having other mails sent to the address.
    """

    def __init__(
        self,
        limiter: Callable[[], IRateLimiter],
        per_address: Limit,
        per_network: Limit,
    ) -> None:
        self._limiter = limiter
        self._per_address = per_address
        self._per_network = per_network

    def count(
        self, purpose: str, email: str, caller: str | None, *, longest: int | None = None
    ) -> None:
        """Count a mail; the window of its target ends after ``longest`` seconds at the latest.

        Raises TooManyMails, or Unavailable if the store is unavailable.
        """
        per_address = self._per_address
        if longest is not None:
            per_address = Limit(per_address.amount, min(per_address.seconds, longest))
        address = hashlib.sha256(_mailbox(email).encode()).hexdigest()
        hits = [
            (self._per_network, f"Mails of a network, {purpose}:{network_of(caller)}"),
            (per_address, f"Mails to an address, {purpose}:{address}"),
        ]
        try:
            verdicts = self._limiter().hit(hits)
        except RedisError as error:
            raise Unavailable from error
        if verdicts[0].exceeded:
            message = "Too many mails were asked for from your network. Try again later."
            raise TooManyMails(message, verdicts[0].reset)
        if verdicts[1].exceeded:
            raise TooManyMails(seconds=verdicts[1].reset)


def send_unconfirmed(request: Request, to: str, subject: str, body: str) -> None:
    """Send a text, after the commit, to an address that may be a stranger's. Raises TooManyMails.

    Every mail to an unconfirmed address must be sent with this function.
    """
    if CoreSettings.mail.of(request.registry) != "none":
        request.find_service(IMailLimits).count("unasked", to, request.remote_addr)
    request.find_service(IMailer).send(request, to, subject, body)


def _mailbox(email: str) -> str:
    """The mailbox without the part after a plus sign (RFC 5233)."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
