"""Clients at banned addresses are told so in their own language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastbencode import bdecode
from sqlalchemy.orm import Session
from webtest import TestApp

from pulsar.interfaces import IIPBans
from pulsar.moderation.bans import ends
from pulsar.moderation.models import IPBan
from pulsar.testing.client import Client

REFUSAL = {b"failure reason": b"Your address has been banned.", b"retry in": b"never"}


@pytest.fixture(autouse=True)
def banned(registry: Any, db: Session) -> Iterator[None]:
    """The network 192.0.2.0/24 is banned."""
    network, first, last = ends("192.0.2.0/24")
    made = IPBan(network=network, first=first, last=last)
    db.add(made)
    db.commit()
    registry.getUtility(IIPBans).read()
    yield
    db.delete(made)
    db.commit()
    registry.getUtility(IIPBans).read()


@pytest.mark.parametrize(
    "path",
    [
        f"/{'0' * 32}/announce?info_hash={'x' * 20}",
        f"/announce/{'0' * 32}",
        f"/{'0' * 32}/scrape",
        f"/scrape/{'0' * 32}?info_hash={'x' * 20}",
    ],
)
class TestBanned:
    @staticmethod
    def ask(client: Client, path: str, address: str) -> Any:
        return bdecode(TestApp(client.app, {"REMOTE_ADDR": address}).get(path, status=200).body)

    def test_refused(self, client: Client, path: str) -> None:
        assert self.ask(client, path, "192.0.2.200") == REFUSAL
        assert self.ask(client, path, "::ffff:192.0.2.200") == REFUSAL

    def test_others_are_heard(self, client: Client, path: str) -> None:
        assert b"passkey" in self.ask(client, path, "198.51.100.1")[b"failure reason"]

    def test_bans_are_asked_once(
        self, client: Client, registry: Any, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bans = registry.getUtility(IIPBans)
        asked: list[str] = []
        is_banned = bans.banned

        def banned(address: str) -> bool:
            asked.append(address)
            return bool(is_banned(address))

        monkeypatch.setattr(bans, "banned", banned)
        self.ask(client, path, "198.51.100.1")
        assert asked == ["198.51.100.1"]
