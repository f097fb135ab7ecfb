"""The service that sends mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid_mailer.message import Message

from pulsar.errors import Conflict
from pulsar.interfaces import IMailer, IRoot
from pulsar.mail.mailer import Mailer
from pulsar.mail.outbox import Outbox
from pulsar.secrets.cipher import site_cipher
from pulsar.security import PUBLIC


@pytest.fixture
def sent() -> list[Message]:
    return []


@pytest.fixture
def outbox(registry: Any) -> Outbox:
    """The outbox of mails that belong to a request."""
    return Outbox(registry, site_cipher([b"s" * 32], "mail"))


@pytest.fixture
def mailer(sent: list[Message], outbox: Outbox) -> Mailer:
    return Mailer("Pulsar <pulsar@example.org>", sent.append, outbox)


class TestMessage:
    def test_parts(self, mailer: Mailer, sent: list[Message]) -> None:
        mailer.send(None, "bob@example.org", "News", "Hello.")
        (message,) = sent
        assert message.recipients == ["bob@example.org"]
        assert (message.subject, message.body) == ("News", "Hello.")
        headers = message.to_message()
        assert headers["From"] == "Pulsar <pulsar@example.org>"
        assert headers["Message-Id"].endswith("@example.org>")
        assert headers["Date"]
        assert headers["Auto-Submitted"] == "auto-generated"

    @pytest.mark.parametrize(
        "address",
        [
            "bob@example.org\nBcc: eve@example.org",
            "bob@example.org\r\n",
            "bob@example.org, eve@example.org",
            "bob@example.org;eve@example.org",
            "Bob <bob@example.org>",
            "bob@example.org ",
            "bob@exam\u2028ple.org",
            "bob",
            "@example.org",
            "",
        ],
    )
    def test_addresses_that_break_the_header(
        self, mailer: Mailer, sent: list[Message], address: str
    ) -> None:
        with pytest.raises(ValueError, match="not one bare address"):
            mailer.send(None, address, "News", "Hello.")
        assert not sent

    @pytest.mark.parametrize(
        "subject",
        [
            "News\nBcc: eve@example.org",
            "News\r",
            "\nNews",
            "Ne\x0bws",
            "Ne\u2029ws",
            "Ne\x85ws",
            "",
        ],
    )
    def test_subjects_that_break_the_header(
        self, mailer: Mailer, sent: list[Message], subject: str
    ) -> None:
        with pytest.raises(ValueError, match="one line"):
            mailer.send(None, "bob@example.org", subject, "Hello.")
        assert not sent

    def test_trouble_is_not_raised(self, outbox: Outbox) -> None:
        def refuse(message: Message) -> None:
            raise ConnectionRefusedError

        mailer = Mailer("pulsar@example.org", refuse, outbox)
        mailer.send(None, "bob@example.org", "News", "Hello.")
        assert mailer.counts == {"sent": 0, "failed": 1, "given_up": 0}


def send_news(context: Any, request: Request) -> str:
    request.find_service(IMailer).send(request, "bob@example.org", "News", "Hello.")
    if "fail" in request.GET:
        raise Conflict
    return "sent"


def news(config: Configurator) -> None:
    config.add_view(send_news, context=IRoot, name="news", request_method="POST", permission=PUBLIC)


class TestRequest:
    @pytest.fixture
    def site(self, lab: Callable[..., Any], sent: list[Message], monkeypatch: Any) -> Any:
        client = lab(news)
        monkeypatch.setattr(client.app.registry.getUtility(IMailer), "deliver", sent.append)
        return client

    def test_sent_after_success(self, site: Any, sent: list[Message]) -> None:
        site.post("/news", status=200)
        assert len(sent) == 1

    def test_not_sent_after_failure(self, site: Any, sent: list[Message]) -> None:
        site.post("/news?fail", status=409)
        assert not sent

    def test_trouble_does_not_fail_the_request(self, site: Any, monkeypatch: Any) -> None:
        def refuse(message: Message) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(site.app.registry.getUtility(IMailer), "deliver", refuse)
        site.post("/news", status=200)
