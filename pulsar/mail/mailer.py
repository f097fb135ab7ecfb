"""The service that composes mails and delivers them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import structlog
from cryptography.fernet import InvalidToken
from pyramid_mailer.message import Message
from sqlalchemy.orm import Session
from zope.interface import implementer

from ..interfaces import IDeferred, IMailer
from ..registry import Registry
from ..request import Request
from .delivery import nowhere, reason
from .message import compose, pack, unpack
from .models import WaitingMail
from .outbox import Outbox

log = structlog.get_logger(__name__)

#: Maximum duration of a round of retries in seconds, in case the mail server is slow.
_ROUND = 300


@implementer(IMailer)
class Mailer:
    """Composes mails; ``deliver`` sends one and raises OSError if that fails."""

    def __init__(self, sender: str, deliver: Callable[[Message], None], outbox: Outbox) -> None:
        self.sender = sender
        self.deliver = deliver
        self._outbox = outbox
        #: Numbers of mails that this process has sent, failed to send, and given up.
        self.counts: Counter[str] = Counter(sent=0, failed=0, given_up=0)

    def send(self, request: Request | None, to: str, subject: str, body: str) -> None:
        """Send a text after the request's commit; without a request, try once, at once.

        Raises ValueError for values that would break the header.
        """
        if request is None:
            self._hand_over(compose(self.sender, to, subject, body))
        else:
            work = self.post(request.db, to, subject, body)
            request.find_service(IDeferred).after_commit(request, work)

    def post(self, session: Session, to: str, subject: str, body: str) -> Callable[[], None]:
        """Store a text in the session's transaction; call the result after the commit.

        Raises ValueError for values that would break the header.
        """
        message = compose(self.sender, to, subject, body)
        if self.deliver is nowhere:
            return partial(nowhere, message)
        return partial(self._first_try, self._outbox.keep(session, pack(message)), message)

    def waiting(self) -> int:
        """The number of mails that no server has accepted yet."""
        return self._outbox.waiting()

    def try_waiting(self) -> None:
        """Retry the mails that are due. Raises RuntimeError if some were given up."""
        end = time.monotonic() + _ROUND
        given_up = self._outbox.give_up()
        for mail_id, tries in self._outbox.due():
            if time.monotonic() > end:
                break
            given_up += not self._try_again(mail_id, tries)
        if given_up:
            self.counts["given_up"] += given_up
            raise RuntimeError(f"{given_up} mails were given up")

    def _first_try(self, waiting_mail: WaitingMail, message: Message) -> None:
        if self._outbox.claim(waiting_mail.id, 0) is not None and self._hand_over(message):
            self._outbox.forget(waiting_mail.id)

    def _try_again(self, mail_id: int, tries: int) -> bool:
        """Try a mail again; return False if further attempts are useless."""
        try:
            content = self._outbox.claim(mail_id, tries)
        except InvalidToken:
            log.error("mail unreadable: no secret of the site decrypts it", mail=mail_id)
            self._outbox.forget(mail_id)
            return False
        if content is not None and self._hand_over(unpack(self.sender, content)):
            self._outbox.forget(mail_id)
        return True

    def _hand_over(self, message: Message) -> bool:
        """Try to deliver the mail; return whether that succeeded."""
        try:
            self.deliver(message)
        except Exception as error:  # whatever is wrong with one mail must not hold up others
            self.counts["failed"] += 1
            # The address is not logged, since readers of logs must not know it.
            log.warning("mail not sent", subject=message.subject, error=reason(error))
            return False
        self.counts["sent"] += 1
        return True


def try_waiting(registry: Registry) -> None:
    """Job: retry the mails that no mail server has accepted."""
    registry.getUtility(IMailer).try_waiting()
