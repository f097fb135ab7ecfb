"""Deliveries of mails: to a mail server, to a folder, or nowhere."""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from pyramid.exceptions import ConfigurationError
from pyramid_mailer.message import Message
from repoze.sendmail.encoding import encode_message

from ..settings import CoreSettings

#: Timeout in seconds for each reply of a mail server.
_TIMEOUT = 10


def delivery(settings: dict[str, Any]) -> Callable[[Message], None]:
    """The delivery that ``pulsar.mail`` selects. Raises ConfigurationError if one is incomplete."""
    kind = CoreSettings.mail.read(settings)
    if kind == "none":
        return nowhere
    if "@" not in parseaddr(CoreSettings.mail_sender.read(settings))[1]:
        raise ConfigurationError(f"pulsar.mail = {kind} needs an address as pulsar.mail_sender.")
    if kind == "smtp":
        return Smtp(
            CoreSettings.mail_host.read(settings),
            CoreSettings.mail_port.read(settings),
            CoreSettings.mail_user.read(settings),
            CoreSettings.mail_password.read(settings),
            CoreSettings.mail_tls.read(settings),
        )
    if not CoreSettings.mail_folder.read(settings):
        raise ConfigurationError("pulsar.mail = folder needs pulsar.mail_folder or pulsar.var.")
    return Folder(Path(CoreSettings.mail_folder.read(settings)))


def reason(error: Exception) -> str:
    """Why a delivery failed, without the address, which mail servers repeat in their replies."""
    name = type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return " ".join([name, *(str(code) for code, _ in error.recipients.values())])
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{name} {error.smtp_code}"
    return f"{name} {error.strerror}" if isinstance(error, OSError) and error.strerror else name


def nowhere(message: Message) -> None:
    """Discard the mail."""


class Folder:
    """Writes each mail to its own file, for development; the names sort by time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, message: Message) -> None:
        """Write the mail; a listing of ``*.eml`` contains complete files only."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}"
        draft = self.folder / f"{name}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(encode_message(message.to_message()))
        draft.rename(draft.with_suffix(".eml"))


class Smtp:
    """Sends mails to a server (RFC 5321), with ``starttls`` (RFC 3207) or ``tls`` (RFC 8314).

    repoze.sendmail's own client does not verify certificates, and leaves failed connections open.
    """

    def __init__(self, host: str, port: int, user: str, password: str, tls: str) -> None:
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.tls = tls

    def __call__(self, message: Message) -> None:
        """Send the mail. Raises OSError, which is a base class of smtplib's errors."""
        with self._connect() as connection:
            if self.user:
                connection.login(self.user, self.password)
            connection.sendmail(
                parseaddr(message.sender)[1],
                sorted(message.send_to),
                encode_message(message.to_message()),
            )

    def _connect(self) -> smtplib.SMTP:
        if self.tls == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=_TIMEOUT, context=ssl.create_default_context()
            )
        connection = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
        if self.tls == "starttls":
            try:
                connection.starttls(context=ssl.create_default_context())
            except OSError:
                connection.close()
                raise
        return connection
