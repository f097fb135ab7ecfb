"""The service that makes mails and has them delivered."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import formatdate, make_msgid, parseaddr
from functools import partial

import structlog
from pyramid.request import Request
from pyramid_mailer.message import Message
from zope.interface import implementer

from ..interfaces import IDeferred, IMailer

log = structlog.get_logger(__name__)

#: One bare address: nothing that ends a header, starts another recipient or another parameter.
_ADDRESS = re.compile(r"[^\s<>(),;:\\\"@]+@[^\s<>(),;:\\\"@]+")


@implementer(IMailer)
class Mailer:
    """Makes mails; ``deliver`` hands one over and raises OSError where that fails."""

    def __init__(self, sender: str, deliver: Callable[[Message], None]) -> None:
        self.sender = sender
        self.deliver = deliver

    def send(self, request: Request | None, to: str, subject: str, body: str) -> None:
        """Send a text after the request's commit; without a request at once.

        Raises ValueError for what would break the header.
        """
        if not _ADDRESS.fullmatch(to):
            raise ValueError("not one bare address")
        if subject.splitlines() != [subject]:
            raise ValueError("a subject is one line")
        domain = parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"
        message = Message(
            subject=subject,
            sender=self.sender,
            recipients=[to],
            body=body,
            extra_headers={
                "Date": formatdate(),
                "Message-Id": make_msgid(domain=domain),
                # Keeps out-of-office programs from answering (RFC 3834).
                "Auto-Submitted": "auto-generated",
            },
        )
        work = partial(self._deliver, message)
        if request is None:
            work()
        else:
            request.find_service(IDeferred).after_commit(request, work)

    def _deliver(self, message: Message) -> None:
        try:
            self.deliver(message)
        except OSError as error:
            # The address is not logged: it is nobody's business who reads logs.
            log.warning("mail not sent", subject=message.subject, error=repr(error))
