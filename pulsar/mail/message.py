"""Composing mails, and packing them for the outbox."""

from __future__ import annotations

import re
from email.utils import formatdate, make_msgid, parseaddr

import msgspec
from pyramid_mailer.message import Message

#: One bare address: nothing that ends a header or starts another recipient or parameter.
_ADDRESS = re.compile(r"[^\s<>(),;:\\\"@]+@[^\s<>(),;:\\\"@]+")


class _PackedMail(msgspec.Struct, array_like=True):
    """The stored parts of a mail, including headers, so that every attempt sends the same mail."""

    to: str
    subject: str
    body: str
    headers: dict[str, str]


def compose(sender: str, to: str, subject: str, body: str) -> Message:
    """Compose a text to one address. Raises ValueError for values that would break the header."""
    if not _ADDRESS.fullmatch(to):
        raise ValueError("not one bare address")
    if subject.splitlines() != [subject]:
        raise ValueError("a subject is one line")
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    headers = {
        "Date": formatdate(),
        "Message-Id": make_msgid(domain=domain),
        # Keeps out-of-office programs from answering (RFC 3834).
        "Auto-Submitted": "auto-generated",
    }
    return _message(sender, _PackedMail(to, subject, body, headers))


def pack(message: Message) -> bytes:
    """The mail as bytes, without the sender, which is the site."""
    (to,) = message.recipients
    packed = _PackedMail(to, message.subject, message.body, dict(message.extra_headers))
    return msgspec.msgpack.encode(packed)


def unpack(sender: str, packed: bytes) -> Message:
    """Restore a mail from the result of :func:`pack`."""
    return _message(sender, msgspec.msgpack.decode(packed, type=_PackedMail))


def _message(sender: str, _kept: _PackedMail) -> Message:
    return Message(
        subject=_kept.subject,
        sender=sender,
        recipients=[_kept.to],
        body=_kept.body,
        extra_headers=_kept.headers,
    )
