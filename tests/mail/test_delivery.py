"""Deliveries of mails."""

from __future__ import annotations

import email
import smtplib
import ssl
from collections.abc import Callable
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from pyramid.exceptions import ConfigurationError
from pyramid_mailer.message import Message

from pulsar.mail.delivery import Folder, Smtp, delivery, nowhere, reason
from pulsar.settings import CoreSettings


def settings(**values: str) -> dict[str, Any]:
    """Return the core's settings with the given ones."""
    declared: dict[str, Any] = {f"pulsar.{name}": value for name, value in values.items()}
    CoreSettings.parse(declared)
    return declared


@pytest.fixture
def message() -> Message:
    return Message(
        subject="Grüße",
        sender="Pülsar <pulsar@example.org>",
        recipients=["bob@example.org"],
        body="Where words are löng: " + "x" * 200 + "\n.\nafter a dot\n",
    )


def read(content: bytes) -> Any:
    return email.message_from_bytes(content, policy=default)


class TestChoice:
    def test_none_is_the_default(self) -> None:
        assert delivery(settings()) is nowhere

    def test_smtp(self) -> None:
        mail_delivery = delivery(
            settings(mail="smtp", mail_sender="a@example.org", mail_port="587", mail_tls="starttls")
        )
        assert isinstance(mail_delivery, Smtp)
        assert (mail_delivery.host, mail_delivery.port, mail_delivery.user, mail_delivery.tls) == (
            "127.0.0.1",
            587,
            "",
            "starttls",
        )

    def test_folder(self, tmp_path: Path) -> None:
        mail_delivery = delivery(
            settings(mail="folder", mail_sender="a@example.org", mail_folder=str(tmp_path))
        )
        assert isinstance(mail_delivery, Folder)

    @pytest.mark.parametrize("sender", ["", "Pulsar", "Pulsar <>"])
    def test_without_a_sender(self, sender: str) -> None:
        with pytest.raises(ConfigurationError, match=r"pulsar\.mail_sender"):
            delivery(settings(mail="smtp", mail_sender=sender))

    def test_without_a_folder(self) -> None:
        with pytest.raises(ConfigurationError, match=r"pulsar\.mail_folder"):
            delivery(settings(mail="folder", mail_sender="a@example.org"))


class TestFolder:
    def test_one_file_each(self, tmp_path: Path, message: Message) -> None:
        folder = Folder(tmp_path / "deep" / "mail")
        for _ in range(3):
            folder(message)
        files = sorted((tmp_path / "deep" / "mail").iterdir())
        assert len(files) == 3
        assert {file.suffix for file in files} == {".eml"}

    def test_only_its_owner_reads_it(self, tmp_path: Path, message: Message) -> None:
        Folder(tmp_path)(message)
        (file,) = tmp_path.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600

    def test_content(self, tmp_path: Path, message: Message) -> None:
        Folder(tmp_path)(message)
        (file,) = tmp_path.iterdir()
        new_message = read(file.read_bytes())
        assert new_message["To"] == "bob@example.org"
        assert new_message["Subject"] == "Grüße"
        assert new_message["From"] == "Pülsar <pulsar@example.org>"
        assert new_message.get_content() == message.body

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path, message: Message) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(OSError, match="file"):
            Folder(tmp_path / "file")(message)


class TestSmtp:
    def test_plain(self, mail_server: Callable[..., Any], message: Message) -> None:
        server = mail_server()
        Smtp("127.0.0.1", server.port, "", "", "none")(message)
        assert "mail FROM:<pulsar@example.org>" in [
            command.partition(" size")[0] for command in server.commands
        ]
        assert "rcpt TO:<bob@example.org>" in server.commands
        assert not [command for command in server.commands if command.startswith("AUTH")]
        (content,) = server.mails
        new_message = read(content.replace(b"\r\n..", b"\r\n."))
        assert new_message["Subject"] == "Grüße"
        assert new_message.get_content().split() == message.body.split()

    def test_logs_in(self, mail_server: Callable[..., Any], message: Message) -> None:
        server = mail_server()
        Smtp("127.0.0.1", server.port, "bob", "word", "none")(message)
        assert [command for command in server.commands if command.startswith("AUTH PLAIN")]
        assert server.mails

    @pytest.mark.parametrize(
        ("refused", "error"),
        [
            ("AUTH", smtplib.SMTPAuthenticationError),
            ("MAIL", smtplib.SMTPSenderRefused),
            ("RCPT", smtplib.SMTPRecipientsRefused),
        ],
    )
    def test_refused(
        self,
        mail_server: Callable[..., Any],
        message: Message,
        refused: str,
        error: type[Exception],
    ) -> None:
        server = mail_server(refused)
        with pytest.raises(error):
            Smtp("127.0.0.1", server.port, "bob", "word", "none")(message)
        assert issubclass(error, OSError)

    def test_nobody_listens(self, mail_server: Callable[..., Any], message: Message) -> None:
        server = mail_server()
        server.shutdown()
        server.server_close()
        with pytest.raises(ConnectionRefusedError):
            Smtp("127.0.0.1", server.port, "", "", "none")(message)

    def test_no_password_where_starttls_is_missing(
        self, mail_server: Callable[..., Any], message: Message
    ) -> None:
        server = mail_server()
        with pytest.raises(smtplib.SMTPNotSupportedError):
            Smtp("127.0.0.1", server.port, "bob", "word", "starttls")(message)
        assert not [command for command in server.commands if "AUTH" in command]
        assert not server.mails

    def test_tls(
        self,
        mail_server: Callable[..., Any],
        self_signed: tuple[ssl.SSLContext, Path],
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        context, certificate = self_signed
        server = mail_server(tls=context)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        Smtp("127.0.0.1", server.port, "bob", "word", "tls")(message)
        assert server.mails

    def test_tls_with_a_strange_certificate(
        self,
        mail_server: Callable[..., Any],
        self_signed: tuple[ssl.SSLContext, Path],
        message: Message,
    ) -> None:
        server = mail_server(tls=self_signed[0])
        with pytest.raises(ssl.SSLCertVerificationError) as caught:
            Smtp("127.0.0.1", server.port, "bob", "word", "tls")(message)
        assert isinstance(caught.value, OSError)
        assert not server.mails


class TestReason:
    """Logs contain the reason of a failure, but no address."""

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (
                smtplib.SMTPRecipientsRefused({"bob@example.org": (550, b"no bob@example.org")}),
                "SMTPRecipientsRefused 550",
            ),
            (smtplib.SMTPDataError(554, b"spam for bob@example.org"), "SMTPDataError 554"),
            (
                smtplib.SMTPSenderRefused(553, b"not for bob@example.org", "a@example.org"),
                "SMTPSenderRefused 553",
            ),
            (
                ConnectionRefusedError(111, "Connection refused"),
                "ConnectionRefusedError Connection refused",
            ),
            (smtplib.SMTPServerDisconnected("closed"), "SMTPServerDisconnected"),
            (ValueError("bob@example.org"), "ValueError"),
        ],
    )
    def test_of(self, error: Exception, expected: str) -> None:
        assert reason(error) == expected
